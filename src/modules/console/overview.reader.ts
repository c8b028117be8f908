import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';
import {
  findConcerns,
  type ConcernFacts,
  type LastAudit,
  type LastReconciliation,
} from './concerns.rules.js';
import {
  JOB_OPEN,
  JOB_OVERDUE,
  NOTICE_GIVEN_UP,
  NOTICE_LATE,
  PAYMENT_PARKED,
  REFUND_FAILED,
  REFUND_LATE,
} from './conditions.js';
import type { Overview, WaitingStep } from './protocol.js';
import { ReadOnly } from './read-only.js';
import { SupplyReader } from './supply.reader.js';

type Counts = Omit<ConcernFacts, 'supply' | 'waiting' | 'reconciliations' | 'audit'>;

/** Whether all is well, and what waits. */
@Injectable()
export class OverviewReader {
  constructor(
    private readonly readOnly: ReadOnly,
    private readonly supply: SupplyReader,
    private readonly env: Env,
  ) {}

  read(): Promise<Overview> {
    return this.readOnly.run(async (manager) => {
      const waiting = await listWaiting(manager);
      const concerns = findConcerns({
        ...(await count(manager)),
        supply: await this.supply.readIn(manager),
        waiting,
        reconciliations: await this.listLastReconciliations(manager),
        audit: await findLastAudit(manager),
      });
      return { at: new Date().toISOString(), concerns, waiting };
    });
  }

  /** Of YooKassa, and of Stars where they are sold or ever were, as the scheduler goes by, too. */
  private listLastReconciliations(manager: EntityManager): Promise<LastReconciliation[]> {
    return manager.query<LastReconciliation[]>(
      `select p.provider, newest.last_error as "lastError", (
                select json_build_object('at', r.finished_at, 'differencesTotal', r.differences_total,
                         'ageS', extract(epoch from clock_timestamp() - r.finished_at))
                  from payment_reconciliations r where r.provider = p.provider and r.finished_at is not null
                 order by r.finished_at desc limit 1) as finished
         from (values ('yookassa'), ('telegram_stars')) as p (provider)
         left join lateral (
           select r.last_error from payment_reconciliations r where r.provider = p.provider
            order by r.started_at desc limit 1) newest on true
        where p.provider = 'yookassa' or $1 or exists (select from payments where provider = p.provider)`,
      [this.env.TELEGRAM_STARS],
    );
  }
}

/** Only jobs that are not over have a deadline that counts, and an index of their own. */
function listWaiting(manager: EntityManager): Promise<WaitingStep[]> {
  return manager.query<WaitingStep[]>(
    `select j.step, count(*)::int as count,
            extract(epoch from clock_timestamp() - min(j.created_at))::float8 as "oldestS",
            greatest(0, extract(epoch from clock_timestamp() - min(coalesce(j.overdue_since, j.wake_at))))::float8 as "overdueS"
       from jobs j where ${JOB_OPEN}
      group by j.step order by array_position(array['prompt', 'create', 'generate', 'deliver'], j.step)`,
  );
}

async function count(manager: EntityManager): Promise<Counts> {
  const [row] = await manager.query<[Counts]>(
    `select
       (select count(*)::int from jobs j where ${JOB_OVERDUE}) as "jobsPastDeadline",
       (select count(*)::int from notices n where ${NOTICE_GIVEN_UP} and n.dropped_at > now() - interval '1 day') as "noticesDropped",
       (select count(*)::int from notices n where ${NOTICE_LATE}) as "noticesLate",
       (select count(*)::int from payments p where ${PAYMENT_PARKED}) as "paymentsParked",
       (select count(*)::int from payment_refunds r where ${REFUND_FAILED}) as "refundsFailed",
       (select count(*)::int from payment_refunds r where ${REFUND_LATE}) as "refundsLate",
       (select coalesce(sum(credits_owed), 0)::int from payments where refunded_kopecks > 0) as "creditsOwed",
       (select extract(epoch from clock_timestamp() - min(created_at))::float8 from users) as "oldestUserAgeS"`,
  );
  return row;
}

async function findLastAudit(manager: EntityManager): Promise<LastAudit | null> {
  const rows = await manager.query<LastAudit[]>(
    `select a.finished_at as "finishedAt", extract(epoch from clock_timestamp() - a.finished_at)::float8 as "ageS", a.drift
       from audits a where a.finished_at is not null order by a.finished_at desc limit 1`,
  );
  return rows[0] ?? null;
}
