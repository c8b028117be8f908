import { Injectable } from '@nestjs/common';
import { Queues } from '../../../platform/index.js';
import { sendQueue } from '../../telegram/index.js';
import type { Bell } from './deliveries.repository.js';
import { feedBroadcastQueue } from './feed-broadcast.queue.js';

/** Rings the bells of broadcasts after a commit; lost ones are found again by the next look, or by the cron. */
@Injectable()
export class BroadcastWakeUps {
  constructor(private readonly queues: Queues) {}

  /** Has the broadcast looked at now. */
  wake(broadcastId: string, wakeNumber: number): Promise<void> {
    const id = `feed-${broadcastId}-${wakeNumber}`;
    return this.queues.tryAdd(feedBroadcastQueue, { id, payload: { broadcastId, wakeNumber } });
  }

  /** Has these deliveries sent, behind everything else that waits to be sent. */
  async ring(bells: readonly Bell[]): Promise<void> {
    for (const { id, rings } of bells) {
      await this.queues.tryAdd(sendQueue, {
        id: `broadcast-${id}-${rings}`,
        payload: { kind: 'broadcast', id, wakeNumber: rings },
        last: true,
      });
    }
  }

  /** Has the progress shown. @param when makes the bell another one than the last. */
  show(broadcastId: string, when: string): Promise<void> {
    return this.queues.tryAdd(sendQueue, {
      id: `broadcast-progress-${broadcastId}-${when}`,
      payload: { kind: 'broadcast_progress', id: broadcastId, wakeNumber: 0 },
      last: true,
    });
  }
}
