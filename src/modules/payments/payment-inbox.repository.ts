import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { PaymentNotification } from './payment-notification.entity.js';
import { LEGACY_PLAN_ID, type PaymentProvider } from './payments.types.js';

/** Outcomes after which a repeat is looked at again: the provider may have more to say by then. */
const OPEN_OUTCOMES = ['unknown_object', 'foreign'];

/** A notification as it came. */
export interface IncomingNotification {
  provider: PaymentProvider;
  event: string;
  objectId: string;
  body: unknown;
}

/** A notification that stands in the inbox. */
export interface KeptNotification {
  id: string;
  /** It waits to be handled. */
  isOpen: boolean;
  /** Looks so far. */
  checks: number;
  /** Until the next one. */
  inMs: number;
}

/** How soon a repeat is looked at: a storm of them is one look. */
const REPEAT_LOOK_MS = 500;

/** The rows of `payment_notifications`. */
@Injectable()
export class PaymentInboxRepository {
  /**
   * Keeps a notification, in one statement. The same one again is counted, and wanted looked at soon: it may tell of what was not to be
   * seen at the last look. One that was handled for good stays handled.
   */
  async keep(
    manager: EntityManager,
    { provider, event, objectId, body }: IncomingNotification,
  ): Promise<KeptNotification> {
    const [row] = await manager.query<{ id: string; is_open: boolean; checks: number; in_ms: string }[]>(
      `insert into payment_notifications as n (provider, event, object_id, body) values ($1, $2, $3, $4)
       on conflict (provider, event, object_id) do update set times = n.times + 1,
         check_at   = case when n.handled_at is null or n.outcome = any($5)
                           then least(n.check_at, clock_timestamp() + $6 * interval '1 ms') end,
         handled_at = case when n.outcome = any($5) then null else n.handled_at end,
         outcome    = case when n.outcome = any($5) then null else n.outcome end
       returning id, handled_at is null as is_open, checks,
         greatest(0, extract(epoch from check_at - clock_timestamp()) * 1000) as in_ms`,
      [provider, event, objectId, JSON.stringify(body, withoutNul), OPEN_OUTCOMES, REPEAT_LOOK_MS],
    );
    if (!row) throw new Error('A notification was not kept');
    return { id: row.id, isOpen: row.is_open, checks: row.checks, inMs: Math.ceil(Number(row.in_ms)) };
  }

  find(manager: EntityManager, id: string): Promise<PaymentNotification | null> {
    return manager.findOneBy(PaymentNotification, { id });
  }

  /** Nothing more is to be done about it. */
  async settle(manager: EntityManager, id: string, outcome: string): Promise<void> {
    await manager.query(
      `update payment_notifications set outcome = $2, handled_at = clock_timestamp(), check_at = null
        where id = $1 and handled_at is null`,
      [id, outcome],
    );
  }

  /**
   * Removes handled notifications that came longer ago than the given time, at most `limit`. Returns how many. By `now()`: a clock that moves
   * on while the statement runs is compared with no index, and all of the inbox would be read each time.
   */
  async trim(manager: EntityManager, { keptMs, limit }: { keptMs: number; limit: number }): Promise<number> {
    const [, trimmed] = await manager.query<[unknown, number]>(
      `delete from payment_notifications where id in (
         select id from payment_notifications where handled_at is not null
            and received_at < now() - $1 * interval '1 ms' order by received_at limit $2)`,
      [keptMs, limit],
    );
    return trimmed;
  }

  /**
   * Payments that only our own looks found, though a notification was due; at most `limit`, newest first. The Python system was told of
   * those that it began. By `now()`, which an index can be compared with.
   */
  async listUnnoticed(
    manager: EntityManager,
    { afterMs, withinMs, limit }: { afterMs: number; withinMs: number; limit: number },
  ): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select p.id from payments p
        where p.status = 'completed' and p.provider = 'yookassa' and p.found_by in ('check', 'list', 'person') and p.plan_id <> $4
          and p.completed_at between now() - $2 * interval '1 ms' and now() - $1 * interval '1 ms'
          and not exists (select from payment_notifications n where n.provider = 'yookassa'
                and n.event = 'payment.succeeded' and n.object_id = p.provider_payment_id)
        order by p.completed_at desc limit $3`,
      [afterMs, withinMs, limit, LEGACY_PLAN_ID],
    );
    return rows.map(({ id }) => id);
  }
}

/** jsonb refuses NUL and halves of characters. */
function withoutNul(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '')).toString() : value;
}
