import type { PageState, QueueCounts } from '../../../sandbox/page/protocol.js';
import { isInFlight } from './jobs/job-steps.rules.js';
import { switchedOn } from './rehearse/rehearsals.rules.js';

/** The numbers that are always in sight. */
export interface Summary {
  /** Null: nobody is on the page, or they have no account yet. */
  balance: number | null;
  videosInFlight: number;
  /** Wake-ups that nobody works on yet. */
  queued: number;
  rehearsalsOn: number;
}

/** What the page comes to at a glance. */
export function summaryOf({ account, queues, rehearsals }: PageState): Summary {
  return {
    balance: account?.registered ? account.balance : null,
    videosInFlight: account?.jobs.filter(isInFlight).length ?? 0,
    queued: queues.reduce((sum, queue) => sum + queuedIn(queue), 0),
    rehearsalsOn: switchedOn(rehearsals).length,
  };
}

/** What waits in a queue: for a worker, or for its time. */
export function queuedIn({ waiting, delayed }: QueueCounts): number {
  return waiting + delayed;
}
