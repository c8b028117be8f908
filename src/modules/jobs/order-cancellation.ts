import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CreditsService } from '../credits/index.js';
import { JobTransitions } from './job-transitions.js';
import { VideosRepository } from './videos.repository.js';

/** What became of a wish to give an order up; the same wish again is answered in the same words. */
export type CancelResult =
  | {
      kind: 'cancelled';
      /** Videos of the order that were given up, and the credits that came back for them. */
      videos: number;
      credits: number;
      balance: number;
      /** Videos of the order that go on: they were in the making already. */
      goingOn: number;
    }
  /** All of it is in the making, or over. */
  | { kind: 'too_late' }
  | { kind: 'not_found' };

/** How people give up what nobody has begun. */
@Injectable()
export class OrderCancellation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly videos: VideosRepository,
    private readonly transitions: JobTransitions,
    private readonly credits: CreditsService,
  ) {}

  /**
   * Gives up the order's videos that are still in the queue: KIE has not been asked for them, and their credits come back.
   * One after the other, each like any other failure, so that whoever starts one meanwhile is either too late or first.
   */
  async cancel(userId: string, orderId: string): Promise<CancelResult> {
    const { manager } = this.dataSource;
    for (const jobId of await this.videos.listQueued(manager, userId, orderId)) {
      await this.transitions.report(jobId, { kind: 'cancelled' });
    }
    const outcome = await this.videos.findCancellation(manager, userId, orderId);
    if (!outcome) return { kind: 'not_found' };
    if (outcome.videos === 0) return { kind: 'too_late' };
    return { kind: 'cancelled', ...outcome, balance: await this.credits.balanceOf(userId) };
  }
}
