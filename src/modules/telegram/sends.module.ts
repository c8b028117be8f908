import { Global, Module } from '@nestjs/common';
import { QueuesModule } from '../../platform/index.js';
import { ChatPacing } from './chat-pacing.js';
import { SendHandlers } from './send-handlers.js';
import { SendProcessor } from './send.processor.js';
import { sendQueue } from './send.queue.js';

/** The queue of sends and its pace, for every role that adds to it or serves it. */
@Global()
@Module({
  imports: [QueuesModule.forContracts(sendQueue)],
  providers: [SendHandlers, ChatPacing],
  exports: [SendHandlers, ChatPacing],
})
export class SendsModule {}

/** The worker's part: the one processor of the queue of sends. */
@Module({ imports: [SendsModule], providers: [SendProcessor] })
export class TelegramWorkerModule {}
