import { tmpdir } from 'node:os';
import { SandboxClock } from '../clock.js';

/** How many calls that put something into a chat the bot may make; both undefined means no limit. */
export interface RateLimits {
  /** Per chat and true second (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). */
  perChatPerS?: number;
  /** Over all chats and true second. */
  totalPerS?: number;
}

export interface FakeTelegramOptions {
  /** The only token that is accepted; its digits are the bot's id. */
  token?: string;
  /** The bot's username, without `@`. */
  username?: string;
  firstName?: string;
  clock?: SandboxClock;
  /** Takes `http://` webhooks of this machine, on any port; other hosts still need https and an official port. */
  allowHttpWebhook?: boolean;
  rateLimits?: RateLimits;
  /** True milliseconds after a tap in which `answerCallbackQuery` is still taken. */
  callbackAnswerMs?: number;
  /** True milliseconds that a webhook has for its answer. */
  webhookTimeoutMs?: number;
  /** No time limit on the bot is ever shorter than this in real milliseconds, however fast the clock runs. */
  limitRealMsMin?: number;
  /** All file bytes held on disk together; the oldest go first. */
  fileBytesMax?: number;
  /** Where the folder of those files is made. */
  temporaryPath?: string;
  /** Takes any upload as a video. The real service keeps what is no MP4 as a document, and so does the fake. */
  acceptAnyVideo?: boolean;
}

export type ResolvedOptions = Required<FakeTelegramOptions>;

/** The token of the sandbox's bot. */
export const SANDBOX_BOT_TOKEN = '7000000001:AAFakeTokenOfTheSandboxBot0000000000';

/** Fills in the defaults. Throws when the token does not look like one. */
export function resolveOptions(options: FakeTelegramOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    token: SANDBOX_BOT_TOKEN,
    username: 'neurocards_sandbox_bot',
    firstName: 'Neurocards',
    clock: new SandboxClock(),
    allowHttpWebhook: true,
    rateLimits: {},
    callbackAnswerMs: 15_000,
    webhookTimeoutMs: 60_000,
    limitRealMsMin: 5_000,
    fileBytesMax: 1024 * 1024 * 1024,
    temporaryPath: tmpdir(),
    acceptAnyVideo: false,
    ...withoutUndefined(options),
  };
  if (!/^[1-9]\d{0,15}:[\w-]{30,}$/.test(resolved.token)) {
    throw new RangeError(
      'The token of the fake Telegram must look like 7000000001:AA…, at least 30 characters',
    );
  }
  return resolved;
}

function withoutUndefined(options: FakeTelegramOptions): FakeTelegramOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
