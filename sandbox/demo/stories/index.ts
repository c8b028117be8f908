import { account } from './account.js';
import { beginnings } from './beginnings.js';
import { callbacks } from './callbacks.js';
import { deadlines } from './deadlines.js';
import { deliveries } from './deliveries.js';
import { money } from './money.js';
import { orders } from './orders.js';
import { paymentCreations } from './payment-creations.js';
import { paymentForgeries } from './payment-forgeries.js';
import { paymentNews } from './payment-news.js';
import { paymentRefunds } from './payment-refunds.js';
import { paymentRestarts } from './payment-restarts.js';
import { purchases } from './purchases.js';
import { queues } from './queues.js';
import { refusals } from './refusals.js';
import { secondBots } from './second-bot.js';
import { starPurchases } from './stars.js';
import type { Story } from './story.js';

export type { Cast, Story } from './story.js';

/** Every story, in the order of the programme. */
export const STORIES: readonly Story[] = [
  ...orders,
  ...beginnings,
  ...account,
  ...refusals,
  ...deadlines,
  ...deliveries,
  ...callbacks,
  ...queues,
  ...secondBots,
  ...money,
  ...purchases,
  ...paymentNews,
  ...paymentCreations,
  ...paymentForgeries,
  ...paymentRefunds,
  ...starPurchases,
  ...paymentRestarts,
];
