import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { ProgressService, type ProgressLine } from '../../src/modules/notifications/index.js';
import { htmlToPlain, SendHandlers, TelegramClient, translate } from '../../src/modules/telegram/index.js';
import { runInTransaction } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld, type Customer } from '../jobs/jobs-world.js';

const INTERVAL_MS = 300;
const ENV = { PROGRESS_EDIT_INTERVAL_MS: String(INTERVAL_MS) };

type Stage = ProgressLine['stage'];

const linesOf = (...stages: Stage[]): ProgressLine[] =>
  stages.map((stage, index) => ({ position: index + 1, stage }));

/** The progress message of one order, without jobs behind it. */
class ShownOrder {
  private constructor(
    private readonly world: JobsWorld,
    readonly customer: Customer,
    readonly id: string,
    readonly messageId: number,
  ) {}

  static async open(world: JobsWorld, ...stages: Stage[]): Promise<ShownOrder> {
    const customer = await world.customer();
    const { messageId } = await world.get(TelegramClient).sendMessage(customer.person.id, { text: 'Order' });
    const order = new ShownOrder(world, customer, randomUUID(), messageId);
    await runInTransaction(world.get(DataSource), (manager) =>
      world.get(ProgressService).open(manager, {
        orderId: order.id,
        userId: customer.user.id,
        chatId: customer.person.id,
        messageId,
        lines: linesOf(...stages),
      }),
    );
    return order;
  }

  /** Committed; without the wake-up when the process dies in between. */
  async write(...stages: Stage[]) {
    return runInTransaction(this.world.get(DataSource), (manager) =>
      this.world.get(ProgressService).write(manager, this.id, linesOf(...stages)),
    );
  }

  async show(...stages: Stage[]): Promise<void> {
    const edit = await this.write(...stages);
    if (edit) await this.world.get(ProgressService).wake(edit);
  }

  edits(): number[] {
    return this.world.telegram
      .calls('editMessageText')
      .filter(
        ({ args }) => args['message_id'] === this.messageId && args['chat_id'] === this.customer.person.id,
      )
      .map(({ at }) => Date.parse(at));
  }

  text(): string {
    return this.message()?.text ?? '';
  }

  /** What the buttons under the message carry. */
  buttons(): (string | undefined)[] {
    return (this.message()?.keyboard ?? []).flat().map((button) => button.callback_data);
  }

  private message() {
    return this.customer.person.chat().find(({ messageId }) => messageId === this.messageId);
  }

  /** Waits until the message holds the line of the stage. */
  async shows(stage: Stage): Promise<void> {
    const line = htmlToPlain(translate('ru', `progress.stage.${stage}`));
    await waitFor(() => this.text().includes(line), {
      what: `"${line}" in "${this.text()}"`,
      timeoutMs: 10_000,
    });
  }

  async row() {
    const [row] = await this.world.query<{ closed_at: Date | null; shown: unknown; wanted: unknown }>(
      'select * from progress_messages where order_id = $1',
      [this.id],
    );
    if (!row) throw new Error('The order has no progress message');
    return row;
  }

  closed(): Promise<unknown> {
    return waitFor(async () => (await this.row()).closed_at, { what: 'the last edit', timeoutMs: 10_000 });
  }
}

describe('progress messages, without the cron', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({ roles: 'bot,worker', env: ENV });
  });

  afterEach(() => world.telegram.clearFaults());

  afterAll(() => world.stop());

  it('are edited on a change only', async () => {
    const order = await ShownOrder.open(world, 'prompt');
    await order.show('create');
    await order.shows('create');
    expect(await order.write('create')).toBeNull();
    expect(order.edits()).toHaveLength(1);
  });

  it('F-79 are edited no more often than the interval, and skip what nobody could have read', async () => {
    const order = await ShownOrder.open(world, 'prompt', 'prompt');
    const openedAtMs = Date.now();
    await order.show('create', 'prompt');
    await order.show('create', 'create');
    await order.show('generate', 'create');
    await order.shows('generate');
    const [first = 0, ...more] = order.edits();
    expect(more).toEqual([]);
    expect(first - openedAtMs).toBeGreaterThanOrEqual(INTERVAL_MS - 60);
    await order.show('generate', 'deliver');
    await order.shows('deliver');
    expect((order.edits()[1] ?? 0) - first).toBeGreaterThanOrEqual(INTERVAL_MS - 60);
  });

  it('show the end at once, with a way out, and stay closed', async () => {
    const order = await ShownOrder.open(world, 'deliver', 'deliver');
    const startedAtMs = Date.now();
    await order.show('completed', 'deliver');
    await order.show('completed', 'failed');
    await order.closed();
    expect((order.edits()[0] ?? 0) - startedAtMs).toBeLessThan(INTERVAL_MS);
    await order.customer.reads('progress.mixed', { done: 1, total: 2 });
    expect(await order.write('completed', 'completed')).toBeNull();
    expect(order.edits()).toHaveLength(1);
  });

  it('hold the buttons of the moment: to give up what is not begun, and the way out', async () => {
    const order = await ShownOrder.open(world, 'prompt', 'prompt');
    await order.show('queued', 'generate');
    await order.shows('generate');
    expect(order.buttons()).toEqual([`1:cancel:${order.id}`, '1:menu']);
    await order.show('create', 'generate');
    await order.shows('create');
    expect(order.buttons()).toEqual(['1:menu']);
    await order.show('cancelled', 'completed');
    await order.closed();
    expect(order.buttons()).toEqual(['1:menu']);
    expect(order.text()).toContain('На балансе 2 кредита.');
  });

  it('show what changed while they were being edited', async () => {
    const order = await ShownOrder.open(world, 'prompt');
    world.telegram.failNext('editMessageText', { delayMs: 15_000, chatId: order.customer.person.id });
    await order.show('create');
    await waitFor(async () => (await order.row()).shown === null, { what: 'the edit to begin' });
    await order.show('generate');
    await order.shows('generate');
    expect(order.edits()).toHaveLength(2);
  });

  it('show the end that came while they were being edited', async () => {
    const order = await ShownOrder.open(world, 'prompt');
    world.telegram.failNext('editMessageText', { delayMs: 30_000, chatId: order.customer.person.id });
    await order.show('create');
    await waitFor(async () => (await order.row()).shown === null, { what: 'the edit to begin' });
    await order.show('completed');
    await order.closed();
    await order.customer.reads('progress.done', { count: 1 });
    expect(order.edits()).toHaveLength(2);
  });

  it('are edited by one process at a time', async () => {
    const order = await ShownOrder.open(world, 'prompt');
    await order.write('completed');
    world.telegram.failNext('editMessageText', { delayMs: 15_000, chatId: order.customer.person.id });
    const edit = world.get(SendHandlers).get('progress');
    await Promise.all(
      Array.from({ length: 10 }, () => edit({ kind: 'progress', id: order.id, wakeNumber: 0 })),
    );
    await order.closed();
    expect(order.edits()).toHaveLength(1);
  });

  it.each(['message to edit not found', "message can't be edited"])(
    'are closed when there is nothing to edit any more (%s)',
    async (description) => {
      const order = await ShownOrder.open(world, 'prompt');
      const gone = { status: 400, description: `Bad Request: ${description}` };
      world.telegram.failNext('editMessageText', { ...gone, chatId: order.customer.person.id });
      await order.show('create');
      await order.closed();
      expect(await order.write('completed')).toBeNull();
    },
  );

  it('wait as Telegram asks', async () => {
    const order = await ShownOrder.open(world, 'prompt');
    world.telegram.failNext('editMessageText', {
      status: 429,
      retryAfterS: 1,
      chatId: order.customer.person.id,
    });
    await order.show('completed');
    await order.closed();
    const [refused = 0, shown = 0] = order.edits();
    expect(shown - refused).toBeGreaterThanOrEqual(900);
  });

  it('do nothing for an order without one', async () => {
    const edit = world.get(SendHandlers).get('progress');
    expect(await edit({ kind: 'progress', id: randomUUID(), wakeNumber: 0 })).toBeUndefined();
  });
});

describe('progress messages whose wake-up was lost', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    const net = { JOB_CRON_INTERVAL_MS: '50', JOB_WAKE_LOST_AFTER_MS: '100' };
    world = await JobsWorld.start({ env: { ...ENV, ...net } });
  });

  afterAll(() => world.stop());

  it('F-82 show the end when the process died between its commit and the wake-up', async () => {
    const order = await ShownOrder.open(world, 'prompt');
    await order.write('completed');
    await order.closed();
    await order.customer.reads('progress.done', { count: 1 });
  });

  it('show the end when Telegram failed at the first try', async () => {
    const order = await ShownOrder.open(world, 'prompt');
    world.telegram.failNext('editMessageText', { status: 502, chatId: order.customer.person.id });
    await order.show('completed');
    await order.closed();
    expect(order.edits()).toHaveLength(2);
  });

  it('are edited again when a process died in the middle of an edit', async () => {
    const order = await ShownOrder.open(world, 'prompt');
    await order.write('completed');
    // As it stands after a claim whose process was killed a minute ago.
    await world.query(
      `update progress_messages set shown = null, edited_at = now() - interval '1 minute' where order_id = $1`,
      [order.id],
    );
    await order.closed();
    await order.customer.reads('progress.done', { count: 1 });
  });

  it('show how time passes, by what the last videos took', async () => {
    const customer = await world.customer();
    world.kie.nextTask({ durationTrueMs: 36_000_000, callback: 'never' });
    const jobId = await customer.orderOne();
    await world.taskAtKie(jobId);
    await world.query(
      `insert into jobs (user_id, order_id, position, idempotency_key, template_type, prompt_input, credits, status, step,
                         model, deadline_at, started_at, finished_at)
       select user_id, gen_random_uuid(), 1, gen_random_uuid(), 'ugc', 'A mug', 1, 'completed', 'deliver',
              model, now(), now() - interval '1000 s', now() from jobs, generate_series(1, 3) where id = $1`,
      [jobId],
    );
    const begunAgo = (seconds: number) =>
      world.query(
        `update jobs set started_at = now() - $2 * interval '1 s', deadline_at = now() + interval '1 hour' where id = $1`,
        [jobId, seconds],
      );
    const sees = (text: string) => customer.person.sees((message) => message.text.includes(text));
    await begunAgo(301);
    await sees('▰▰▰▱▱▱▱▱▱▱ 30 % · 🎬 Снимаю · осталось ~12 мин');
    await begunAgo(1001);
    await sees('▰▰▰▰▰▰▰▰▰▱ 90 % · 🎬 Снимаю · дольше обычного');
  });
});
