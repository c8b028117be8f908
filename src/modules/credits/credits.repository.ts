import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { toCreditsError } from './credits.errors.js';
import { CreditsHistory } from './credits-history.entity.js';

/** An order as `create_job_and_consume_credit` takes it. */
export interface OrderToCharge {
  tgUserId: number;
  template: 'ugc' | 'ad' | 'self';
  /** Built from the cause, `draft-<uuid>`: the same key again gives the same jobs and charges nothing. */
  idempotencyKey: string;
  photoPath: string | null;
  promptInput: string;
  count: number;
  creditsPerJob: number;
  /** Stored with each job; `kind` and `queue_deadline_ms` are read by the function. */
  options: Readonly<Record<string, unknown>>;
}

/** What became of an order. */
export interface ChargedOrder {
  orderId: string;
  /** In the order of their positions. */
  jobIds: string[];
  newCredits: number;
  /** False when this key had been charged before: nothing was taken now. */
  created: boolean;
}

/** Credits that no job and no payment explains. */
export interface CreditsToAdd {
  tgUserId: number;
  /** Above 0. */
  amount: number;
  type: 'bonus' | 'topup' | 'correction';
  /** With a cause the call is repeatable: a second one changes nothing. */
  cause?: string;
}

/** What `complete_payment` refuses, by its own words. */
export type PurchaseRefusal =
  'payment_not_found' | 'unknown_user' | 'wrong_user' | 'wrong_amount' | 'already_completed' | 'not_pending';

/** What became of a purchase. */
export type PurchaseOutcome =
  { kind: 'granted'; newCredits: number } | { kind: 'refused'; why: PurchaseRefusal };

/** What `refund_payment` refuses, by its own words. */
export type PaymentRefundRefusal =
  | 'payment_not_found'
  | 'refund_of_another_payment'
  | 'refund_amount_differs'
  | 'not_completed'
  | 'exceeds_payment';

/** What became of taking back the credits of a payment's refund; `takenCredits` is of this refund. */
export type PaymentRefundOutcome =
  | { kind: 'taken' | 'repeated'; newCredits: number; takenCredits: number; creditsOwed: number }
  | { kind: 'refused'; why: PaymentRefundRefusal };

/** One row of the history that a payment caused. */
export interface PaymentHistoryRow {
  paymentId: string;
  type: 'purchase' | 'payment_refund';
  /** Below 0 where it took back. */
  credits: number;
  providerRefundId: string | null;
  /** What the refund gave back, in the payment's own unit, kopecks or Stars. */
  refundedAmount: number | null;
}

/** The SQL functions of the credit history, and its rows. Every method takes its caller's transaction. */
@Injectable()
export class CreditsRepository {
  async lockUser(em: EntityManager, userId: string): Promise<void> {
    await em.query('select from users where id = $1 for no key update', [userId]);
  }

  async createJobsAndConsumeCredits(em: EntityManager, order: OrderToCharge): Promise<ChargedOrder> {
    type Answer = { order_id: string; job_ids: string[]; new_credits: number; created: boolean };
    const answer = await call<Answer>(
      em,
      'select create_job_and_consume_credit($1, $2, $3, $4, $5, $6, $7, $8) as answer',
      [
        order.tgUserId,
        order.template,
        order.idempotencyKey,
        order.photoPath,
        order.promptInput,
        order.count,
        order.creditsPerJob,
        JSON.stringify(order.options),
      ],
    );
    return {
      orderId: answer.order_id,
      jobIds: answer.job_ids,
      newCredits: answer.new_credits,
      created: answer.created,
    };
  }

  async refundJob(
    em: EntityManager,
    job: { tgUserId: number; jobId: string },
  ): Promise<{ newCredits: number; refunded: boolean }> {
    const answer = await call<{ new_credits: number; refunded: boolean }>(
      em,
      'select refund_job_credit($1, $2) as answer',
      [job.tgUserId, job.jobId],
    );
    return { newCredits: answer.new_credits, refunded: answer.refunded };
  }

  /** @returns the new balance. */
  addCredits(em: EntityManager, credits: CreditsToAdd): Promise<number> {
    const { tgUserId, amount, type, cause } = credits;
    return call<number>(em, 'select add_credits($1, $2, $3, $4) as answer', [tgUserId, amount, type, cause]);
  }

  /** @returns how many were lost, by this call or by an earlier one with the cause. */
  expireCredits(em: EntityManager, { userId, cause }: { userId: string; cause: string }): Promise<number> {
    return call<number>(em, 'select expire_credits($1, $2) as answer', [userId, cause]);
  }

  /** Forgets the words of a person's history in the Python system; its sums stay. */
  async eraseLegacyWords(em: EntityManager, userId: string): Promise<void> {
    await em.query(
      'update legacy_credits_history set description = null, metadata = null where user_id = $1',
      [userId],
    );
  }

  async completePayment(
    em: EntityManager,
    payment: { paymentId: string; tgUserId: number; credits: number },
  ): Promise<PurchaseOutcome> {
    type Answer = { success: true; new_credits: number } | { success: false; error: PurchaseRefusal };
    const { paymentId, tgUserId, credits } = payment;
    const answer = await call<Answer>(em, 'select complete_payment($1, $2, $3) as answer', [
      paymentId,
      tgUserId,
      credits,
    ]);
    return answer.success
      ? { kind: 'granted', newCredits: answer.new_credits }
      : { kind: 'refused', why: answer.error };
  }

  async refundPayment(
    em: EntityManager,
    refund: { paymentId: string; providerRefundId: string; amount: number },
  ): Promise<PaymentRefundOutcome> {
    type Answer =
      | {
          success: true;
          repeated: boolean;
          new_credits: number;
          taken_credits: number;
          credits_owed: number;
        }
      | { success: false; error: PaymentRefundRefusal };
    const { paymentId, providerRefundId, amount } = refund;
    const answer = await call<Answer>(em, 'select refund_payment($1, $2, $3) as answer', [
      paymentId,
      providerRefundId,
      amount,
    ]);
    if (!answer.success) return { kind: 'refused', why: answer.error };
    return {
      kind: answer.repeated ? 'repeated' : 'taken',
      newCredits: answer.new_credits,
      takenCredits: answer.taken_credits,
      creditsOwed: answer.credits_owed,
    };
  }

  /** What the history holds of these payments: purchases and what their refunds took back. */
  async listOfPayments(em: EntityManager, paymentIds: readonly string[]): Promise<PaymentHistoryRow[]> {
    return em.query<PaymentHistoryRow[]>(
      `select payment_id as "paymentId", operation_type as type, amount as credits,
              provider_refund_id as "providerRefundId", refunded_kopecks as "refundedAmount"
         from credits_history
        where payment_id = any($1::uuid[]) and operation_type in ('purchase', 'payment_refund')`,
      [paymentIds],
    );
  }

  async findBalance(em: EntityManager, userId: string): Promise<number | null> {
    const [row] = await em.query<{ credits: number }[]>('select credits from users where id = $1', [userId]);
    return row?.credits ?? null;
  }

  /** Newest first, and how many there are in all. */
  listHistory(
    em: EntityManager,
    userId: string,
    { offset, limit }: { offset: number; limit: number },
  ): Promise<[CreditsHistory[], number]> {
    return em.findAndCount(CreditsHistory, {
      where: { userId },
      order: { id: 'DESC' },
      skip: offset,
      take: limit,
    });
  }
}

/** Runs `select function(…) as answer`; what the function refuses becomes an error of this module. */
async function call<T>(em: EntityManager, sql: string, parameters: unknown[]): Promise<T> {
  const rows = await em.query<{ answer: T }[]>(sql, parameters).catch((error: unknown) => {
    throw toCreditsError(error);
  });
  const [row] = rows;
  if (!row) throw new Error(`No answer from: ${sql}`);
  return row.answer;
}
