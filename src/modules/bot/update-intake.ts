import { Injectable } from '@nestjs/common';
import { InjectBot } from 'nestjs-telegraf';
import type { Telegraf } from 'telegraf';
import type { Update } from 'telegraf/types';
import { logger, Metrics, startTimer, toError } from '../../platform/index.js';
import { StarPaymentsService } from '../payments/index.js';
import { readStarPayment } from './incoming-payments.js';
import { decideFailure } from './update-failures.js';
import type { BotContext } from './session.middleware.js';
import { kindOf, UPDATE_FAILURES, UPDATE_SECONDS } from './update.metrics.js';

/** What became of an update: it is over, or it must be given to us again. */
export type IntakeOutcome =
  { kind: 'done' } | { kind: 'again'; afterMs: number; awaits: 'telegram' | 'database' | 'chat' };

const DRAIN_PAUSE_MS = 1_000;
const KEEP_PAUSE_MS = 1_000;

/** The one way by which updates come in, from the webhook and from polling alike. */
@Injectable()
export class UpdateIntake {
  private readonly log = logger('updates');
  private readonly inHand = new Set<Promise<unknown>>();
  private draining = false;

  constructor(
    @InjectBot() private readonly bot: Telegraf<BotContext>,
    private readonly starPayments: StarPaymentsService,
    private readonly metrics: Metrics,
  ) {}

  /** Handles an update to its end. Never rejects. */
  async accept(update: Update): Promise<IntakeOutcome> {
    if (this.draining) return { kind: 'again', afterMs: DRAIN_PAUSE_MS, awaits: 'chat' };
    const timer = startTimer();
    const handled = this.handle(update);
    this.inHand.add(handled);
    try {
      const outcome = await handled;
      this.metrics.observe(UPDATE_SECONDS, { kind: kindOf(update), outcome: outcome.kind }, timer());
      return outcome;
    } finally {
      this.inHand.delete(handled);
    }
  }

  /** Takes no more updates and waits for those in hand. */
  async drain(): Promise<void> {
    this.draining = true;
    await Promise.all(this.inHand);
  }

  private async handle(update: Update): Promise<IntakeOutcome> {
    const kept = await this.keepStarPayment(update);
    return kept ? this.handOver(update) : { kind: 'again', afterMs: KEEP_PAUSE_MS, awaits: 'database' };
  }

  /**
   * A purchase in Stars is stored before any handler sees it. Until it is, the update is not over, whatever the failure: to be told
   * of it again for ever is better than to lose money to a bug.
   */
  private async keepStarPayment(update: Update): Promise<boolean> {
    try {
      const payment = readStarPayment(update);
      if (payment) await this.starPayments.keep(payment);
      return true;
    } catch (error) {
      const line = { err: toError(error), updateId: update.update_id };
      this.log.error(line, 'A purchase in Stars could not be stored; it must come again');
      return false;
    }
  }

  private async handOver(update: Update): Promise<IntakeOutcome> {
    try {
      await this.bot.handleUpdate(update);
      return { kind: 'done' };
    } catch (error) {
      const line = { err: toError(error), updateId: update.update_id };
      const verdict = isHandlerTimeout(error)
        ? { kind: 'again' as const, afterMs: DRAIN_PAUSE_MS, awaits: 'chat' as const }
        : decideFailure(error);
      if (verdict.kind === 'again') {
        this.log.warn(line, 'An update must come again');
        return verdict;
      }
      this.metrics.count(UPDATE_FAILURES, {});
      // Outside of any conversation there is nobody to apologise to; repeating it would fail again.
      this.log.error(line, 'An update could not be handled');
      return { kind: 'done' };
    }
  }
}

/** Telegraf gives up waiting while the handler goes on: once that has ended, the repeated update is found done. */
function isHandlerTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
