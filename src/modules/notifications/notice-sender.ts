import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { defineCounter, Env, logger, Metrics, toError, type HandlerResult } from '../../platform/index.js';
import { ChatPacing, SendHandlers, TelegramClient, TelegramError, type Send } from '../telegram/index.js';
import type { Notice } from './notice.entity.js';
import { noticePayloadSchema, type NoticePayload } from './notice.types.js';
import { NoticesRepository } from './notices.repository.js';
import { OperatorBudget } from './operator-budget.js';
import { closingOf } from './payment-screens.js';
import { RecipientsService, type Recipient } from './recipients.service.js';
import { noticeScreen } from './screens.js';

const NOTICES = defineCounter({
  name: 'neurocards_notices_ended_total',
  help: 'Notices that were sent, put aside until their person is back (parked), or given up (dropped).',
  labels: { outcome: ['sent', 'parked', 'dropped'] },
});

/** A notice may edit one message before it is sent itself. */
const CALLS_MAX = 2;
const LEASE_ABOVE_TIMEOUT_MS = 15_000;
const DELAY_GROWTH = 3;

/** Sends the notices of the outbox: paced, retried, put aside while the person blocks the bot, given up only where nobody is to be reached. */
@Injectable()
export class NoticeSender implements OnModuleInit {
  private readonly log = logger('notices');

  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: NoticesRepository,
    private readonly recipients: RecipientsService,
    private readonly telegram: TelegramClient,
    private readonly pacing: ChatPacing,
    private readonly handlers: SendHandlers,
    private readonly budget: OperatorBudget,
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.handlers.register('notice', (send) => this.send(send));
  }

  private async send({ id }: Send): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const leaseMs = this.env.TELEGRAM_TIMEOUT_MS * CALLS_MAX + LEASE_ABOVE_TIMEOUT_MS;
    const claim = await this.notices.claim(manager, id, leaseMs);
    if (claim.kind === 'over') return;
    if (claim.kind === 'later') return { againInMs: claim.inMs };
    const { notice } = claim;
    const recipient = await this.recipients.get(notice.userId);
    if (!recipient) return this.drop(id, 'the person was erased');
    if (recipient.blocked) return this.park(id, 'the person blocked the bot');
    if (await this.budget.holdsBack(notice)) return;
    const waitMs = await this.pacing.claim(recipient.chatId);
    if (waitMs > 0) return this.again(notice, waitMs, 'paced', false);
    const sent = await this.trySend(notice, recipient);
    if (sent instanceof Error) return this.afterFailure(notice, recipient, sent);
    await this.notices.markSent(manager, id, sent.messageId);
    this.metrics.count(NOTICES, { outcome: 'sent' });
  }

  private async trySend(notice: Notice, recipient: Recipient): Promise<{ messageId: number } | Error> {
    try {
      const payload = noticePayloadSchema.parse(notice.payload);
      const message = noticeScreen(recipient.language, payload, this.env.SUPPORT_URL);
      await this.close(payload, recipient);
      return await this.telegram.sendMessage(recipient.chatId, message);
    } catch (error) {
      return toError(error);
    }
  }

  /** Turns the pay screen whose payment is decided into its outcome. A courtesy: where it fails, the notice tells it all the same. */
  private async close(payload: NoticePayload, { language, chatId, userId }: Recipient): Promise<void> {
    const closing = 'closes' in payload ? closingOf(language, payload) : null;
    if (!closing) return;
    try {
      await this.telegram.editMessage(chatId, closing.messageId, closing.message);
    } catch (error) {
      this.log.warn({ err: toError(error), userId }, 'A pay screen was not closed');
    }
  }

  private async afterFailure(notice: Notice, recipient: Recipient, error: Error): Promise<HandlerResult> {
    this.log.warn(
      { err: error, noticeId: notice.id, userId: notice.userId, attempts: notice.attempts },
      'A notice was not sent',
    );
    // A notice that cannot be shown may be one that only a newer process knows; it has its tries like any other.
    return error instanceof TelegramError
      ? this.afterRefusal(notice, recipient, error)
      : this.tryAgain(notice, error);
  }

  private async afterRefusal(
    notice: Notice,
    recipient: Recipient,
    error: TelegramError,
  ): Promise<HandlerResult> {
    if (error.meaning === 'blocked') {
      await this.recipients.markBlocked(notice.userId);
      return this.park(notice.id, error.meaning);
    }
    if (error.meaning === 'chat_unknown') return this.drop(notice.id, error.meaning);
    if (error.meaning === 'rate_limited') {
      const holdMs = error.retryAfterMs ?? this.env.NOTICE_RETRY_DELAY_MS;
      await this.pacing.hold(recipient.chatId, holdMs);
      return this.again(notice, holdMs, error.meaning, false);
    }
    return error.retryable ? this.tryAgain(notice, error) : this.giveUp(notice, error);
  }

  private tryAgain(notice: Notice, error: Error): Promise<HandlerResult> {
    if (notice.attempts >= this.env.NOTICE_ATTEMPTS_MAX) return this.giveUp(notice, error);
    const delayMs = this.env.NOTICE_RETRY_DELAY_MS * DELAY_GROWTH ** (notice.attempts - 1);
    return this.again(notice, delayMs, error.message, true);
  }

  private giveUp(notice: Notice, error: Error): Promise<void> {
    this.log.error({ err: error, noticeId: notice.id }, 'A notice is given up');
    return this.drop(notice.id, error.message);
  }

  private async park(id: string, why: string): Promise<void> {
    await this.notices.park(this.dataSource.manager, id, why);
    this.metrics.count(NOTICES, { outcome: 'parked' });
  }

  private async drop(id: string, why: string): Promise<void> {
    await this.notices.drop(this.dataSource.manager, id, why);
    this.metrics.count(NOTICES, { outcome: 'dropped' });
  }

  private async again(
    notice: Notice,
    delayMs: number,
    why: string,
    countsAsTry: boolean,
  ): Promise<HandlerResult> {
    await this.notices.postpone(this.dataSource.manager, { id: notice.id, delayMs, why, countsAsTry });
    return { againInMs: delayMs };
  }
}
