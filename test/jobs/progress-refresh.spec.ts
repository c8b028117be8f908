import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OrderCancellation } from '../../src/modules/jobs/index.js';
import { OrderProgress } from '../../src/modules/jobs/order-progress.js';
import { StandingsRepository } from '../../src/modules/jobs/standings.repository.js';
import { KIE_MODELS } from '../../src/modules/kie/index.js';
import { ProgressService, type ProgressLine } from '../../src/modules/notifications/index.js';
import { JobsWorld, type Customer } from './jobs-world.js';

const [MODEL = '', OTHER_MODEL = ''] = KIE_MODELS.map(({ id }) => id);
const LONG_AGO_S = 60;

// No worker and no scheduler: nothing works on the jobs, and no time shows, but what these tests do.
describe('as time passes', () => {
  let world: JobsWorld;
  let manager: EntityManager;
  let customer: Customer;
  let photoPath: string;

  beforeAll(async () => {
    const env = { RECENT_TIMES_LIFE_MS: '1', PROGRESS_EDIT_INTERVAL_MS: '15000' };
    world = await JobsWorld.start({
      roles: 'bot',
      env: { ...env, JOBS_IN_FLIGHT_PER_USER_MAX: '100', ORDERS_PER_HOUR_MAX: '1000' },
    });
    manager = world.get(DataSource).manager;
    customer = await world.customer({ credits: 100 });
    photoPath = await customer.photoPath();
  });

  beforeEach(async () => {
    await world.query('truncate progress_messages');
    await world.query(
      `update jobs set status = 'failed', finished_at = now(), wake_at = null, started_at = null`,
    );
  });

  afterAll(() => world.stop());

  const refresh = (editsMax: number) => world.get(OrderProgress).refresh(editsMax);

  /** Videos that were completed after so many seconds in work, the last one first. */
  async function completed(model: string, durationsS: readonly number[], status = 'completed') {
    await world.query(
      `insert into jobs (user_id, order_id, position, idempotency_key, template_type, prompt_input, credits, status, step,
                         model, deadline_at, created_at, started_at, finished_at)
       select $1, gen_random_uuid(), 1, gen_random_uuid(), 'ugc', 'A mug', 1, $4, 'deliver', $2, now(),
              now() - nr * interval '1 minute' - s * interval '2 s', now() - nr * interval '1 minute' - s * interval '1 s',
              now() - nr * interval '1 minute'
         from unnest($3::float8[]) with ordinality as d(s, nr)`,
      [customer.user.id, model, durationsS, status],
    );
  }

  /** An order of one that left the queue so long ago, and whose message was edited last before that. */
  async function filming(startedS: number, editedS = LONG_AGO_S): Promise<string> {
    const { orderId } = await customer.order({ photoPath });
    await world.query(
      `update jobs set status = 'processing', step = 'generate', model = $2, created_at = now() - interval '1 hour',
              started_at = now() - $3 * interval '1 s', deadline_at = now() - $3 * interval '1 s' + interval '15 minutes'
        where order_id = $1`,
      [orderId, MODEL, startedS],
    );
    await world.query(
      `update progress_messages set edited_at = now() - $2 * interval '1 s', shown = wanted where order_id = $1`,
      [orderId, editedS],
    );
    return orderId;
  }

  async function wanted(orderId: string): Promise<ProgressLine[]> {
    const [row] = await world.query<{ wanted: ProgressLine[] }>(
      'select wanted from progress_messages where order_id = $1',
      [orderId],
    );
    return row?.wanted ?? [];
  }

  const isMoved = async (orderId: string) => (await wanted(orderId))[0]?.stage === 'generate';
  const edited = (orderIds: readonly string[]) =>
    world.query(
      'update progress_messages set shown = wanted, edited_at = clock_timestamp() where order_id = any($1)',
      [orderIds],
    );

  it.each<[string, number[], number | undefined]>([
    ['none', [], undefined],
    ['too few', [60, 60], undefined],
    ['three', [60, 240, 120], 120],
    ['four', [60, 240, 120, 180], 150],
    [
      'the last twenty, whatever came before',
      [...Array.from({ length: 20 }, () => 100), ...[1, 1, 1, 1, 1, 1]],
      100,
    ],
    ['one that took ages', [3_600, 110, 100, 120, 105], 110],
  ])('knows how long videos of a model usually take, of %s', async (_what, durationsS, usualS) => {
    await completed(MODEL, durationsS);
    await completed(OTHER_MODEL, [7, 7, 7]);
    await completed(MODEL, [5, 5, 5, 5, 5], 'failed');
    const usual = await world.get(StandingsRepository).usualDurations(manager, [MODEL, OTHER_MODEL]);
    expect(usual.get(OTHER_MODEL)).toBeCloseTo(7_000);
    if (usualS === undefined) expect(usual.has(MODEL)).toBe(false);
    else expect(usual.get(MODEL)).toBeCloseTo(usualS * 1_000);
  });

  it('knows how long others waited lately, and their places', async () => {
    const standings = world.get(StandingsRepository);
    expect(await standings.usualWait(manager)).toBeNull();
    await completed(MODEL, [30, 90, 60]);
    expect(await standings.usualWait(manager)).toBeCloseTo(60_000);
    await world.query(
      `update jobs set started_at = started_at - interval '1 hour' where started_at is not null`,
    );
    expect(await standings.usualWait(manager)).toBeNull();

    const [first, second] = [
      await customer.order({ count: 2, photoPath }),
      await customer.order({ count: 3, photoPath }),
    ];
    const lines = () => world.get(OrderProgress).linesOf(manager, second.orderId);
    expect((await lines()).map(({ place }) => place)).toEqual([3, 4, 5]);
    await world.get(OrderCancellation).cancel(customer.user.id, first.orderId);
    expect((await lines()).map(({ place }) => place)).toEqual([1, 2, 3]);
    await world.query(
      `insert into jobs (user_id, order_id, position, idempotency_key, template_type, prompt_input, credits, deadline_at,
                         created_at, wake_at)
       select $1, gen_random_uuid(), 1, gen_random_uuid(), 'ugc', 'A mug', 1, now(), now() - interval '1 hour', now()
         from generate_series(1, 998)`,
      [customer.user.id],
    );
    expect((await lines()).map(({ place, beyond }) => place ?? { beyond })).toEqual([
      999,
      1_000,
      { beyond: 1_000 },
    ]);
  });

  it('the bar moves, and the time left goes down, though nothing happens', async () => {
    await completed(MODEL, [240, 240, 240]);
    const orderId = await filming(121);
    expect(await refresh(10)).toBe(1);
    expect(await wanted(orderId)).toEqual([{ position: 1, stage: 'generate', percent: 50, leftS: 120 }]);
    expect(await refresh(10)).toBe(0);
    await edited([orderId]);
    await world.query(`update jobs set started_at = started_at - interval '1 minute' where order_id = $1`, [
      orderId,
    ]);
    expect(await refresh(10)).toBe(0);
    await world.query(`update progress_messages set edited_at = edited_at - interval '15 s'`);
    expect(await refresh(10)).toBe(1);
    expect(await wanted(orderId)).toEqual([{ position: 1, stage: 'generate', percent: 70, leftS: 60 }]);
  });

  it('only so many messages move at a time, those edited longest ago first, and no more while these wait', async () => {
    const orders: string[] = [];
    for (const editedS of [20, 50, 30, 40, 5]) orders.push(await filming(0, editedS));
    const [d = '', a = '', c = '', b = '', young = ''] = orders;
    expect(await refresh(2)).toBe(2);
    expect(await Promise.all([a, b, c, d, young].map(isMoved))).toEqual([true, true, false, false, false]);
    expect(await refresh(2)).toBe(0);
    await edited([a]);
    expect(await refresh(2)).toBe(1);
    expect(await Promise.all([c, d, young].map(isMoved))).toEqual([true, false, false]);
  });

  it('those that stand still hold up nobody', async () => {
    const still = [await filming(0, 50), await filming(0, 40)];
    await refresh(2);
    await edited(still);
    await world.query(`update progress_messages set edited_at = now() - interval '1 hour'`);
    const moving = await filming(0, 20);
    expect(await refresh(1)).toBe(1);
    expect(await isMoved(moving)).toBe(true);
  });

  it('two schedulers do the work of one', async () => {
    for (const editedS of [20, 21, 22, 23, 24, 25]) await filming(0, editedS);
    const woken = await Promise.all([refresh(3), refresh(3)]);
    expect(woken.reduce((sum, one) => sum + one)).toBe(3);
  });

  it('what a transition has written meanwhile stays', async () => {
    const orderId = await filming(0);
    const progress = world.get(ProgressService);
    const [seen] = await progress.listOpen({ after: null, limit: 10 });
    if (!seen) throw new Error('no open message');
    const end: ProgressLine[] = [{ position: 1, stage: 'completed' }];
    await progress.write(manager, orderId, end);
    expect(await progress.update(seen, [{ position: 1, stage: 'generate', percent: 20 }])).toBeNull();
    expect(await wanted(orderId)).toEqual(end);
  });

  it('a message of no order is left as it is', async () => {
    const [orderId, lines] = [randomUUID(), [{ position: 1, stage: 'prompt' as const }]];
    const message = { orderId, userId: customer.user.id, chatId: 1, messageId: 1, lines };
    await world.get(ProgressService).open(manager, message);
    await world.query(`update progress_messages set edited_at = now() - interval '1 minute'`);
    expect(await refresh(10)).toBe(0);
    expect(await wanted(orderId)).toEqual(lines);
  });

  it('all pages of open messages are looked at', async () => {
    await world.query(
      `insert into progress_messages (order_id, user_id, chat_id, message_id, wanted, shown, edited_at)
       select gen_random_uuid(), $1, 1, 1, '[]', '[]', now() - interval '1 hour' from generate_series(1, 1200)`,
      [customer.user.id],
    );
    const orderId = await filming(0);
    expect(await refresh(1)).toBe(1);
    expect(await isMoved(orderId)).toBe(true);
  });
});
