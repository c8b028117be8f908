import { Injectable } from '@nestjs/common';
import { BroadcastsService, Lookups } from '../../admin/index.js';
import { Env } from '../../../platform/index.js';
import type { Wish } from './operator.schemas.js';
import type { MissingFacts, WishFacts } from './wish-facts.types.js';

/** What a wish is about, looked up anew each time that it is shown. */
@Injectable()
export class OperatorFacts {
  constructor(
    private readonly lookups: Lookups,
    private readonly broadcasts: BroadcastsService,
    private readonly env: Env,
  ) {}

  /** @returns the name of what is not there (any more). */
  async of(wish: Wish): Promise<WishFacts | MissingFacts> {
    switch (wish.kind) {
      case 'grant':
      case 'ban':
      case 'unban': {
        const [user] = await this.lookups.findPeople({ userId: wish.userId });
        return user ? { kind: 'person', user } : 'person';
      }
      case 'refund': {
        const look = await this.lookups.payment(wish.paymentId);
        return look ? { kind: 'payment', ...look } : 'payment';
      }
      case 'job_fail':
      case 'job_send':
      case 'job_make': {
        const look = await this.lookups.job(wish.jobId);
        if (!look) return 'job';
        return look.user ? { kind: 'job', job: look.job, user: look.user } : 'person';
      }
      case 'switch':
        return { kind: 'switch' };
      case 'broadcast': {
        const people = wish.messageId === null ? 0 : await this.broadcasts.countPeople(wish.audience);
        return { kind: 'broadcast', people, sendsPerSecond: this.env.BROADCAST_SENDS_PER_SECOND_MAX };
      }
      case 'bc_stop':
      case 'bc_go_on': {
        const broadcast = await this.broadcasts.find(wish.broadcastId);
        return broadcast ? { kind: 'running', broadcast } : 'running';
      }
    }
  }
}
