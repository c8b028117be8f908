import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';
import { LEFT_TO_REFUND } from '../payments/index.js';
import { PAYMENT_PARKED, REFUND_FAILED, REFUND_LATE } from './conditions.js';
import { ConsoleError } from './console.errors.js';
import { findPeople } from './find-people.js';
import type { Page, PaymentRow, PaymentView } from './protocol.js';
import type { PaymentsQuery } from './queries.schemas.js';
import { Filter, HISTORY, PAGE_ROWS, pageOf, PERSON, ReadOnly } from './read-only.js';
import { readSearch } from './search.rules.js';

const ROW = `p.id, p.created_at as "createdAt", p.completed_at as "completedAt", p.status, p.provider,
  p.provider_payment_id as "providerPaymentId", p.plan_id as "planId", p.credits,
  coalesce(p.amount_kopecks, p.amount_stars) as amount, p.refunded_kopecks as refunded, p.currency,
  p.parked_reason as "parkedReason", p.settled_by_hand_at as "settledByHandAt", ${PERSON} as person`;

const REST = `p.ended_at as "endedAt", p.failure_reason as "failureReason", p.found_by as "foundBy", p.credits_owed as "creditsOwed",
  p.check_at as "checkAt", p.checks, p.unanswered_creations as "unansweredCreations", u.credits as balance,
  ${LEFT_TO_REFUND} as left`;

const REFUND = `r.id, r.created_at as "createdAt", r.ended_at as "endedAt", r.amount, r.origin, r.status,
  r.provider_refund_id as "providerRefundId", r.reason, r.failure_reason as "failureReason"`;

/** What providers said stays where it is, for it may hold who paid: of a notification there is only that it came. */
const NOTIFICATION = `n.event, n.received_at as "receivedAt", n.times, n.checks, n.handled_at as "handledAt", n.outcome`;

/** Payments, as operators look for them. */
@Injectable()
export class PaymentsReader {
  constructor(
    private readonly readOnly: ReadOnly,
    private readonly env: Env,
  ) {}

  list(query: PaymentsQuery): Promise<Page<PaymentRow>> {
    return this.readOnly.run(async (manager) => {
      const { TIME_ZONE } = this.env;
      const filter = new Filter().add('p.status = ?', query.status).add('p.provider = ?', query.provider);
      if (query.only === 'parked') filter.add(PAYMENT_PARKED);
      if (query.only === 'refunded') filter.add('p.refunded_kopecks > 0');
      if (query.only === 'refund_failed') filter.add(withRefund(REFUND_FAILED));
      if (query.only === 'refund_late') filter.add(withRefund(REFUND_LATE));
      if (query.from) filter.add('p.created_at >= ?::timestamp at time zone ?', query.from, TIME_ZONE);
      if (query.to) filter.add('p.created_at < (?::date + 1)::timestamp at time zone ?', query.to, TIME_ZONE);
      if (query.text) await addMeaning(manager, filter, query.text);
      return listPayments(manager, filter, query.after);
    });
  }

  /** The newest payments of a person. */
  listOf(userId: string, after: string | undefined): Promise<Page<PaymentRow>> {
    return this.readOnly.run((manager) =>
      listPayments(manager, new Filter().add('p.user_id = ?', userId), after),
    );
  }

  /** Everything about one payment. @throws ConsoleError 404. */
  read(id: string): Promise<PaymentView> {
    return this.readOnly.run(async (manager) => {
      const [payment] = await manager.query<PaymentView[]>(
        `select ${ROW}, ${REST} from payments p join users u on u.id = p.user_id where p.id = $1`,
        [id],
      );
      if (!payment) throw new ConsoleError(404, 'There is no such payment.');
      const refunds = await manager.query<PaymentView['refunds']>(
        `select ${REFUND} from payment_refunds r where r.payment_id = $1 order by r.created_at, r.id limit ${PAGE_ROWS}`,
        [id],
      );
      const about = [payment.providerPaymentId, ...refunds.map(({ providerRefundId }) => providerRefundId)];
      return {
        ...payment,
        refunds,
        notifications: await listNotifications(manager, payment.provider, about),
        history: await manager.query(
          `select ${HISTORY} from credits_history h
            where (h.payment_id = $1 and h.operation_type = 'purchase') or (h.payment_id = $1 and h.operation_type = 'payment_refund')
            order by h.id limit ${PAGE_ROWS}`,
          [id],
        ),
      };
    });
  }
}

/** Few refunds, hence their payments by id. */
function withRefund(condition: string): string {
  return `p.id = any(array(select r.payment_id from payment_refunds r where ${condition}))`;
}

/** By the unique index of the inbox, hence each event by its name. */
function listNotifications(
  manager: EntityManager,
  provider: string,
  about: readonly (string | null)[],
): Promise<PaymentView['notifications']> {
  return manager.query(
    `select ${NOTIFICATION} from payment_notifications n
      where n.provider = $1 and n.object_id = any($2::text[]) order by n.received_at limit ${PAGE_ROWS}`,
    [provider, about.filter((id) => id !== null)],
  );
}

async function listPayments(
  manager: EntityManager,
  filter: Filter,
  after: string | undefined,
): Promise<Page<PaymentRow>> {
  filter.after(after, 'p');
  return pageOf(
    await manager.query<(PaymentRow & { cursorAt: string })[]>(
      `select ${ROW}, p.created_at::text as "cursorAt" from payments p join users u on u.id = p.user_id
        where ${filter.sql} order by p.created_at desc, p.id desc limit ${PAGE_ROWS + 1}`,
      filter.values,
    ),
  );
}

/** Payments by their own id, the provider's id of them or of a refund, or their person. */
async function addMeaning(manager: EntityManager, filter: Filter, text: string): Promise<void> {
  const meaning = readSearch(text);
  const people = await findPeople(manager, meaning);
  const payments = await manager.query<{ id: string }[]>(
    `(select id from payments where id between $1 and $2 limit $4)
     union (select id from payments where provider in ('yookassa', 'telegram_stars') and provider_payment_id = $3)
     union (select payment_id from payment_refunds where provider_refund_id = $3) limit $4`,
    [meaning.idRange?.from ?? null, meaning.idRange?.to ?? null, meaning.foreignId, PAGE_ROWS],
  );
  filter.add(
    '(p.id = any(?::uuid[]) or p.user_id = any(?::uuid[]))',
    payments.map(({ id }) => id),
    people,
  );
}
