import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import type { JobStep } from './job-lifecycle.types.js';

/** A job whose step somebody must wake again. */
export interface OverdueJob {
  id: string;
  step: JobStep;
  wakeNumber: number;
}

/** A video that nobody has got: as the rules see it, but for its age. */
const IS_PARKED = `parked_at is not null and video_message_id is null and wake_at is null`;
/** What a job is woken for: one that is over, only for its video. */
const STEP_TO_WAKE = `case when status in ('completed', 'failed') then 'deliver' else step end`;

/** What the crons look for: jobs whose time has come. */
@Injectable()
export class DueJobsRepository {
  /** The jobs whose videos wait for this person, the newest first, at most `limit`. */
  async listParkedOfUser(manager: EntityManager, userId: string, limit: number): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select id from jobs where user_id = $1 and ${IS_PARKED} order by parked_at desc limit $2`,
      [userId, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Jobs whose videos wait for people who are back, parked less than `parkedForMs` ago, at most `limit`. */
  async listParkedOfReturned(manager: EntityManager, parkedForMs: number, limit: number): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select j.id from jobs j join users u on u.id = j.user_id
        where u.blocked_at is null and u.erased_at is null and ${IS_PARKED} and j.parked_at > clock_timestamp() - $1 * interval '1 ms'
        order by j.parked_at limit $2`,
      [parkedForMs, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Jobs past their deadline, the longest first, at most `limit`. */
  async listPastDeadline(manager: EntityManager, limit: number): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select id from jobs where status in ('queued', 'processing') and deadline_at <= clock_timestamp()
        order by deadline_at limit $1`,
      [limit],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Gives jobs whose wake-up is overdue a new number, so that the queue cannot take it for one that it still holds. The one
   * that waited longest comes last: each goes before all that waits in the queue, so that it ends up first. Since when it is overdue stays known.
   */
  async renumberOverdue(manager: EntityManager, overdueMs: number, limit: number): Promise<OverdueJob[]> {
    const [rows] = await manager.query<
      [{ id: string; step: JobStep; wake_number: number; due_ms: string }[], number]
    >(
      `update jobs j set wake_number = j.wake_number + 1, wake_at = clock_timestamp(),
              overdue_since = coalesce(j.overdue_since, j.wake_at)
         from (select id, extract(epoch from wake_at) * 1000 as due_ms from jobs
                where wake_at < clock_timestamp() - $1 * interval '1 ms'
                order by wake_at limit $2 for update skip locked) overdue
        where j.id = overdue.id
        returning j.id, ${STEP_TO_WAKE} as step, j.wake_number, overdue.due_ms`,
      [overdueMs, limit],
    );
    return rows
      .map((row) => ({ id: row.id, step: row.step, wakeNumber: row.wake_number, dueMs: Number(row.due_ms) }))
      .sort((a, b) => b.dueMs - a.dueMs);
  }
}
