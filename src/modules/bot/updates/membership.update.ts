import { UseFilters } from '@nestjs/common';
import { Ctx, On, Update } from 'nestjs-telegraf';
import { UsersService } from '../../users/index.js';
import { ConversationService } from '../conversation.service.js';
import type { BotContext } from '../session.middleware.js';
import { RethrowFilter } from './rethrow.filter.js';

/** A person who blocks the bot, or lets it in again (https://core.telegram.org/bots/api#chatmemberupdated). */
@Update()
@UseFilters(RethrowFilter)
export class MembershipUpdate {
  constructor(
    private readonly users: UsersService,
    private readonly conversations: ConversationService,
  ) {}

  @On('my_chat_member')
  async onMembership(@Ctx() ctx: BotContext): Promise<void> {
    const { conversation } = ctx;
    if (!conversation?.user || !ctx.myChatMember) return;
    const { status } = ctx.myChatMember.new_chat_member;
    if (status === 'kicked') await this.users.markBlocked(conversation.user.id);
    if (status === 'member') await this.conversations.welcomeBack(conversation);
  }
}
