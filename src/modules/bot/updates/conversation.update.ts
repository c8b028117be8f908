import { UseFilters } from '@nestjs/common';
import { Ctx, On, Update } from 'nestjs-telegraf';
import { readMessage, readSentMessage, readTap, readTapEvent } from '../incoming-updates.js';
import { ConversationService } from '../conversation.service.js';
import type { BotContext } from '../session.middleware.js';
import { RethrowFilter } from './rethrow.filter.js';

/** What people write and tap. Handlers return nothing: nestjs-telegraf would send it as a message. */
@Update()
@UseFilters(RethrowFilter)
export class ConversationUpdate {
  constructor(private readonly conversations: ConversationService) {}

  @On('message')
  async onMessage(@Ctx() ctx: BotContext): Promise<void> {
    const { conversation, message } = ctx;
    const event = conversation && message ? readMessage(message) : null;
    if (conversation && message && event) {
      await this.conversations.take(conversation, event, readSentMessage(message));
    }
  }

  @On('callback_query')
  async onTap(@Ctx() ctx: BotContext): Promise<void> {
    const { conversation } = ctx;
    const tap = readTap(ctx.update);
    if (!conversation || !tap) return;
    await this.conversations.take(conversation, readTapEvent(tap, conversation.state), null);
  }
}
