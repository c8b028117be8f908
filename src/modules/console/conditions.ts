import { HELD_BACK } from '../notifications/index.js';
import { OVERDUE_MAX_S } from './concerns.rules.js';

/*
 * What the overview counts and a list shows: one condition for both, so that whoever follows a link finds the row that was counted.
 * By `now()`, since no index is looked up by `clock_timestamp()`, which may change from row to row. */

/** Jobs that are not over, by the alias `j`. */
export const JOB_OPEN = `j.status in ('queued', 'processing')`;

/** Jobs, by the alias `j`, whose turn nobody takes. */
export const JOB_WAITING = `${JOB_OPEN} and j.wake_at <= now()
  and coalesce(j.overdue_since, j.wake_at) < now() - ${OVERDUE_MAX_S} * interval '1 s'`;

/** Jobs, by the alias `j`, that the scheduler should have failed: with a minute for it to come by. */
export const JOB_OVERDUE = `${JOB_OPEN} and j.deadline_at < now() - interval '1 minute'`;

/** Notices, by the alias `n`, that should have been sent. */
export const NOTICE_LATE = `n.sent_at is null and n.dropped_at is null and n.parked_at is null
  and n.next_attempt_at < now() - interval '5 minutes'`;

/** Notices, by the alias `n`, that were given up: what an operator is spared until the hour is over was not. */
export const NOTICE_GIVEN_UP = `n.dropped_at is not null and n.last_error is distinct from '${HELD_BACK}'`;

/** Refunds, by the alias `r`, that the provider did not make, within the last 7 days. */
export const REFUND_FAILED = `r.status = 'failed' and r.ended_at > now() - interval '7 days'`;

/** Refunds, by the alias `r`, of which the provider has not said for more than a day what became of them. */
export const REFUND_LATE = `r.check_at is not null and r.status = 'pending' and r.created_at < now() - interval '1 day'`;

/** Payments, by the alias `p`, that were paid otherwise than sold, and that nobody has dealt with: neither completed nor ended since. */
export const PAYMENT_PARKED = `p.parked_reason is not null and p.settled_by_hand_at is null
  and p.completed_at is null and p.ended_at is null`;
