import { z } from 'zod';
import { defineQueue } from '../../../platform/index.js';

/** Which broadcast is looked at; a wake-up whose number is not the row's is an old one. */
export const feedBroadcastSchema = z.object({
  broadcastId: z.guid(),
  wakeNumber: z.number().int().nonnegative(),
});
export type FeedBroadcast = z.output<typeof feedBroadcastSchema>;

/** Has what a broadcast may send until its next look queued. At most one broadcast is being sent. */
export const feedBroadcastQueue = defineQueue<FeedBroadcast>({
  name: 'feed-broadcast',
  schema: feedBroadcastSchema,
  concurrency: () => 1,
});
