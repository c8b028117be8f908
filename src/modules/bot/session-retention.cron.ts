import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Cron, Env, logger } from '../../platform/index.js';
import { ConversationStore } from './conversation.store.js';

/** A million chats are walked through in less than three hours, which is soon enough for what has lain for months. */
const CHATS_PER_LOOK_MAX = 1_000;

/** Forgets conversations that nobody has gone on with for `SESSION_KEPT_MS`: a page of chats each look, round and round. */
@Injectable()
export class SessionRetentionCron extends Cron {
  protected readonly name = 'session-retention';
  private readonly log = logger('sessions-cron');
  private afterChatId: string | null = null;

  constructor(
    private readonly conversations: ConversationStore,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const { forgotten, nextAfterChatId } = await this.conversations.forgetIdle({
      keptMs: this.env.SESSION_KEPT_MS,
      afterChatId: this.afterChatId,
      limit: CHATS_PER_LOOK_MAX,
    });
    this.afterChatId = nextAfterChatId;
    if (forgotten > 0) this.log.info({ forgotten }, 'Conversations that nobody goes on with were forgotten');
  }
}
