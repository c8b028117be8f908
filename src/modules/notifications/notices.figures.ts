import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { defineGauge, Figures, sample, type Sample } from '../../platform/index.js';
import { HELD_BACK } from './operator-budget.js';

const NOTICES = defineGauge({
  name: 'neurocards_notices',
  help: 'Notices that are still to be sent (open), wait for a person who blocked the bot (parked), or were given up in the last day (dropped).',
  labels: { state: ['open', 'parked', 'dropped'] },
});
const OLDEST = defineGauge({
  name: 'neurocards_notices_oldest_open_seconds',
  help: 'Age of the oldest notice that is still to be sent; 0 where there is none.',
  labels: {},
});

/** How the outbox stands. */
@Injectable()
export class NoticesFigures implements OnModuleInit {
  constructor(private readonly figures: Figures) {}

  onModuleInit(): void {
    this.figures.register({ name: 'notices', gauges: [NOTICES, OLDEST], read: readNotices });
  }
}

/** Each by a partial index of its own. What operators are spared until the hour is over neither waits nor was given up. */
async function readNotices(manager: EntityManager): Promise<Sample[]> {
  const [row] = await manager.query<{ open: number; oldest_s: number; parked: number; dropped: number }[]>(
    `select o.open, o.oldest_s,
            (select count(*)::int from notices where parked_at is not null and sent_at is null) as parked,
            (select count(*)::int from notices where dropped_at > now() - interval '1 day' and last_error is distinct from $1) as dropped
       from (select count(*)::int as open, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest_s
               from notices where sent_at is null and dropped_at is null and parked_at is null
                and not (kind = 'alerts_held' and attempts = 0 and next_attempt_at > now())) o`,
    [HELD_BACK],
  );
  if (!row) return [];
  return [
    sample(NOTICES, { state: 'open' }, row.open),
    sample(NOTICES, { state: 'parked' }, row.parked),
    sample(NOTICES, { state: 'dropped' }, row.dropped),
    sample(OLDEST, {}, row.oldest_s),
  ];
}
