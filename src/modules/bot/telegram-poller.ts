import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Update } from 'telegraf/types';
import { Env, logger, toError } from '../../platform/index.js';
import { NoticesService } from '../notifications/index.js';
import { TelegramClient, TelegramError } from '../telegram/index.js';
import { BotHealth } from './bot-health.js';
import { PollLock } from './poll-lock.js';
import { webhookUrl } from './telegram-webhook.controller.js';
import { UpdateIntake } from './update-intake.js';
import { UpdatesInHand } from './updates-in-hand.js';
import { decideReceiver } from './webhook.rules.js';

/** How often a process that stands by asks for the right to poll. */
const STANDBY_INTERVAL_MS = 2_000;
const FAILURE_PAUSE_MS = 2_000;
const BATCH_MAX = 100;
/** How often we look for new updates while others take long. Telegram gives one at most when asked again within 0.5 s. */
const LOOK_AGAIN_MS = 1_000;
const AGAIN_PAUSE_MAX_MS = 30_000;
/** How often an update is tried while Telegram takes no answer to it; it must not hold up its chat for ever. */
const TELEGRAM_TRIES_MAX = 5;

type PollerSettings = Pick<
  Env,
  | 'BOT_TOKEN'
  | 'DATABASE_URL'
  | 'TELEGRAM_POLL_TIMEOUT_S'
  | 'TELEGRAM_POLL_LEASE_MS'
  | 'TELEGRAM_CONFLICT_PAUSE_MS'
  | 'PUBLIC_BASE_URL'
>;

/** The right to poll, what is in hand under it, and what ends both. */
interface Session {
  lock: PollLock;
  inHand: UpdatesInHand;
  signal: AbortSignal;
}

/** Long polling (https://core.telegram.org/bots/api#getupdates), by one process of all. */
@Injectable()
export class TelegramPoller {
  private readonly log = logger('poller');
  private standsBy = false;

  constructor(
    private readonly telegram: TelegramClient,
    private readonly intake: UpdateIntake,
    private readonly health: BotHealth,
    private readonly notices: NoticesService,
    @Inject(Env) private readonly settings: PollerSettings,
  ) {}

  /** Polls whenever this process has the right to, until the signal ends it; what is in hand then is finished. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const lock = await this.tryLock();
      if (lock) await this.pollWith(lock, signal);
      await rest(STANDBY_INTERVAL_MS, signal);
    }
  }

  private async tryLock(): Promise<PollLock | null> {
    const { BOT_TOKEN: token, DATABASE_URL: url, TELEGRAM_POLL_LEASE_MS: leaseMs } = this.settings;
    try {
      const lock = await PollLock.tryAcquire(url, token.split(':')[0] ?? '', leaseMs);
      if (!lock && !this.standsBy) this.log.info({}, 'Another process polls; this one stands by');
      this.standsBy = lock === null;
      return lock;
    } catch (error) {
      this.log.warn({ err: toError(error) }, 'The right to poll could not be asked for');
      return null;
    }
  }

  private async pollWith(lock: PollLock, stop: AbortSignal): Promise<void> {
    this.log.info({}, 'This process polls now');
    this.health.noteHeard();
    const signal = AbortSignal.any([stop, lock.lost]);
    const inHand = new UpdatesInHand((update) => this.handle(update, signal));
    try {
      // Proven anew before each call: a process that was frozen must not disturb the one that polls in its place.
      while (!signal.aborted && (await lock.prove())) await this.pollOnce({ lock, inHand, signal });
    } catch (error) {
      this.log.error({ err: toError(error) }, 'Polling broke off; it begins anew');
    } finally {
      await inHand.stopped();
      await lock.release();
      this.health.report('polling', null);
      this.health.noteSilence();
      this.log.info({}, 'This process polls no longer');
    }
  }

  private async pollOnce(session: Session): Promise<void> {
    const { inHand, signal } = session;
    try {
      const timeoutS = inHand.isEmpty ? this.settings.TELEGRAM_POLL_TIMEOUT_S : 0;
      const { offset } = inHand;
      inHand.take(await this.telegram.getUpdates({ offset, timeoutS, limit: BATCH_MAX, signal }));
      this.health.noteHeard();
      if (this.health.report('polling', null)) this.log.info({}, 'Updates come to us again');
    } catch (error) {
      if (!signal.aborted) await this.recover(error, session);
      return;
    }
    await inHand.empty(LOOK_AGAIN_MS);
  }

  private async recover(error: unknown, { lock, signal }: Session): Promise<void> {
    const line = { err: toError(error) };
    if (error instanceof TelegramError && error.meaning === 'conflict') {
      // Whoever took over from us while we could not look is no other program.
      if (!(await lock.prove())) return;
      await this.reportConflict(error);
      await rest(this.settings.TELEGRAM_CONFLICT_PAUSE_MS, signal);
      return;
    }
    if (error instanceof TelegramError && error.meaning === 'unauthorized') {
      this.health.report('polling', 'Telegram does not know the BOT_TOKEN');
      this.log.error(line, 'Telegram does not know the BOT_TOKEN');
      await rest(this.settings.TELEGRAM_CONFLICT_PAUSE_MS, signal);
      return;
    }
    this.log.warn(line, 'Updates could not be fetched; trying again');
    const askedMs = error instanceof TelegramError ? (error.retryAfterMs ?? 0) : 0;
    await rest(Math.max(FAILURE_PAUSE_MS, askedMs), signal);
  }

  private async reportConflict(error: TelegramError): Promise<void> {
    this.health.report('polling', 'another program uses the token of this bot');
    this.log.error({ err: error }, 'Another program uses the token of this bot');
    try {
      const { url = '' } = await this.telegram.getWebhookInfo();
      const receiver = decideReceiver(url, webhookUrl(this.settings));
      // As during the move from polling to a webhook.
      if (receiver.kind === 'us') this.log.warn({}, 'It is this bot itself, in webhook mode');
      else if (receiver.kind === 'pollers') await this.notices.alertOperators({ kind: 'second_poller' });
      else await this.notices.alertOperators({ kind: 'webhook_taken', host: receiver.host });
    } catch (failure) {
      this.log.warn({ err: toError(failure) }, 'Operators could not be told of it yet');
    }
  }

  /** @returns whether the update is over; false when we stop before. */
  private async handle(update: Update, signal: AbortSignal): Promise<boolean> {
    for (let tries = 1; !signal.aborted; tries++) {
      const outcome = await this.intake.accept(update);
      if (outcome.kind === 'done') return true;
      if (outcome.awaits === 'telegram' && tries >= TELEGRAM_TRIES_MAX) {
        this.log.error(
          { updateId: update.update_id, tries },
          'An update was given up: no answer to it is taken',
        );
        return true;
      }
      await rest(Math.min(AGAIN_PAUSE_MAX_MS, outcome.afterMs), signal);
    }
    return false;
  }
}

/** Waits, less when the signal ends it. */
async function rest(waitMs: number, signal: AbortSignal): Promise<void> {
  await pause(waitMs, undefined, { signal }).catch(() => undefined);
}
