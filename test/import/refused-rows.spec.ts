import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCreditsDatabase, expectCleanAudit } from '../credits/fixtures.js';
import type { TestDatabase } from '../support/database.js';
import { historyOf, LegacyWorld } from './legacy-world.js';

let db: TestDatabase;
let world: LegacyWorld;
let storage: string;

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'neurocards-test-legacy-'));
  world = await LegacyWorld.create(() => ({ url: db.url, storagePath: storage }));
  ({ db } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
  await world.drop();
  await rm(storage, { recursive: true, force: true });
});
afterEach(() => world.clear());

describe('a row that is not as it should be', () => {
  const reasons = async () => {
    const { refused } = await world.import();
    return refused.map(({ row, reason }) => `${row.split(' ')[0]}: ${reason}`);
  };

  it('is named with its reason, and holds up no other: people', async () => {
    await world.add(
      'users',
      { tg_user_id: 201, credits: 5 },
      { tg_user_id: null, credits: 2 },
      { tg_user_id: 202, credits: 3 },
      { tg_user_id: 202, credits: 4 },
      { tg_user_id: 203, credits: '2.5' },
      { tg_user_id: 204, credits: 'NaN' },
      { tg_user_id: -205, credits: 1 },
      { tg_user_id: 206, credits: 2_000_000 },
      { tg_user_id: 207, credits: -3, first_name: 'Я'.repeat(300) },
      { tg_user_id: 208, credits: null, created_at: 'infinity' },
    );
    const { refused, notes, credits } = await world.import();
    expect(refused.map(({ reason }) => reason)).toEqual([
      'tg_user_id null is nobody in Telegram; credits: 2',
      'another row has the same tg_user_id 202; credits: 3',
      'another row has the same tg_user_id 202; credits: 4',
      'the balance is no whole number; credits: 2.5',
      'the balance is no whole number; credits: NaN',
      'tg_user_id -205 is nobody in Telegram; credits: 1',
      'more than 1000000 credits; credits: 2000000',
    ]);
    expect(notes.map(({ reason }) => reason)).toEqual([
      'the balance -3 is imported as 0',
      'it has no balance: imported with 0',
    ]);
    expect(credits).toMatchObject({
      balances: 2_000_012,
      raised: 3,
      expected: 5,
      import_rows: 5,
      agrees: true,
    });
    expect(
      await db.query('select tg_user_id::int, credits, length(first_name) as n from users order by 1'),
    ).toEqual([
      { tg_user_id: 201, credits: 5, n: null },
      { tg_user_id: 207, credits: 0, n: 64 },
      { tg_user_id: 208, credits: 0, n: null },
    ]);
  });

  it('is named with its reason, and holds up no other: videos', async () => {
    await world.add('users', { tg_user_id: 211, credits: -1 });
    await world.add(
      'jobs',
      { id: 'nobody', tg_user_id: 999, status: 'queued' },
      { id: 'null', tg_user_id: null, status: 'completed' },
      { id: 'odd', tg_user_id: 211, status: 'exploded' },
      { id: 'minus', tg_user_id: 211, status: 'queued', credits_deducted: -1 },
      { id: 'free', tg_user_id: 211, status: 'queued', credits_deducted: 0 },
      { id: 'unsaid', tg_user_id: 211, status: 'queued', credits_deducted: null },
      { id: 'naïve', tg_user_id: 211, status: 'done', video_file_id: 'B', created_at: '2026-01-02 03:04:05' },
    );
    expect(await reasons()).toEqual([
      'jobs: tg_user_id null is nobody in Telegram',
      'jobs: its status exploded is not known',
      'jobs: queued, and took -1 credits',
      'jobs: its person was not imported',
    ]);
    expect(await historyOf(db, 211)).toEqual(['import 1 = 1', 'usage -1 = 0', 'refund 1 = 1']);
    expect(await db.query(`select created_at from jobs where status = 'completed'`)).toEqual([
      { created_at: new Date('2026-01-02T03:04:05Z') },
    ]);
  });

  it('is named with its reason, and holds up no other: payments and history', async () => {
    await world.add('users', { tg_user_id: 221, credits: 0 });
    const sold = {
      tg_user_id: 221,
      status: 'pending',
      amount_rub: '199.00',
      credits_purchased: 5,
      payment_id: 'p-1',
    };
    await world.add(
      'payments',
      { ...sold, payment_id: null },
      { ...sold, payment_id: 'test_1a2b3c4d' },
      { ...sold, payment_id: 'p-2', payment_provider: 'stripe' },
      { ...sold, payment_id: 'p-3', amount_rub: null },
      { ...sold, payment_id: 'p-4', currency: 'USD' },
      { ...sold, payment_id: 'p-5', credits_purchased: null },
      { ...sold, payment_id: 'p-6', status: 'waiting' },
      { ...sold, payment_id: 'p-7', tg_user_id: 999 },
      { ...sold, payment_id: 'p-8' },
      { ...sold, payment_id: 'p-8', status: 'completed' },
      sold,
      sold,
    );
    await world.add(
      'credits_history',
      { tg_user_id: 221, amount: 'NaN' },
      { tg_user_id: 221, amount: -1.5, operation_type: 'yookassa_payment', metadata: '{"a": "b\\u0000c"}' },
      { tg_user_id: null, amount: 1 },
    );
    expect(await reasons()).toEqual([
      'credits_history: its amount NaN is no number',
      'credits_history: tg_user_id null is nobody in Telegram',
      `payments: pending, without YooKassa's id: look for 199 roubles for 5 credits in its cabinet`,
      'payments: pending, test_1a2b3c4d is no id of YooKassa: 199 roubles for 5 credits',
      'payments: pending, by stripe, which cannot be asked: 199 roubles for 5 credits',
      'payments: pending, its price is no sum in roubles: null roubles for 5 credits',
      'payments: pending, its price is no sum in roubles: 199 roubles for 5 credits',
      'payments: pending, it is not known how many credits were bought: 199 roubles for null credits',
      'payments: its status waiting is not known',
      'payments: pending, another row that is over has YooKassa’s p-8, so that it may be credited already: 199 roubles for 5 credits',
      'payments: its person was not imported',
      expect.stringMatching(/the database refuses it: duplicate key .*payments_provider_id_once/),
    ]);
    expect(await db.query('select provider_payment_id from payments')).toEqual([
      { provider_payment_id: 'p-1' },
    ]);
    // What the old system remembers as over is adopted by nobody.
    const adopt = `select adopt_payment(gen_random_uuid(), u.id, 'starter', 19900, $1)->>'error' as error from users u where u.tg_user_id = 221`;
    expect(await db.query(adopt, ['p-8'])).toEqual([{ error: 'legacy_payment_exists' }]);
    expect(await db.query('select amount::float8, metadata from legacy_credits_history')).toEqual([
      { amount: -1.5, metadata: { a: 'bc' } },
    ]);
  });

  it('and is put right later: a video whose credit did not come with its person is left to the operator', async () => {
    await world.add('users', { tg_user_id: 231, credits: 5 });
    await world.add('jobs', { id: 'odd', tg_user_id: 231, status: 'queued', credits_deducted: -1 });
    await world.import();
    await world.legacy.query('update jobs set credits_deducted = 1');
    const notSettled = [
      'users: Telegram 231: imported with 5 credits, and would be with 6 now; nothing was done',
      `jobs: its credit did not come with its person: see what is said of users of Telegram 231`,
    ];
    expect(await reasons()).toEqual(notSettled);
    expect(await reasons()).toEqual(notSettled);
    expect(await historyOf(db, 231)).toEqual(['import 5 = 5']);
    expect(
      await db.query('select from notices n join users u on u.id = n.user_id where u.tg_user_id = 231'),
    ).toEqual([]);
  });
});
