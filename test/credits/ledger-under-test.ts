import { CreditsRepository } from '../../src/modules/credits/index.js';
import type { TestDatabase } from '../support/database.js';
import {
  aPayment,
  balanceOf,
  completePayment,
  order,
  refund,
  refundPayment,
  type TestUser,
} from './fixtures.js';
import type { Operation } from './ledger-operations.js';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** Does in the database what the model does in memory, and answers in the model's words. */
export class LedgerUnderTest {
  private readonly jobIds: string[] = [];
  private readonly payments: { id: string; credits: number }[] = [];

  constructor(
    private readonly db: TestDatabase,
    private readonly user: TestUser,
  ) {}

  apply(operation: Operation): Promise<string> {
    return this.call(operation).catch((error: { code?: string }) => {
      if (!error.code?.startsWith('NC')) throw error;
      return error.code;
    });
  }

  private async call(operation: Operation): Promise<string> {
    const { db, user } = this;
    switch (operation.do) {
      case 'register': {
        const [row] = await db.query<{ answer: { created: boolean } }>(
          `select register_user($1, null, null, null, 'ru') as answer`,
          [user.tgUserId],
        );
        return `created=${row?.answer.created}`;
      }
      case 'order': {
        const { count, creditsPerJob } = operation;
        const answer = await order(db, user, {
          key: this.name('order', operation.key),
          count,
          creditsPerJob,
        });
        if (answer.created) this.jobIds.push(...answer.job_ids);
        return `created=${answer.created} jobs=${answer.job_ids.length}`;
      }
      case 'finish':
        return this.finish(operation.job, operation.status);
      case 'refund': {
        const before = await balanceOf(db, user);
        const after = await refund(db, user, this.jobIds[operation.job] ?? UNKNOWN_ID);
        return `refunded=${after !== before}`;
      }
      case 'add':
        await db.query(`select add_credits($1, $2, 'bonus', $3)`, [
          user.tgUserId,
          operation.amount,
          this.name('cause', operation.cause),
        ]);
        return 'added';
      case 'refundByOperator':
        await db.query('select refund_credit($1)', [user.tgUserId]);
        return 'given';
      case 'pay':
      case 'cancel':
      case 'completePayment':
      case 'refundPayment':
        return this.callPayment(operation);
    }
  }

  /** As the finaliser does: only from `queued`, the refund in the same transaction. */
  private finish(index: number, status: 'completed' | 'failed'): Promise<string> {
    return this.db.dataSource.transaction(async (em) => {
      const jobId = this.jobIds[index] ?? UNKNOWN_ID;
      const [, changed] = await em.query<[unknown, number]>(
        `update jobs set status = $2, finished_at = now(), video_message_id = case $2 when 'completed' then 5 end,
           failure_reason = case $2 when 'failed' then 'temporary' end where id = $1 and status = 'queued'`,
        [jobId, status],
      );
      if (changed === 0) return 'nothing';
      if (status === 'completed') return status;
      const { refunded } = await new CreditsRepository().refundJob(em, {
        tgUserId: this.user.tgUserId,
        jobId,
      });
      return `refunded=${refunded}`;
    });
  }

  private async callPayment(
    operation: Extract<Operation, { do: 'pay' | 'cancel' | 'completePayment' | 'refundPayment' }>,
  ): Promise<string> {
    if (operation.do === 'pay') {
      const { credits, kopecks } = operation;
      this.payments.push({ id: await aPayment(this.db, this.user, { credits, kopecks }), credits });
      return 'pending';
    }
    const payment = this.payments[operation.payment] ?? { id: UNKNOWN_ID, credits: 1 };
    if (operation.do === 'cancel') {
      await this.db.query(`update payments set status = 'canceled' where id = $1 and status = 'pending'`, [
        payment.id,
      ]);
      return 'canceled';
    }
    const answer =
      operation.do === 'completePayment'
        ? await completePayment(this.db, this.user, payment.id, payment.credits + operation.wrongBy)
        : await refundPayment(
            this.db,
            payment.id,
            this.name(`refund-${operation.payment}`, operation.refundId),
            operation.kopecks,
          );
    return answer.error ?? 'success';
  }

  private name(kind: string, number: number): string {
    return `${kind}-${this.user.tgUserId}-${number}`;
  }
}
