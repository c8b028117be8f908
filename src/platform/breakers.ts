import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { logger } from './logging.js';
import { defineCounter, Metrics } from './metrics/index.js';

/** Something that is out of order and is left alone until its time is over. */
export interface OpenBreaker {
  name: string;
  /** The words of whoever refused. */
  reason: string;
  /** When the outage began, however often it was tried since. */
  openedAt: Date;
}

const OPENED = defineCounter({
  name: 'neurocards_breakers_opened_total',
  help: 'What was found out of order and is left alone for a while: models of KIE, providers of prompts.',
  labels: { kind: 'any' },
});

/** A breaker that opens again and again stays open for at most so many times its first pause. */
const GROWTH_MAX = 12;
const REASON_LENGTH_MAX = 1000;

/**
 * Circuit breakers that all processes share, one row each: what is certain to fail for everybody is not tried by everybody. When its
 * time is over it is tried again; what fails then, within the longest pause, is the same outage and is left alone for twice the time.
 */
@Injectable()
export class Breakers {
  private readonly log = logger('breakers');

  constructor(private readonly metrics: Metrics) {}

  /** Opens a breaker; one that is open already stays as it is. `name` says what is out of order, e.g. `kie-model:<slug>`. */
  async open(
    manager: EntityManager,
    name: string,
    { reason, pauseMs }: { reason: string; pauseMs: number },
  ): Promise<void> {
    const relapsed = `b.open_until + $4 * $3 * interval '1 ms' > clock_timestamp()`;
    const times = `case when ${relapsed} then b.times + 1 else 1 end`;
    const [row] = await manager.query<{ times: number }[]>(
      `insert into breakers as b (name, reason, open_until)
       values ($1, $2, clock_timestamp() + $3 * interval '1 ms')
       on conflict (name) do update
         set reason = excluded.reason, times = ${times},
             opened_at = case when ${relapsed} then b.opened_at else clock_timestamp() end,
             open_until = clock_timestamp() + $3 * least($4, power(2, least(${times}, $4) - 1)) * interval '1 ms'
         where b.open_until <= clock_timestamp()
       returning times`,
      [name, reason.slice(0, REASON_LENGTH_MAX), pauseMs, GROWTH_MAX],
    );
    if (!row) return;
    this.metrics.count(OPENED, { kind: name.split(':')[0] ?? name });
    this.log.error({ breaker: name, reason, times: row.times }, 'Out of order, left alone for a while');
  }

  /** Ends an outage before its time: what fails next is a new one. @returns false when the breaker was not open. */
  async close(manager: EntityManager, name: string): Promise<boolean> {
    const [, closed] = await manager.query<[unknown, number]>(
      'delete from breakers where name = $1 and open_until > clock_timestamp()',
      [name],
    );
    return closed === 1;
  }

  /** The breakers that are open now and whose names begin with `prefix`, the oldest outage first. */
  listOpen(manager: EntityManager, prefix: string): Promise<OpenBreaker[]> {
    return manager.query<OpenBreaker[]>(
      `select name, reason, opened_at as "openedAt" from breakers
        where starts_with(name, $1) and open_until > clock_timestamp() order by opened_at, name`,
      [prefix],
    );
  }
}
