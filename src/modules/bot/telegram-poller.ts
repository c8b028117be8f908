import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Update } from 'telegraf/types';
import { Env, logger, toError } from '../../platform/index.js';
import { TelegramClient, TelegramError } from '../telegram/index.js';
import { BotHealth } from './bot-health.js';
import { readSender } from './incoming-updates.js';
import { PollLock } from './poll-lock.js';
import { UpdateIntake } from './update-intake.js';

/** How often a process that stands by asks for the right to poll. */
const STANDBY_INTERVAL_MS = 2_000;
const CONFLICT_PAUSE_MS = 30_000;
const FAILURE_PAUSE_MS = 2_000;
const BATCH_MAX = 100;
/** Chats whose updates are handled at the same time. */
const CHATS_AT_ONCE = 20;
const AGAIN_PAUSE_MAX_MS = 30_000;
/** How often an update is tried while Telegram takes no answer to it; one chat must not hold up all others. */
const TELEGRAM_TRIES_MAX = 5;

/** Long polling (https://core.telegram.org/bots/api#getupdates), by one process of all. */
@Injectable()
export class TelegramPoller {
  private readonly log = logger('poller');

  constructor(
    private readonly telegram: TelegramClient,
    private readonly intake: UpdateIntake,
    private readonly health: BotHealth,
    @Inject(Env)
    private readonly settings: Pick<Env, 'BOT_TOKEN' | 'DATABASE_URL' | 'TELEGRAM_POLL_TIMEOUT_S'>,
  ) {}

  /** Polls whenever this process has the right to, until the signal ends it; what is in hand then is finished. */
  async run(signal: AbortSignal): Promise<void> {
    const botId = this.settings.BOT_TOKEN.split(':')[0] ?? '';
    while (!signal.aborted) {
      try {
        const lock = await PollLock.tryAcquire(this.settings.DATABASE_URL, botId);
        if (lock) await this.pollWith(lock, signal);
      } catch (error) {
        this.log.warn({ err: toError(error) }, 'The right to poll could not be asked for');
      }
      await rest(STANDBY_INTERVAL_MS, signal);
    }
  }

  private async pollWith(lock: PollLock, stop: AbortSignal): Promise<void> {
    this.log.info({}, 'This process polls now');
    const signal = AbortSignal.any([stop, lock.lost]);
    let offset = 0;
    try {
      while (!signal.aborted) offset = await this.pollOnce(offset, signal);
    } finally {
      await lock.release();
      this.health.report('polling', null);
      this.log.info({}, 'This process polls no longer');
    }
  }

  /** @returns the offset to go on from: past the batch only when all of it is done. */
  private async pollOnce(offset: number, signal: AbortSignal): Promise<number> {
    let updates: Update[];
    try {
      const timeoutS = this.settings.TELEGRAM_POLL_TIMEOUT_S;
      updates = await this.telegram.getUpdates({ offset, timeoutS, limit: BATCH_MAX, signal });
      this.health.report('polling', null);
    } catch (error) {
      if (!signal.aborted) await this.recover(error, signal);
      return offset;
    }
    await this.handleBatch(updates, signal);
    return signal.aborted
      ? offset
      : updates.reduce((next, { update_id: id }) => Math.max(next, id + 1), offset);
  }

  private async recover(error: unknown, signal: AbortSignal): Promise<void> {
    const line = { err: toError(error) };
    if (error instanceof TelegramError && error.meaning === 'conflict') {
      this.health.report('polling', 'another program uses the token of this bot');
      this.log.error(line, 'Another program uses the token of this bot');
      await rest(CONFLICT_PAUSE_MS, signal);
      return;
    }
    if (error instanceof TelegramError && error.meaning === 'unauthorized') {
      this.health.report('polling', 'Telegram does not know the BOT_TOKEN');
      this.log.error(line, 'Telegram does not know the BOT_TOKEN');
      await rest(CONFLICT_PAUSE_MS, signal);
      return;
    }
    this.log.warn(line, 'Updates could not be fetched; trying again');
    const askedMs = error instanceof TelegramError ? (error.retryAfterMs ?? 0) : 0;
    await rest(Math.max(FAILURE_PAUSE_MS, askedMs), signal);
  }

  /** Chats side by side, the updates of one chat in their order; pre-checkout queries, for which Telegram waits 10 s, before all. */
  private async handleBatch(updates: readonly Update[], signal: AbortSignal): Promise<void> {
    const chats = byChat(updates);
    const worker = async () => {
      for (let chat = chats.shift(); chat; chat = chats.shift()) {
        for (const update of chat) await this.handle(update, signal);
      }
    };
    await Promise.all(Array.from({ length: CHATS_AT_ONCE }, worker));
  }

  private async handle(update: Update, signal: AbortSignal): Promise<void> {
    for (let tries = 1; !signal.aborted; tries++) {
      const outcome = await this.intake.accept(update);
      if (outcome.kind === 'done') return;
      if (outcome.awaits === 'telegram' && tries >= TELEGRAM_TRIES_MAX) {
        this.log.error(
          { updateId: update.update_id, tries },
          'An update was given up: no answer to it is taken',
        );
        return;
      }
      await rest(Math.min(AGAIN_PAUSE_MAX_MS, outcome.afterMs), signal);
    }
  }
}

function byChat(updates: readonly Update[]): Update[][] {
  const chats = new Map<number, Update[]>();
  const urgent: Update[][] = [];
  for (const update of updates) {
    // They change no conversation, so that none needs to wait for another.
    if ('pre_checkout_query' in update) {
      urgent.push([update]);
      continue;
    }
    const chatId = readSender(update)?.chatId ?? 0;
    const chat = chats.get(chatId);
    if (chat) chat.push(update);
    else chats.set(chatId, [update]);
  }
  return [...urgent, ...chats.values()];
}

/** Waits, less when the signal ends it. */
async function rest(waitMs: number, signal: AbortSignal): Promise<void> {
  await pause(waitMs, undefined, { signal }).catch(() => undefined);
}
