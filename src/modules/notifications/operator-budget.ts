import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Env, logger, Queues } from '../../platform/index.js';
import { sendQueue } from '../telegram/index.js';
import type { Notice } from './notice.entity.js';
import { HELD_NOTICE_KINDS, OPERATOR_NOTICE_KINDS } from './operator-notices.schemas.js';

/** The `last_error` of what was held back: counted in a summary, and not given up. */
export const HELD_BACK = 'held back: more than an operator reads in an hour';

/**
 * How much an operator is told in an hour: a flood is read by nobody, and keeps videos waiting. What goes beyond it is kept in its row,
 * counted, and told in one notice when the hour is over.
 */
@Injectable()
export class OperatorBudget {
  private readonly log = logger('notices');

  constructor(
    private readonly dataSource: DataSource,
    private readonly queues: Queues,
    private readonly env: Env,
  ) {}

  /** Holds a notice to an operator back where their hour is full. @returns false for one that may be sent. */
  async holdsBack(notice: Notice): Promise<boolean> {
    if (!isHeldKind(notice)) return false;
    const held = await this.dataSource.transaction((manager) => this.hold(manager, notice));
    if (!held) return false;
    const { id: noticeId, userId, kind } = notice;
    this.log.warn({ noticeId, userId, kind }, 'A notice to an operator is held back');
    if (held.summary) await this.wake(held.summary);
    return true;
  }

  /** One after the other for each operator: of several that are being sent at this moment, the others count. */
  private async hold(
    manager: EntityManager,
    { id, userId, kind }: Notice,
  ): Promise<{ summary: Summary | null } | null> {
    await manager.query(
      `select pg_advisory_xact_lock(hashtextextended('operator-notices-' || $1::text, 0))`,
      [userId],
    );
    const [row] = await manager.query<{ told: number }[]>(COUNT_TOLD, [userId, OPERATOR_NOTICE_KINDS, id]);
    if ((row?.told ?? 0) < this.env.OPERATOR_NOTICES_PER_HOUR_MAX) return null;
    await manager.query(
      'update notices set dropped_at = clock_timestamp(), last_error = $2 where id = $1 and sent_at is null',
      [id, HELD_BACK],
    );
    const [summary] = await manager.query<Summary[]>(COUNT_HELD, [userId, kind]);
    return { summary: summary ?? null };
  }

  private wake(summary: Summary): Promise<void> {
    return this.queues.tryAdd(sendQueue, {
      id: `notice-${summary.id}-0`,
      payload: { kind: 'notice', id: summary.id, wakeNumber: 0 },
      delayMs: Math.max(0, summary.in_ms),
    });
  }
}

interface Summary {
  id: string;
  /** Until it is sent. */
  in_ms: number;
}

/** Told within the hour, or being told now. */
const COUNT_TOLD = `
  select count(*)::int as told from notices
   where user_id = $1 and kind = any($2) and id <> $3
     and (sent_at > now() - interval '1 hour'
          or (sent_at is null and dropped_at is null and parked_at is null
              and attempts > 0 and next_attempt_at > clock_timestamp()))`;

/** One summary for each operator and hour; counting in it ends when it is sent. */
const COUNT_HELD = `
  insert into notices as n (user_id, kind, cause, payload, next_attempt_at)
  select $1::uuid, 'alerts_held', 'alerts-held-' || $1 || '-' || extract(epoch from hour.ends_at),
         jsonb_build_object('kind', 'alerts_held', 'counts', jsonb_build_object($2::text, 1)), hour.ends_at
    from (select date_trunc('hour', clock_timestamp()) + interval '1 hour' as ends_at) hour
  on conflict (cause) do update
    set payload = jsonb_set(n.payload, array['counts', $2::text],
          to_jsonb(coalesce((n.payload->'counts'->>$2::text)::int, 0) + 1))
    where n.sent_at is null
  returning id, ceil(extract(epoch from next_attempt_at - clock_timestamp()) * 1000)::int as in_ms`;

function isHeldKind({ kind }: Notice): boolean {
  return (HELD_NOTICE_KINDS as readonly string[]).includes(kind);
}
