import { Users1795219200100 } from './1795219200100-users.js';
import { Jobs1795219200200 } from './1795219200200-jobs.js';
import { KieTasks1795219200300 } from './1795219200300-kie-tasks.js';
import { JobEvents1795219200400 } from './1795219200400-job-events.js';
import { PricingPlans1795219200500 } from './1795219200500-pricing-plans.js';
import { Payments1795219200600 } from './1795219200600-payments.js';
import { CreditsHistory1795219200700 } from './1795219200700-credits-history.js';
import { BotSessions1795219200800 } from './1795219200800-bot-sessions.js';
import { Notices1795219200900 } from './1795219200900-notices.js';
import { ProgressMessages1795219201000 } from './1795219201000-progress-messages.js';
import { TelegramPacing1795219201100 } from './1795219201100-telegram-pacing.js';
import { CreditsHistoryGuards1795219202000 } from './1795219202000-credits-history-guards.js';
import { RegisterUser1795219202100 } from './1795219202100-register-user.js';
import { CreateJobAndConsumeCredit1795219202200 } from './1795219202200-create-job-and-consume-credit.js';
import { RefundCredit1795219202300 } from './1795219202300-refund-credit.js';
import { AddCredits1795219202400 } from './1795219202400-add-credits.js';
import { CompletePayment1795219202500 } from './1795219202500-complete-payment.js';
import { RefundPayment1795219202600 } from './1795219202600-refund-payment.js';
import { KieCallbacks1795305600100 } from './1795305600100-kie-callbacks.js';
import { LateSends1795305600200 } from './1795305600200-late-sends.js';
import { KieParkedKeys1795305600300 } from './1795305600300-kie-parked-keys.js';
import { PaymentsInProgress1795392000100 } from './1795392000100-payments-in-progress.js';
import { PaymentNotifications1795392000200 } from './1795392000200-payment-notifications.js';
import { PaymentRefunds1795392000300 } from './1795392000300-payment-refunds.js';
import { PaymentReconciliations1795392000400 } from './1795392000400-payment-reconciliations.js';
import { ErasedUsers1795478400001 } from './1795478400001-erased-users.js';
import { RegisterOnce1795478400002 } from './1795478400002-register-once.js';
import { ExpireCredits1795478400003 } from './1795478400003-expire-credits.js';
import { PhotoRemovals1795478400004 } from './1795478400004-photo-removals.js';
import { RefundsOfErased1795478400005 } from './1795478400005-refunds-of-erased.js';
import { ProgressEstimates1795478400011 } from './1795478400011-progress-estimates.js';
import { PhotoLooks1795478400021 } from './1795478400021-photo-looks.js';
import { Breakers1795564800001 } from './1795564800001-breakers.js';
import { PhotoFraming1795564800200 } from './1795564800200-photo-framing.js';
import { StoredPhotos1795564800300 } from './1795564800300-stored-photos.js';
import { KieCreationSlots1795564800400 } from './1795564800400-kie-creation-slots.js';
import { KieBalances1795564800410 } from './1795564800410-kie-balances.js';
import { CostFigures1795564800500 } from './1795564800500-cost-figures.js';
import { JobCosts1795564800501 } from './1795564800501-job-costs.js';
import { Switches1795651200001 } from './1795651200001-switches.js';
import { OperatorActions1795651200002 } from './1795651200002-operator-actions.js';
import { SendingAgain1795651200003 } from './1795651200003-sending-again.js';
import { Analytics1795651200200 } from './1795651200200-analytics.js';
import { LegacyTables1795651200300 } from './1795651200300-legacy-tables.js';
import { LegacyImport1795651200301 } from './1795651200301-legacy-import.js';
import { Retention1795651200400 } from './1795651200400-retention.js';
import { AdoptPayment1795651200401 } from './1795651200401-adopt-payment.js';
import { Audits1795651200500 } from './1795651200500-audits.js';
import { Broadcasts1795651200600 } from './1795651200600-broadcasts.js';
import { ConsoleSessions1795651200700 } from './1795651200700-console-sessions.js';
import { ConsoleSearches1795651200701 } from './1795651200701-console-searches.js';
import { OverdueSince1795651200802 } from './1795651200802-overdue-since.js';
import { SettledByHand1795651200803 } from './1795651200803-settled-by-hand.js';
import { CheckedRows1795651200805 } from './1795651200805-checked-rows.js';
import { ShapeFunction1795651200900 } from './1795651200900-shape-function.js';
import { CheckedShapes1795651200901 } from './1795651200901-checked-shapes.js';

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
  CreditsHistoryGuards1795219202000,
  RegisterUser1795219202100,
  CreateJobAndConsumeCredit1795219202200,
  RefundCredit1795219202300,
  AddCredits1795219202400,
  CompletePayment1795219202500,
  RefundPayment1795219202600,
  KieCallbacks1795305600100,
  LateSends1795305600200,
  KieParkedKeys1795305600300,
  PaymentsInProgress1795392000100,
  PaymentNotifications1795392000200,
  PaymentRefunds1795392000300,
  PaymentReconciliations1795392000400,
  ErasedUsers1795478400001,
  RegisterOnce1795478400002,
  ExpireCredits1795478400003,
  PhotoRemovals1795478400004,
  RefundsOfErased1795478400005,
  ProgressEstimates1795478400011,
  PhotoLooks1795478400021,
  Breakers1795564800001,
  PhotoFraming1795564800200,
  StoredPhotos1795564800300,
  KieCreationSlots1795564800400,
  KieBalances1795564800410,
  CostFigures1795564800500,
  JobCosts1795564800501,
  Switches1795651200001,
  OperatorActions1795651200002,
  SendingAgain1795651200003,
  Analytics1795651200200,
  LegacyTables1795651200300,
  LegacyImport1795651200301,
  Retention1795651200400,
  AdoptPayment1795651200401,
  Audits1795651200500,
  Broadcasts1795651200600,
  ConsoleSessions1795651200700,
  ConsoleSearches1795651200701,
  OverdueSince1795651200802,
  SettledByHand1795651200803,
  CheckedRows1795651200805,
  ShapeFunction1795651200900,
  CheckedShapes1795651200901,
];
