import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Payment } from './payment.entity.js';
import type { FoundBy, PaymentProvider } from './payments.types.js';
import { PricingPlan } from './pricing-plan.entity.js';

/** A payment to be written, pending. */
export interface NewPayment {
  id: string;
  userId: string;
  planId: string;
  provider: PaymentProvider;
  amountKopecks: number | null;
  amountStars: number | null;
  credits: number;
  frozenRequest: object | null;
  draftId: string | null;
  /** Until somebody looks after it by itself; null where nothing is to be learnt by looking. */
  checkInMs: number | null;
}

/** The rows of `payments` and `pricing_plans`. A payment leaves `pending` by compare-and-set only. */
@Injectable()
export class PaymentsRepository {
  /** What is on sale, in the order of the list. */
  listPlans(manager: EntityManager): Promise<PricingPlan[]> {
    return manager.find(PricingPlan, { where: { active: true }, order: { position: 'ASC' }, take: 20 });
  }

  find(manager: EntityManager, id: string): Promise<Payment | null> {
    return manager.findOneBy(Payment, { id });
  }

  /** Null for another person's, too. */
  findOfUser(manager: EntityManager, userId: string, id: string): Promise<Payment | null> {
    return manager.findOneBy(Payment, { id, userId });
  }

  findByProviderId(
    manager: EntityManager,
    provider: PaymentProvider,
    providerPaymentId: string,
  ): Promise<Payment | null> {
    return manager.findOneBy(Payment, { provider, providerPaymentId });
  }

  /** Whether the Python system had credited it. */
  async wasLegacyPaid(manager: EntityManager, providerPaymentId: string): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `select from legacy_payments where provider_payment_id = $1 and status in ('completed', 'refunded') limit 1`,
      [providerPaymentId],
    );
    return rows.length > 0;
  }

  /** Whether there is any payment by this way. */
  async hasAnyOf(manager: EntityManager, provider: PaymentProvider): Promise<boolean> {
    const rows = await manager.query<unknown[]>('select from payments where provider = $1 limit 1', [
      provider,
    ]);
    return rows.length > 0;
  }

  /** The payment that the same wish has opened, else the one that is handed out for this plan now; its age on the database's clock. */
  async findOpened(
    manager: EntityManager,
    wish: { paymentId: string; userId: string; planId: string; provider: PaymentProvider },
  ): Promise<{ payment: Payment; ageMs: number } | null> {
    const [row] = await manager.query<{ id: string; age_ms: string }[]>(
      `select id, extract(epoch from clock_timestamp() - created_at) * 1000 as age_ms from payments
        where user_id = $1 and (id = $4
           or plan_id = $2 and provider = $3 and status = 'pending' and superseded_at is null)
        order by id = $4 desc limit 1`,
      [wish.userId, wish.planId, wish.provider, wish.paymentId],
    );
    const payment = row ? await this.find(manager, row.id) : null;
    return payment && row ? { payment, ageMs: Number(row.age_ms) } : null;
  }

  /** @throws where its person was erased: nobody would get what it buys. */
  async insert(manager: EntityManager, payment: NewPayment): Promise<Payment> {
    await manager.query(
      `insert into payments (id, user_id, plan_id, provider, amount_kopecks, amount_stars, currency, credits,
                             frozen_request, draft_id, check_at)
       select $1, id, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp() + $11 * interval '1 ms'
         from users where id = $2 and erased_at is null`,
      [
        ...[payment.id, payment.userId, payment.planId, payment.provider],
        ...[payment.amountKopecks, payment.amountStars, payment.amountKopecks === null ? 'XTR' : 'RUB'],
        ...[payment.credits, payment.frozenRequest && JSON.stringify(payment.frozenRequest)],
        ...[payment.draftId, payment.checkInMs],
      ],
    );
    return manager.findOneByOrFail(Payment, { id: payment.id });
  }

  /** It is not handed out any more; whoever still pays it gets the credits all the same. */
  async supersede(manager: EntityManager, id: string): Promise<void> {
    await manager.query('update payments set superseded_at = clock_timestamp() where id = $1', [id]);
  }

  /** The newest order that waits for the credits of an open payment. */
  async setDraft(manager: EntityManager, id: string, draftId: string | null): Promise<void> {
    await manager.query(`update payments set draft_id = $2 where id = $1 and status = 'pending'`, [
      id,
      draftId,
    ]);
  }

  async setMessage(manager: EntityManager, id: string, messageId: number): Promise<void> {
    await manager.query('update payments set message_id = $2 where id = $1', [id, messageId]);
  }

  /** The person is told that the link will come. @returns false when it is there already. */
  async promiseLink(manager: EntityManager, id: string): Promise<boolean> {
    const [, promised] = await manager.query<[unknown, number]>(
      'update payments set link_promised = true where id = $1 and confirmation_url is null',
      [id],
    );
    return promised === 1;
  }

  /** A promised link is told by whoever finds it there first. @returns whether that is the caller. */
  async takeLinkPromise(manager: EntityManager, id: string): Promise<boolean> {
    const [, taken] = await manager.query<[unknown, number]>(
      `update payments set link_promised = false
        where id = $1 and link_promised and status = 'pending' and confirmation_url is not null`,
      [id],
    );
    return taken === 1;
  }

  /** There will be no link. @returns whether one was promised. */
  async dropLinkPromise(manager: EntityManager, id: string): Promise<boolean> {
    const [, dropped] = await manager.query<[unknown, number]>(
      `update payments set link_promised = false where id = $1 and link_promised and confirmation_url is null`,
      [id],
    );
    return dropped === 1;
  }

  /** A request that makes it is about to leave. @returns false when it needs none any more. */
  async countCreation(manager: EntityManager, id: string): Promise<boolean> {
    const [, counted] = await manager.query<[unknown, number]>(
      `update payments set unanswered_creations = unanswered_creations + 1
        where id = $1 and status = 'pending' and provider_payment_id is null`,
      [id],
    );
    return counted === 1;
  }

  /** A request was answered, with anything but the payment. */
  async countCreationAnswered(manager: EntityManager, id: string): Promise<void> {
    await manager.query(
      'update payments set unanswered_creations = greatest(0, unanswered_creations - 1) where id = $1',
      [id],
    );
  }

  /** Takes the provider's id, and where there is one the address to pay at. @returns false when it has another id already. */
  async adopt(
    manager: EntityManager,
    id: string,
    remote: { providerPaymentId: string; confirmationUrl: string | null },
  ): Promise<boolean> {
    const [, adopted] = await manager.query<[unknown, number]>(
      `update payments set provider_payment_id = $2, confirmation_url = coalesce($3, confirmation_url),
              unanswered_creations = 0
        where id = $1 and (provider_payment_id is null or provider_payment_id = $2)`,
      [id, remote.providerPaymentId, remote.confirmationUrl],
    );
    return adopted === 1;
  }

  /** After `complete_payment`, in its transaction: nobody needs to look any more. */
  async noteFound(manager: EntityManager, id: string, foundBy: FoundBy): Promise<void> {
    await manager.query(`update payments set found_by = $2, check_at = null where id = $1`, [id, foundBy]);
  }

  /** @returns false when it was not pending. */
  async cancel(manager: EntityManager, id: string, reason: string): Promise<boolean> {
    return this.end(manager, id, { status: 'canceled', reason });
  }

  /** The provider refused to make it, and no request is left that may have. @returns false when that is not so. */
  async fail(manager: EntityManager, id: string, reason: string): Promise<boolean> {
    return this.end(manager, id, { status: 'failed', reason });
  }

  /** It was paid otherwise than it was sold. @returns false when that was known. */
  async park(manager: EntityManager, id: string, reason: string): Promise<boolean> {
    const [, parked] = await manager.query<[unknown, number]>(
      `update payments set parked_reason = $2, check_at = null,
              superseded_at = coalesce(superseded_at, clock_timestamp())
        where id = $1 and status = 'pending' and parked_reason is null`,
      [id, reason],
    );
    return parked === 1;
  }

  /** Nothing more is to be done about a parked one. @returns false when it is not parked, or was settled. */
  async settleByHand(manager: EntityManager, id: string): Promise<boolean> {
    const [, settled] = await manager.query<[unknown, number]>(
      `update payments set settled_by_hand_at = clock_timestamp()
        where id = $1 and status = 'pending' and parked_reason is not null and settled_by_hand_at is null`,
      [id],
    );
    return settled === 1;
  }

  private async end(
    manager: EntityManager,
    id: string,
    { status, reason }: { status: 'canceled' | 'failed'; reason: string },
  ): Promise<boolean> {
    const guard = status === 'failed' ? 'and provider_payment_id is null and unanswered_creations = 0' : '';
    const [, ended] = await manager.query<[unknown, number]>(
      `update payments set status = $2, failure_reason = $3, ended_at = clock_timestamp(), check_at = null
        where id = $1 and status = 'pending' ${guard}`,
      [id, status, reason],
    );
    return ended === 1;
  }
}
