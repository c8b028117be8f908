import { Processor } from '@nestjs/bullmq';
import {
  Env,
  QueueConnection,
  QueueProcessor,
  WORKER_OPTIONS,
  type HandlerResult,
} from '../../platform/index.js';
import { SendHandlers } from './send-handlers.js';
import { sendQueue, type Send } from './send.queue.js';

/** Hands each send to its owner. */
@Processor(sendQueue.name, WORKER_OPTIONS)
export class SendProcessor extends QueueProcessor<Send> {
  protected readonly contract = sendQueue;

  constructor(
    env: Env,
    connection: QueueConnection,
    private readonly handlers: SendHandlers,
  ) {
    super(env, connection);
  }

  protected handle(send: Send): Promise<HandlerResult> {
    return this.handlers.get(send.kind)(send);
  }
}
