import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NoticesService } from '../../notifications/index.js';
import type { StopReason } from './broadcast.types.js';
import { BroadcastWakeUps } from './broadcast-wake-ups.js';
import { BroadcastsRepository } from './broadcasts.repository.js';

/** Tells operators how a broadcast ended, in the transaction that ended it. */
@Injectable()
export class BroadcastReports {
  constructor(
    private readonly broadcasts: BroadcastsRepository,
    private readonly notices: NoticesService,
    private readonly wakeUps: BroadcastWakeUps,
  ) {}

  /** Everybody had their turn. Returns what `tell` wants after the commit. */
  async finish(manager: EntityManager, broadcastId: string): Promise<string[]> {
    await this.broadcasts.finish(manager, broadcastId);
    return this.write(manager, broadcastId);
  }

  /** It cannot go on by itself. Returns what `tell` wants after the commit; nothing where it had been stopped before. */
  async stop(manager: EntityManager, broadcastId: string, because: StopReason): Promise<string[]> {
    if (!(await this.broadcasts.stop(manager, broadcastId, because))) return [];
    return this.write(manager, broadcastId);
  }

  /** Rings the bells of both, and has the progress message show the end. */
  async tell(broadcastId: string, noticeIds: readonly string[]): Promise<void> {
    for (const noticeId of noticeIds) await this.notices.wake(noticeId);
    await this.wakeUps.show(broadcastId, 'end');
  }

  private async write(manager: EntityManager, broadcastId: string): Promise<string[]> {
    const broadcast = await this.broadcasts.find(manager, broadcastId);
    if (!broadcast) return [];
    const { people, sent, blocked, failed, unknown, skipped, stoppedBecause, wakeNumber } = broadcast;
    return this.notices.writeToOperators(manager, {
      // Stopped, gone on with and stopped again is told again.
      cause: `broadcast-${broadcastId}-${wakeNumber}`,
      payload: {
        ...{ kind: 'broadcast_over', people, sent, blocked, failed, unknown, skipped },
        stopped:
          stoppedBecause === 'message_gone' || stoppedBecause === 'telegram_away' ? stoppedBecause : null,
      },
    });
  }
}
