import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { entityOfRow } from '../../platform/index.js';
import { Job } from './job.entity.js';

/** A job, how many its order has, and the database's clock at that moment. */
export interface OwnedVideo {
  job: Job;
  count: number;
  nowMs: number;
}

/** What was given up of an order, and what was not. */
export interface Cancellation {
  videos: number;
  credits: number;
  goingOn: number;
}

type Row = Readonly<Record<string, unknown>> & { of_order: number; now_ms: number };

const COLUMNS = `j.*, (select count(*)::int from jobs o where o.order_id = j.order_id) as of_order,
  (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`;

/** A person's own videos, the newest order first. Every query names the owner. */
@Injectable()
export class VideosRepository {
  async count(manager: EntityManager, userId: string): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      'select count(*)::int as n from jobs where user_id = $1',
      [userId],
    );
    return row?.n ?? 0;
  }

  async list(
    manager: EntityManager,
    userId: string,
    page: { limit: number; offset: number },
  ): Promise<OwnedVideo[]> {
    const rows = await manager.query<Row[]>(
      `select ${COLUMNS} from jobs j where j.user_id = $1
        order by j.created_at desc, j.order_id, j.position limit $2 offset $3`,
      [userId, page.limit, page.offset],
    );
    return rows.map((row) => videoOf(manager, row));
  }

  async find(manager: EntityManager, userId: string, jobId: string): Promise<OwnedVideo | null> {
    const [row] = await manager.query<Row[]>(
      `select ${COLUMNS} from jobs j where j.id = $1 and j.user_id = $2`,
      [jobId, userId],
    );
    return row ? videoOf(manager, row) : null;
  }

  /** The videos that are not over. */
  async listInFlight(manager: EntityManager, userId: string, limit: number): Promise<OwnedVideo[]> {
    const rows = await manager.query<Row[]>(
      `select ${COLUMNS} from jobs j where j.user_id = $1 and j.status in ('queued', 'processing')
        order by j.created_at desc, j.order_id, j.position limit $2`,
      [userId, limit],
    );
    return rows.map((row) => videoOf(manager, row));
  }

  /** The order's jobs that are still in the queue, by position. */
  async listQueued(manager: EntityManager, userId: string, orderId: string): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select id from jobs where order_id = $1 and user_id = $2 and status = 'queued' order by position`,
      [orderId, userId],
    );
    return rows.map(({ id }) => id);
  }

  /** What became of the order; null where this person has no such one. */
  async findCancellation(
    manager: EntityManager,
    userId: string,
    orderId: string,
  ): Promise<Cancellation | null> {
    const [row] = await manager.query<{ jobs: number; videos: number; credits: number; going_on: number }[]>(
      `select count(*)::int as jobs, count(*) filter (where failure_reason = 'cancelled')::int as videos,
              coalesce(sum(credits) filter (where failure_reason = 'cancelled'), 0)::int as credits,
              count(*) filter (where status in ('queued', 'processing'))::int as going_on
         from jobs where order_id = $1 and user_id = $2`,
      [orderId, userId],
    );
    if (!row?.jobs) return null;
    return { videos: row.videos, credits: row.credits, goingOn: row.going_on };
  }
}

function videoOf(manager: EntityManager, { of_order: count, now_ms: nowMs, ...row }: Row): OwnedVideo {
  return { job: entityOfRow(manager, Job, row), count, nowMs };
}
