import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, Queues } from '../../platform/index.js';
import { sendQueue } from '../telegram/index.js';
import type { Notice } from './notice.entity.js';
import { OPERATOR_NOTICE_KINDS } from './operator-notices.schemas.js';

const HELD = 'held back: more than an operator reads in an hour';

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
    if (!isCounted(notice)) return false;
    const [row] = await this.dataSource.query<{ told: number }[]>(
      // Of several that are being sent at this moment, those before this one count.
      `select count(*)::int as told from notices
        where user_id = $1 and kind = any($2)
          and (sent_at > now() - interval '1 hour'
               or (sent_at is null and dropped_at is null and parked_at is null and attempts > 0 and id < $3))`,
      [notice.userId, OPERATOR_NOTICE_KINDS, notice.id],
    );
    if ((row?.told ?? 0) < this.env.OPERATOR_NOTICES_PER_HOUR_MAX) return false;
    await this.hold(notice);
    return true;
  }

  private async hold({ id, userId, kind }: Notice): Promise<void> {
    const summary = await this.dataSource.transaction(async (manager) => {
      await manager.query(
        'update notices set dropped_at = clock_timestamp(), last_error = $2 where id = $1 and sent_at is null',
        [id, HELD],
      );
      const [written] = await manager.query<{ id: string; in_ms: number }[]>(COUNT_HELD, [userId, kind]);
      return written;
    });
    this.log.warn({ noticeId: id, userId, kind }, 'A notice to an operator is held back');
    if (!summary) return;
    await this.queues.tryAdd(sendQueue, {
      id: `notice-${summary.id}-0`,
      payload: { kind: 'notice', id: summary.id, wakeNumber: 0 },
      delayMs: Math.max(0, summary.in_ms),
    });
  }
}

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

function isCounted({ kind }: Notice): boolean {
  return kind !== 'alerts_held' && (OPERATOR_NOTICE_KINDS as readonly string[]).includes(kind);
}
