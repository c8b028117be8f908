import type { DataSource, EntityManager } from 'typeorm';
import {
  CREDITS_SQLSTATES,
  type CreditsService,
  ForeignIdempotencyKeyError,
  InsufficientCreditsError,
} from '../../src/modules/credits/index.js';
import type { OrderCancellation } from '../../src/modules/jobs/index.js';
import { runInTransaction, sqlStateOf } from '../../src/platform/index.js';
import type { Answer, Operation } from './operations.types.js';

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

/** What the product's own code is reached by. */
export interface Product {
  dataSource: DataSource;
  credits: CreditsService;
  cancellation: OrderCancellation;
}

/** Writes to the ledger, on a connection of its own each time: by the SQL functions as operators call them, or by the product's code. */
export class Writers {
  constructor(
    /** Has a connection for each writer. */
    private readonly sql: DataSource,
    private readonly product: Product,
  ) {}

  /** Never rejects. */
  async write(operation: Operation): Promise<Answer> {
    try {
      return await (operation.by === 'sql' ? this.bySql(operation) : this.byProduct(operation));
    } catch (error) {
      return answerOf(error);
    }
  }

  private async bySql(operation: Operation): Promise<Answer> {
    const { holder } = operation;
    switch (operation.kind) {
      case 'charge': {
        const { key, count } = operation;
        type Made = { created: boolean; order_id: string; job_ids: string[] };
        const made = await this.call<Made>(
          `create_job_and_consume_credit($1, 'ugc', $2, null, 'A red mug', $3)`,
          [holder.tgUserId, key, count],
        );
        return made.created
          ? { kind: 'done', orderId: made.order_id, jobIds: made.job_ids }
          : { kind: 'repeated' };
      }
      case 'refund':
        await this.call('refund_credit($1, $2)', [holder.tgUserId, operation.jobId]);
        return { kind: 'done' };
      case 'complete': {
        const { paymentId, credits } = operation;
        type Completed = { success: boolean; error?: string };
        const { success, error } = await this.call<Completed>('complete_payment($1, $2, $3)', [
          ...[paymentId, holder.tgUserId, credits],
        ]);
        return success ? { kind: 'done' } : ofRefusal(error ?? '');
      }
      case 'take_back': {
        const { paymentId, refundId, kopecks } = operation;
        type Taken = { success: boolean; error?: string; repeated?: boolean };
        const { success, error, repeated } = await this.call<Taken>('refund_payment($1, $2, $3)', [
          ...[paymentId, refundId, kopecks],
        ]);
        return success ? { kind: repeated ? 'repeated' : 'done' } : ofRefusal(error ?? '');
      }
      case 'add':
        await this.call(`add_credits($1, $2, 'bonus', $3)`, [
          ...[holder.tgUserId, operation.amount, operation.cause],
        ]);
        return { kind: 'done' };
      case 'fail':
        throw new RangeError('Only the product fails a job');
    }
  }

  private byProduct(operation: Operation): Promise<Answer> {
    switch (operation.kind) {
      case 'charge':
        return this.charge(operation);
      case 'fail':
        return this.fail(operation);
      case 'complete':
        return this.complete(operation);
      case 'take_back':
        return this.takeBack(operation);
      case 'add':
        return this.add(operation);
      case 'refund':
        throw new RangeError('The product refunds a job where it fails only');
    }
  }

  private charge({ holder, key, count }: Of<'charge'>): Promise<Answer> {
    return this.locked(holder.userId, async (manager) => {
      const { created, orderId, jobIds } = await this.product.credits.chargeForOrder(manager, {
        ...{ tgUserId: holder.tgUserId, template: 'ugc', idempotencyKey: key, photoPath: null },
        ...{ promptInput: 'A red mug', count, creditsPerJob: 1, options: {} },
      });
      return created ? { kind: 'done', orderId, jobIds } : { kind: 'repeated' };
    });
  }

  private async fail({ holder, orderId }: Of<'fail'>): Promise<Answer> {
    const { kind } = await this.product.cancellation.cancel(holder.userId, orderId);
    return kind === 'cancelled' ? { kind: 'done' } : { kind: 'error', text: `the cancellation is ${kind}` };
  }

  private complete({ holder, paymentId, credits }: Of<'complete'>): Promise<Answer> {
    const { tgUserId, userId } = holder;
    return this.locked(userId, async (manager) => {
      const outcome = await this.product.credits.grantPurchase(manager, { paymentId, tgUserId, credits });
      return outcome.kind === 'granted' ? { kind: 'done' } : ofRefusal(outcome.why);
    });
  }

  private takeBack({ holder, paymentId, refundId, kopecks }: Of<'take_back'>): Promise<Answer> {
    return this.locked(holder.userId, async (manager) => {
      const refund = { paymentId, providerRefundId: refundId, amount: kopecks };
      const outcome = await this.product.credits.takeBackPurchase(manager, refund);
      if (outcome.kind === 'refused') return ofRefusal(outcome.why);
      return { kind: outcome.kind === 'repeated' ? 'repeated' : 'done' };
    });
  }

  private add({ holder, amount, cause }: Of<'add'>): Promise<Answer> {
    const credits = { tgUserId: holder.tgUserId, amount, type: 'bonus', cause } as const;
    return this.locked(holder.userId, async (manager) => {
      await this.product.credits.add(manager, credits);
      return { kind: 'done' };
    });
  }

  /** As every transaction of the product that changes a balance: the person first. */
  private locked(userId: string, work: (manager: EntityManager) => Promise<Answer>): Promise<Answer> {
    const { dataSource, credits } = this.product;
    return runInTransaction(dataSource, async (manager) => {
      await credits.lockUser(manager, userId);
      return work(manager);
    });
  }

  private async call<T>(words: string, parameters: readonly unknown[]): Promise<T> {
    const [row] = await this.sql.query<{ answer: T }[]>(`select ${words} as answer`, [...parameters]);
    return row?.answer as T;
  }
}

const EXPECTED: Readonly<Record<string, Answer['kind'] & ('too_few' | 'foreign' | 'too_early')>> = {
  [CREDITS_SQLSTATES.tooFewCredits]: 'too_few',
  [CREDITS_SQLSTATES.foreignKey]: 'foreign',
  [CREDITS_SQLSTATES.jobNotRefundable]: 'too_early',
};

function answerOf(error: unknown): Answer {
  if (error instanceof InsufficientCreditsError) return { kind: 'too_few' };
  if (error instanceof ForeignIdempotencyKeyError) return { kind: 'foreign' };
  const state = sqlStateOf(error) ?? '';
  const kind = EXPECTED[state];
  return kind ? { kind } : { kind: 'error', text: `${state} ${String(error)}`.trim() };
}

function ofRefusal(why: string): Answer {
  return why === 'already_completed' ? { kind: 'repeated' } : { kind: 'error', text: why };
}
