import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { logger, toError, type HandlerResult } from '../../../platform/index.js';
import { ChatPacing, SendHandlers, TelegramClient, TelegramError, type Send } from '../../telegram/index.js';
import { UsersService } from '../../users/index.js';
import { broadcastScreen } from './broadcast.screen.js';
import { BroadcastsRepository } from './broadcasts.repository.js';

/** Shows in the operator's chat how the broadcast gets on. A courtesy: an edit that fails waits for the next one, and the end is told by a notice. */
@Injectable()
export class BroadcastProgress implements OnModuleInit {
  private readonly log = logger('broadcasts');

  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcasts: BroadcastsRepository,
    private readonly users: UsersService,
    private readonly telegram: TelegramClient,
    private readonly pacing: ChatPacing,
    private readonly handlers: SendHandlers,
  ) {}

  onModuleInit(): void {
    this.handlers.register('broadcast_progress', (send) => this.edit(send));
  }

  private async edit({ id }: Send): Promise<HandlerResult> {
    const broadcast = await this.broadcasts.find(this.dataSource.manager, id);
    const { progressChatId: chatId, progressMessageId: messageId } = broadcast ?? {};
    if (!broadcast || !chatId || !messageId) return;
    const waitMs = await this.pacing.claim(chatId);
    if (waitMs > 0) return { againInMs: waitMs };
    const language = (await this.users.findByTgUserId(chatId))?.language ?? 'ru';
    try {
      await this.telegram.editMessage(chatId, messageId, broadcastScreen(language, broadcast));
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      if (error.meaning === 'rate_limited' && error.retryAfterMs)
        await this.pacing.hold(chatId, error.retryAfterMs);
      this.log.warn({ err: toError(error), broadcastId: id }, 'The progress of a broadcast was not shown');
    }
  }
}
