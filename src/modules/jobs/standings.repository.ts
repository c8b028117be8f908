import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import type { FailureReason, JobStatus, JobStep } from './job-lifecycle.types.js';
import type { QueuePlace, VideoStanding } from './progress-lines.rules.js';

/** Where a job stands, without its place in the queue, and the database's clock at that moment. */
export interface Standing extends Omit<VideoStanding, 'place'> {
  jobId: string;
  orderId: string;
  model: string | null;
  nowMs: number;
}

interface StandingRow {
  id: string;
  order_id: string;
  position: number;
  status: JobStatus;
  step: JobStep;
  model: string | null;
  failure_reason: FailureReason | null;
  created_ms: number;
  started_ms: number | null;
  deadline_ms: number;
  now_ms: number;
}

/** Fewer say nothing about the next one; of more, the older ones do not. */
const SAMPLES_MIN = 3;
const SAMPLES_MAX = 20;
/** Nobody waits to hear whether theirs is the 3,000th or the 4,000th; and counting takes its time. */
const PLACES_COUNTED_MAX = 1_000;
/** What began longer ago says nothing about the queue of now. */
const STARTED_LATELY = `interval '30 minutes'`;

/** How far jobs are, their places in the queue, and how long others took. */
@Injectable()
export class StandingsRepository {
  /** The jobs of these orders, by position. */
  async listOfOrders(manager: EntityManager, orderIds: readonly string[]): Promise<Standing[]> {
    const rows = await manager.query<StandingRow[]>(
      `select id, order_id, position, status, step, model, failure_reason, ${epochMs('created_at')} as created_ms,
              ${epochMs('started_at')} as started_ms, ${epochMs('deadline_at')} as deadline_ms,
              ${epochMs('clock_timestamp()')} as now_ms
         from jobs where order_id = any($1) order by order_id, position`,
      [orderIds],
    );
    return rows.map(standingOf);
  }

  /** The places of these jobs in the queue. One that has left it has none. */
  async placesOf(manager: EntityManager, jobIds: readonly string[]): Promise<Map<string, QueuePlace>> {
    if (jobIds.length === 0) return new Map();
    const rows = await manager.query<{ id: string; place: number | null }[]>(
      `with queue as (
         select id, (row_number() over (order by created_at, order_id, position))::int as place
           from (select id, created_at, order_id, position from jobs where status = 'queued'
                  order by created_at, order_id, position limit $2) first)
       select j.id, queue.place from jobs j left join queue on queue.id = j.id
        where j.id = any($1) and j.status = 'queued'`,
      [jobIds, PLACES_COUNTED_MAX],
    );
    return new Map(rows.map(({ id, place }) => [id, place ? { place } : { beyond: PLACES_COUNTED_MAX }]));
  }

  /** How long the last completed jobs of each of these models took from leaving the queue, by the median, in milliseconds. */
  async usualDurations(manager: EntityManager, models: readonly string[]): Promise<Map<string, number>> {
    const rows = await manager.query<{ model: string; ms: number }[]>(
      `select m.model, usual.ms from unnest($1::text[]) as m(model) cross join lateral (
         select ${median('finished_at - started_at')} as ms from (
           select finished_at, started_at from jobs
            where model = m.model and status = 'completed' and started_at is not null
            order by finished_at desc limit $2) last
         having count(*) >= $3) usual`,
      [models, SAMPLES_MAX, SAMPLES_MIN],
    );
    return new Map(rows.map(({ model, ms }) => [model, ms]));
  }

  /** How long the jobs that left the queue last had been in it, by the median, in milliseconds; null where they are too few. */
  async usualWait(manager: EntityManager): Promise<number | null> {
    const [row] = await manager.query<{ ms: number }[]>(
      `select ${median('started_at - created_at')} as ms from (
         select started_at, created_at from jobs where started_at > clock_timestamp() - ${STARTED_LATELY}
          order by started_at desc limit $1) last
       having count(*) >= $2`,
      [SAMPLES_MAX, SAMPLES_MIN],
    );
    return row?.ms ?? null;
  }
}

function epochMs(instant: string): string {
  return `(extract(epoch from ${instant}) * 1000)::float8`;
}

function median(interval: string): string {
  return `percentile_cont(0.5) within group (order by (extract(epoch from ${interval}) * 1000)::float8)`;
}

function standingOf(row: StandingRow): Standing {
  return {
    jobId: row.id,
    orderId: row.order_id,
    position: row.position,
    status: row.status,
    step: row.step,
    model: row.model,
    failureReason: row.failure_reason,
    createdAtMs: row.created_ms,
    startedAtMs: row.started_ms,
    deadlineAtMs: row.deadline_ms,
    nowMs: row.now_ms,
  };
}
