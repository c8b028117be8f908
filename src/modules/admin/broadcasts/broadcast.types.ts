import { z } from 'zod';
import { LANGUAGES } from '../../telegram/index.js';

/** Whom a broadcast goes to, of all who agreed, have not blocked the bot, are not banned and were not erased. */
export const BROADCAST_WHO = ['everybody', 'ordered', 'never_ordered', 'bought'] as const;
export type BroadcastWho = (typeof BROADCAST_WHO)[number];

/** The people of a broadcast. */
export const audienceSchema = z.object({
  who: z.enum(BROADCAST_WHO),
  /** Null: of any language. */
  language: z.enum(LANGUAGES).nullable(),
});
export type Audience = z.output<typeof audienceSchema>;

/** The most that Telegram shows of a button's text whole, in characters. */
const BUTTON_LENGTH_MAX = 40;
const URL_LENGTH_MAX = 1_000;

/** A button under the message that opens a page. */
export const linkButtonSchema = z.object({
  text: z.string().trim().min(1).max(BUTTON_LENGTH_MAX),
  url: z.url({ protocol: /^https?$/ }).max(URL_LENGTH_MAX),
});
export type LinkButton = z.output<typeof linkButtonSchema>;

/** What is sent: the operator's own message, copied, and perhaps a button of ours under it. */
export interface BroadcastMessage {
  chatId: number;
  messageId: number;
  button: LinkButton | null;
}

/** A broadcast that is to begin. */
export interface NewBroadcast {
  /** Made with the wish. */
  id: string;
  message: BroadcastMessage;
  audience: Audience;
  /** Where its progress is shown. */
  progress: { chatId: number; messageId: number } | null;
}

/** Why a broadcast stands still. */
export type StopReason = 'operator' | 'message_gone' | 'telegram_away' | 'erased';

const DAY_MS = 24 * 3_600_000;
/** For how long it is kept who got a broadcast that is over or stopped. One that is stopped can go on for as long: later, they would get it twice. */
export const DELIVERIES_KEPT_MS = 30 * DAY_MS;

/** What became of a delivery. `unknown`: it may have arrived. `skipped`: the person blocked the bot, was banned or erased meanwhile. */
export type DeliveryEnd = 'sent' | 'blocked' | 'failed' | 'unknown' | 'skipped';

/** How a broadcast gets on, for whoever shows it. */
export interface BroadcastView {
  id: string;
  status: 'sending' | 'stopped' | 'done';
  stoppedBecause: StopReason | null;
  /** Counted when it began. */
  people: number;
  sent: number;
  blocked: number;
  failed: number;
  unknown: number;
  skipped: number;
}
