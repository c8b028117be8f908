import { BotSessions1795219200800 } from './1795219200800-bot-sessions.js';
import { CreditsHistory1795219200700 } from './1795219200700-credits-history.js';
import { JobEvents1795219200400 } from './1795219200400-job-events.js';
import { Jobs1795219200200 } from './1795219200200-jobs.js';
import { KieTasks1795219200300 } from './1795219200300-kie-tasks.js';
import { Notices1795219200900 } from './1795219200900-notices.js';
import { Payments1795219200600 } from './1795219200600-payments.js';
import { PricingPlans1795219200500 } from './1795219200500-pricing-plans.js';
import { ProgressMessages1795219201000 } from './1795219201000-progress-messages.js';
import { TelegramPacing1795219201100 } from './1795219201100-telegram-pacing.js';
import { Users1795219200100 } from './1795219200100-users.js';

/** Every migration, oldest first. An array and not a glob: the same in the build and in the tests. */
export const MIGRATIONS = [
  Users1795219200100,
  Jobs1795219200200,
  KieTasks1795219200300,
  JobEvents1795219200400,
  PricingPlans1795219200500,
  Payments1795219200600,
  CreditsHistory1795219200700,
  BotSessions1795219200800,
  Notices1795219200900,
  ProgressMessages1795219201000,
  TelegramPacing1795219201100,
];
