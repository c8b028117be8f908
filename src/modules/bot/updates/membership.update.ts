import { UseFilters } from '@nestjs/common';
import { Ctx, On, Update } from 'nestjs-telegraf';
import { UsersService } from '../../users/index.js';
import { ReturningPeople } from '../returning-people.js';
import type { BotContext } from '../session.middleware.js';
import { RethrowFilter } from './rethrow.filter.js';

/** A person who blocks the bot, or lets it in again (https://core.telegram.org/bots/api#chatmemberupdated). */
@Update()
@UseFilters(RethrowFilter)
export class MembershipUpdate {
  constructor(
    private readonly users: UsersService,
    private readonly returning: ReturningPeople,
  ) {}

  @On('my_chat_member')
  async onMembership(@Ctx() ctx: BotContext): Promise<void> {
    const user = ctx.conversation?.user;
    if (!user || !ctx.myChatMember) return;
    const { status } = ctx.myChatMember.new_chat_member;
    if (status === 'kicked') await this.users.markBlocked(user.id);
    if (status === 'member') await this.returning.take(user.id);
  }
}
