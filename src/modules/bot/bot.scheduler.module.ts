import { Module } from '@nestjs/common';
import { ConversationStore } from './conversation.store.js';
import { SessionRetentionCron } from './session-retention.cron.js';

/** The scheduler's part. It talks to nobody. */
@Module({ providers: [ConversationStore, SessionRetentionCron] })
export class BotSchedulerModule {}
