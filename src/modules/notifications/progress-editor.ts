import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, type HandlerResult } from '../../platform/index.js';
import { ChatPacing, SendHandlers, TelegramClient, TelegramError, type Send } from '../telegram/index.js';
import { ProgressRepository, type ClaimedEdit } from './progress.repository.js';
import { RecipientsService } from './recipients.service.js';
import { progressScreen } from './progress-screens.js';

/** A call may be made twice, the second time without formatting, and the row is written before and after it. */
const CALLS_MAX = 2;
const LEASE_GRACE_MS = 5_000;

/** Edits progress messages: only on a change, one edit at a time, never closer than the interval, and the last state always. */
@Injectable()
export class ProgressEditor implements OnModuleInit {
  private readonly log = logger('progress');
  private readonly limits: { intervalMs: number; leaseMs: number };

  constructor(
    private readonly dataSource: DataSource,
    private readonly messages: ProgressRepository,
    private readonly recipients: RecipientsService,
    private readonly telegram: TelegramClient,
    private readonly pacing: ChatPacing,
    private readonly handlers: SendHandlers,
    private readonly env: Env,
  ) {
    this.limits = {
      intervalMs: env.PROGRESS_EDIT_INTERVAL_MS,
      leaseMs: env.TELEGRAM_TIMEOUT_MS * CALLS_MAX + LEASE_GRACE_MS,
    };
  }

  onModuleInit(): void {
    this.handlers.register('progress', (send) => this.edit(send));
  }

  private async edit({ id: orderId }: Send): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const need = await this.messages.need(manager, orderId, this.limits);
    if (need.kind === 'none') return;
    if (need.kind === 'later') return { againInMs: need.inMs };
    const waitMs = await this.pacing.claim(need.chatId);
    if (waitMs > 0) return { againInMs: waitMs };
    const claimed = await this.messages.claim(manager, orderId, this.limits);
    // Somebody was quicker; what they show may already be old.
    return claimed ? this.show(orderId, claimed) : { againInMs: 1 };
  }

  private async show(orderId: string, { lines, over, ...message }: ClaimedEdit): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const recipient = await this.recipients.get(message.userId);
    // Erased meanwhile, and the message's row with them.
    if (!recipient) return;
    const { language, balance } = recipient;
    try {
      const screen = progressScreen(language, lines, { orderId, balance });
      const outcome = await this.telegram.editMessage(message.chatId, message.messageId, screen);
      await this.messages.settle(manager, orderId, { lines, closed: over || outcome === 'gone' });
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      return this.afterRefusal(orderId, { lines, over, ...message }, error);
    }
  }

  private async afterRefusal(
    orderId: string,
    { lines, chatId }: ClaimedEdit,
    error: TelegramError,
  ): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    if (error.meaning === 'rate_limited') {
      const holdMs = error.retryAfterMs ?? this.env.PROGRESS_EDIT_INTERVAL_MS;
      await this.messages.release(manager, orderId);
      await this.pacing.hold(chatId, holdMs);
      return { againInMs: holdMs };
    }
    // Progress is a courtesy: an edit that fails waits for the next change or the cron, and the result comes as a message of its own.
    this.log.warn({ err: error, orderId }, 'A progress message was not edited');
    if (error.retryable) await this.messages.fail(manager, orderId, this.env.PROGRESS_EDIT_FAILURES_MAX);
    else await this.messages.settle(manager, orderId, { lines, closed: true });
  }
}
