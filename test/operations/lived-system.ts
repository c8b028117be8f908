import { randomUUID } from 'node:crypto';
import { startApp } from '../../src/app.js';
import { PaymentsService } from '../../src/modules/payments/index.js';
import type { Env } from '../../src/platform/index.js';
import { JobsWorld, OWN_PROMPT, type Customer } from '../jobs/jobs-world.js';
import { workersOf } from '../queues/whole-jobs.js';
import type { TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

/** A row of `payments`, as far as it is looked at. */
export interface PaymentRow {
  id: string;
  status: string;
  provider_payment_id: string;
  amount_kopecks: number;
}

/** The steps at which a video waits, and whose workers do it. */
const STEPS = {
  prompt: 'write-prompt',
  create: 'create-task',
  generate: 'poll-task',
  deliver: 'send',
} as const;

/** The application with people who use it, which can end and begin again on another database. */
export class LivedSystem {
  /** Videos that are not over, one at each step. */
  readonly waiting: string[] = [];

  private constructor(
    readonly world: JobsWorld,
    readonly customer: Customer,
    /** Somebody else, with one video. */
    readonly other: Customer,
  ) {}

  /** People, an order of each end, a purchase, and a video that waits at each step: its workers rest from then on. */
  static async start(database: TestDatabase, storage: string): Promise<LivedSystem> {
    const world = await JobsWorld.start({ database, env: { STORAGE_BASE_PATH: storage } });
    const customer = await world.customer({ credits: 20 });
    const system = new LivedSystem(world, customer, await world.customer());
    for (const by of [customer, system.other]) await world.over(await by.orderOne());
    await world.over(await customer.orderOne({ prompt: `${OWN_PROMPT} [[fail:moderation]]` }));
    await system.buy();
    const workers = workersOf(world);
    for (const [step, queue] of Object.entries(STEPS).reverse()) {
      if (step === 'generate') world.kie.nextTask({ callback: 'never' });
      await workers.get(queue)?.pause();
      const jobId = await customer.orderOne();
      await world.until(jobId, (job) => job.step === step, `a video at ${step}`);
      system.waiting.push(jobId);
    }
    return system;
  }

  /** The application ends in good order. */
  end(): Promise<void> {
    return this.world.test.app.close();
  }

  /** It begins again on another database, with other photos. */
  async beginOn(database: TestDatabase, storage: string, env: Partial<Env> = {}): Promise<void> {
    const { test } = this.world;
    test.database = database;
    const moved = { DATABASE_URL: database.url, STORAGE_BASE_PATH: storage };
    test.app = await startApp({ ...test.env, ...moved, ...env });
  }

  /** The customer buys and pays; the row of the payment once its credits are granted. */
  async buy(): Promise<PaymentRow> {
    const { id, tgUserId, language } = this.customer.user;
    const bought = await this.world.get(PaymentsService).buy({
      ...{ buyer: { id, tgUserId, language, email: null }, planId: 'starter', provider: 'yookassa' },
      ...{ paymentId: randomUUID(), draftId: null, chatId: tgUserId, botUsername: 'a_bot' },
    });
    if (bought.kind !== 'link') throw new Error(`No link, but ${bought.kind}`);
    const { paymentId } = bought.payment;
    const [row] = await this.payments(paymentId);
    this.world.test.world.yooKassa.pay(row?.provider_payment_id ?? '');
    const isPaid = async () => (await this.payments(paymentId)).find(({ status }) => status === 'completed');
    return waitFor(isPaid, { what: 'the payment' });
  }

  private payments(id: string): Promise<PaymentRow[]> {
    return this.world.query<PaymentRow>('select * from payments where id = $1', [id]);
  }
}
