import { Processor } from '@nestjs/bullmq';
import {
  Env,
  QueueConnection,
  QueueProcessor,
  WORKER_OPTIONS,
  type HandlerResult,
} from '../../platform/index.js';
import { PaymentLooks } from './payment-looks.js';
import { settlePaymentQueue, type Look } from './settle-payment.queue.js';

/** Looks at payments, notifications and refunds that want it. */
@Processor(settlePaymentQueue.name, WORKER_OPTIONS)
export class SettlePaymentProcessor extends QueueProcessor<Look> {
  protected readonly contract = settlePaymentQueue;

  constructor(
    env: Env,
    connection: QueueConnection,
    private readonly looks: PaymentLooks,
  ) {
    super(env, connection);
  }

  protected handle(look: Look): Promise<HandlerResult> {
    return this.looks.look(look);
  }
}
