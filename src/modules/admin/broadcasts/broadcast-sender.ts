import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, runInTransaction, type HandlerResult } from '../../../platform/index.js';
import { RecipientsService } from '../../notifications/index.js';
import { ChatPacing, SendHandlers, TelegramClient, TelegramError, type Send } from '../../telegram/index.js';
import { decideFailedSend } from './broadcast-failures.rules.js';
import { BroadcastReports } from './broadcast-reports.js';
import type { StopReason } from './broadcast.types.js';
import { BroadcastsRepository } from './broadcasts.repository.js';
import { DeliveriesRepository, type DueDelivery } from './deliveries.repository.js';

/** So many sends without an answer in a row say that Telegram is away, and cost as many people the message. */
const UNKNOWN_IN_A_ROW_MAX = 10;

/** Sends a broadcast to one person: at most once, whatever happens in between. */
@Injectable()
export class BroadcastSender implements OnModuleInit {
  private readonly log = logger('broadcasts');

  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcasts: BroadcastsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly reports: BroadcastReports,
    private readonly recipients: RecipientsService,
    private readonly telegram: TelegramClient,
    private readonly pacing: ChatPacing,
    private readonly handlers: SendHandlers,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.handlers.register('broadcast', (send) => this.send(send));
  }

  private async send({ id }: Send): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const due = await this.deliveries.findDue(manager, id);
    if (!due) return;
    if (due.pausedMs > 0) return { againInMs: due.pausedMs };
    if (due.chatId === null || due.isClosed) {
      await this.deliveries.end(manager, id, 'skipped');
      return;
    }
    const waitMs = await this.pacing.claim(due.chatId);
    if (waitMs > 0) return { againInMs: waitMs };
    if (!(await this.deliveries.claim(manager, id))) return;
    try {
      const { fromChatId, messageId, button } = due;
      const keyboard = button ? [[button]] : undefined;
      await this.telegram.copyMessage(due.chatId, { chatId: fromChatId, messageId }, keyboard);
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      return this.afterFailure(id, due, error);
    }
    await this.deliveries.end(manager, id, 'sent');
  }

  private async afterFailure(id: string, due: DueDelivery, error: TelegramError): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const { broadcastId, userId, attempts } = due;
    const limits = { attemptsMax: this.env.NOTICE_ATTEMPTS_MAX, pauseMs: this.env.NOTICE_RETRY_DELAY_MS };
    const decision = decideFailedSend(error, attempts + 1, limits);
    this.log.warn(
      { err: error, broadcastId, userId, decision: decision.kind },
      'A broadcast was not sent to somebody',
    );
    if (decision.kind === 'stop') {
      await this.deliveries.giveBack(manager, id, { isTry: true });
      return this.stop(broadcastId, decision.because);
    }
    if (decision.pauseMs > 0) await this.broadcasts.pause(manager, broadcastId, decision.pauseMs);
    if (decision.kind === 'give_back') {
      await this.deliveries.giveBack(manager, id, decision);
      return { againInMs: decision.pauseMs };
    }
    if (decision.as === 'blocked') await this.recipients.markBlocked(userId);
    const unknownInARow = await this.deliveries.end(manager, id, decision.as);
    if (unknownInARow >= UNKNOWN_IN_A_ROW_MAX) await this.stop(broadcastId, 'telegram_away');
  }

  private async stop(broadcastId: string, because: StopReason): Promise<void> {
    const noticeIds = await runInTransaction(this.dataSource, (manager) =>
      this.reports.stop(manager, broadcastId, because),
    );
    this.log.error({ broadcastId, because }, 'A broadcast was stopped');
    await this.reports.tell(broadcastId, noticeIds);
  }
}
