import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { entityOfRow } from '../../platform/index.js';
import { Job } from './job.entity.js';
import type { JobStep } from './job-lifecycle.types.js';

/** A job under the lock of its row and of its user's, and the database's clock at that moment. */
export interface LockedJob {
  job: Job;
  /** Telegram's id of the person. */
  tgUserId: number;
  nowMs: number;
}

/** A job that still has to send its video: in the step `deliver`, or over and woken for a late send. */
const AWAITS_SEND = `case when status = 'processing' then step = 'deliver' else status <> 'queued' end
  and wake_at is not null and (video_message_id is null or sending_again)`;

/** A row as PostgreSQL names it. */
type Row = Readonly<Record<string, unknown>>;

/** Values of `set clause` columns, by column name; `now()` and intervals are written by `update`'s callers. */
type Assignments = Readonly<Record<string, unknown>>;

@Injectable()
export class JobsRepository {
  async find(manager: EntityManager, jobId: string): Promise<Job | null> {
    const [row] = await manager.query<Row[]>('select * from jobs where id = $1', [jobId]);
    return row ? entityOfRow(manager, Job, row) : null;
  }

  /** The job if it is this person's. */
  findOfUser(manager: EntityManager, userId: string, jobId: string): Promise<Job | null> {
    return manager.findOneBy(Job, { id: jobId, userId });
  }

  /**
   * Locks the user's row first, then the job's, in the order in which every credit function locks, so that a refund inside
   * the same transaction cannot deadlock with another one. Null also for a job of a person who was erased: it was over, and stays
   * as it is.
   */
  async lock(manager: EntityManager, jobId: string): Promise<LockedJob | null> {
    const [owner] = await manager.query<{ tg_user_id: string | null }[]>(
      `select u.tg_user_id from users u join jobs j on j.user_id = u.id where j.id = $1 for no key update of u`,
      [jobId],
    );
    if (!owner?.tg_user_id) return null;
    const [row] = await manager.query<(Row & { now_ms: string })[]>(
      `select *, extract(epoch from clock_timestamp()) * 1000 as now_ms from jobs where id = $1 for update`,
      [jobId],
    );
    if (!row) return null;
    const job = entityOfRow(manager, Job, row);
    return { job, tgUserId: Number(owner.tg_user_id), nowMs: Number(row.now_ms) };
  }

  /**
   * Changes a job that still is what the decision was made on; whoever does is at work on it, so that it is overdue no more.
   *
   * @param changes columns and values; `…_in_ms` columns are milliseconds from the database's now, null clears.
   * @returns the job as it is now; null when the row is in another state.
   */
  async change(manager: EntityManager, job: Job, changes: Assignments): Promise<Job | null> {
    const parameters: unknown[] = [job.id, job.status, job.step, job.wakeNumber];
    const assignments = Object.entries(changes).map(([name, value]) => {
      parameters.push(value);
      return assignment(name, parameters.length);
    });
    const [[row]] = await manager.query<[Row[], number]>(
      `update jobs set ${assignments.join(', ')}, overdue_since = null
        where id = $1 and status = $2 and step = $3 and wake_number = $4 returning *`,
      parameters,
    );
    return row ? entityOfRow(manager, Job, row) : null;
  }

  /**
   * Begins a step: says how long it may take, so that the cron does not take it for lost meanwhile. Null when the job is
   * elsewhere by now, or the wake-up is an old one.
   */
  async beginStep(
    manager: EntityManager,
    step: { jobId: string; step: JobStep; wakeNumber: number; leaseMs: number },
  ): Promise<Job | null> {
    const [[row]] = await manager.query<[Row[], number]>(
      `update jobs set wake_at = clock_timestamp() + $4 * interval '1 ms', overdue_since = null
        where id = $1 and step = $2 and wake_number = $3 and status in ('queued', 'processing') returning *`,
      [step.jobId, step.step, step.wakeNumber, step.leaseMs],
    );
    return row ? entityOfRow(manager, Job, row) : null;
  }

  /** Whether a job's photo link will live for another `leastMs`. */
  async hasPhotoLink(manager: EntityManager, jobId: string, leastMs: number): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `select from jobs where id = $1 and photo_url is not null
          and photo_url_expires_at > clock_timestamp() + $2 * interval '1 ms'`,
      [jobId, leastMs],
    );
    return rows.length > 0;
  }

  async writeEvent(
    manager: EntityManager,
    jobId: string,
    event: string,
    details: object = {},
  ): Promise<void> {
    await manager.query(`insert into job_events (job_id, event, details) values ($1, $2, $3)`, [
      jobId,
      event,
      JSON.stringify(details),
    ]);
  }

  /** Takes the delivery lease for one send, counted as an attempt. Returns null when it is held, with how long still. */
  async claimDelivery(
    manager: EntityManager,
    claim: { jobId: string; wakeNumber: number; token: string; leaseMs: number },
  ): Promise<{ kind: 'claimed'; job: Job } | { kind: 'held'; leftMs: number } | { kind: 'not_due' }> {
    const [[row]] = await manager.query<[Row[], number]>(
      `update jobs set delivery_lease_token = $3, delivery_lease_until = clock_timestamp() + $4 * interval '1 ms',
              wake_at = clock_timestamp() + $4 * interval '1 ms', overdue_since = null,
              delivery_attempts = delivery_attempts + 1
        where id = $1 and wake_number = $2 and ${AWAITS_SEND}
          and (delivery_lease_until is null or delivery_lease_until <= clock_timestamp())
        returning *`,
      [claim.jobId, claim.wakeNumber, claim.token, claim.leaseMs],
    );
    if (row) return { kind: 'claimed', job: entityOfRow(manager, Job, row) };
    const [held] = await manager.query<{ left_ms: number | null }[]>(
      `select ceil(extract(epoch from delivery_lease_until - clock_timestamp()) * 1000)::int as left_ms
         from jobs where id = $1 and wake_number = $2 and ${AWAITS_SEND}`,
      [claim.jobId, claim.wakeNumber],
    );
    return held ? { kind: 'held', leftMs: Math.max(1, held.left_ms ?? 1) } : { kind: 'not_due' };
  }

  /** How many videos an order has. */
  async countOfOrder(manager: EntityManager, orderId: string): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      'select count(*)::int as n from jobs where order_id = $1',
      [orderId],
    );
    return row?.n ?? 0;
  }

  /** Whether an order with this key exists already. */
  existsForKey(manager: EntityManager, idempotencyKey: string): Promise<boolean> {
    return manager.existsBy(Job, { idempotencyKey });
  }

  /** The person's videos that are not over. */
  async countInFlight(manager: EntityManager, userId: string): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      `select count(*)::int as n from jobs where user_id = $1 and status in ('queued', 'processing')`,
      [userId],
    );
    return row?.n ?? 0;
  }

  /**
   * Minutes until the person has less than `ordersMax` orders of the last hour, at least 1; null when they have less now.
   * The first job of an order stands for it.
   */
  async findMinutesUntilOrder(
    manager: EntityManager,
    userId: string,
    ordersMax: number,
  ): Promise<number | null> {
    const [row] = await manager.query<{ minutes: number }[]>(
      `select ceil(extract(epoch from created_at + interval '1 hour' - clock_timestamp()) / 60)::int as minutes
         from jobs where user_id = $1 and position = 1 and created_at > now() - interval '1 hour'
        order by created_at desc offset $2 limit 1`,
      [userId, ordersMax - 1],
    );
    return row ? Math.max(1, row.minutes) : null;
  }
}

/** `deadline_in_ms` sets `deadline_at` that far from now; `deadline_more_ms` moves what it has. */
function assignment(name: string, parameter: number): string {
  if (!/^[a-z_]+$/.test(name)) throw new Error(`Bad column ${name}`);
  if (name.endsWith('_in_ms')) {
    const column = name.replace(/_in_ms$/, '_at');
    return `${column} = clock_timestamp() + $${parameter}::float8 * interval '1 ms'`;
  }
  if (name.endsWith('_more_ms')) {
    const column = name.replace(/_more_ms$/, '_at');
    return `${column} = ${column} + $${parameter}::float8 * interval '1 ms'`;
  }
  return `${name} = $${parameter}`;
}
