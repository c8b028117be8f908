import { Processor } from '@nestjs/bullmq';
import {
  Env,
  QueueConnection,
  QueueProcessor,
  WORKER_OPTIONS,
  type HandlerResult,
} from '../../../platform/index.js';
import { BroadcastFeeder } from './broadcast-feeder.js';
import { feedBroadcastQueue, type FeedBroadcast } from './feed-broadcast.queue.js';

/** Looks at the broadcast that is being sent, again and again until it is over. */
@Processor(feedBroadcastQueue.name, WORKER_OPTIONS)
export class FeedBroadcastProcessor extends QueueProcessor<FeedBroadcast> {
  protected readonly contract = feedBroadcastQueue;

  constructor(
    env: Env,
    connection: QueueConnection,
    private readonly feeder: BroadcastFeeder,
  ) {
    super(env, connection);
  }

  protected handle(payload: FeedBroadcast): Promise<HandlerResult> {
    return this.feeder.feed(payload);
  }
}
