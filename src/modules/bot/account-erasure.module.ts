import { Module } from '@nestjs/common';
import { AdminModule } from '../admin/index.js';
import { CreditsModule } from '../credits/index.js';
import { JobsModule } from '../jobs/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { PaymentsModule } from '../payments/index.js';
import { PhotosModule } from '../photos/index.js';
import { UsersModule } from '../users/index.js';
import { AccountErasure } from './account-erasure.js';
import { ConversationStore } from './conversation.store.js';

/** The erasure without the conversation that asks for it. */
@Module({
  imports: [
    AdminModule,
    CreditsModule,
    JobsModule,
    NotificationsModule,
    PaymentsModule,
    PhotosModule,
    UsersModule,
  ],
  providers: [AccountErasure, ConversationStore],
  exports: [AccountErasure],
})
export class AccountErasureModule {}
