import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importLegacy } from '../../src/commands/import-legacy/import-legacy.js';
import { formatReport } from '../../src/commands/import-legacy/import-report.rules.js';
import { hmacOfTelegramId } from '../../src/modules/users/light.js';
import { createCreditsDatabase, expectCleanAudit } from '../credits/fixtures.js';
import { type TestDatabase } from '../support/database.js';
import { historyOf, LegacyWorld, linesOf } from './legacy-world.js';

const HEX = '0198f3a27c1d4e5f8a9b0123456789ab';
const PAYMENT_ID = '2d8f1c3a-000f-5000-8000-1b2c3d4e5f60';

let db: TestDatabase;
let world: LegacyWorld;
let storage: string;

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'neurocards-test-legacy-'));
  world = await LegacyWorld.create(() => ({ url: db.url, storagePath: storage }));
});
afterAll(async () => {
  await world.drop();
  await rm(storage, { recursive: true, force: true });
});
afterEach(() => world.clear());

const openDatabase = async () => {
  ({ db } = await createCreditsDatabase());
};
const closeDatabase = async () => {
  await expectCleanAudit(db);
  await db.drop();
};

/** Everything that our database holds, but for when it was written. */
async function everything(): Promise<unknown> {
  const tables = ['users', 'credits_history', 'jobs', 'job_events', 'payments', 'notices', 'stored_photos'];
  const legacy = ['users', 'jobs', 'credits_history', 'plans', 'payments'].map((name) => `legacy_${name}`);
  const [row] = await db.query(
    `select ${[...tables, ...legacy].map((name) => `(select json_agg(t order by t::text) from ${name} t) as ${name}`).join(', ')}`,
  );
  return row;
}

/** A little of all that is all right: 5 credits, and one taken by a video under way. */
async function addAnna(): Promise<void> {
  const [plan] = await world.add('pricing_plans', {
    name: 'starter',
    credits_amount: 5,
    price_rub: '199.00',
  });
  await world.add('users', { tg_user_id: 101, username: 'anna', first_name: 'Анна', credits: 4 });
  await world.add(
    'jobs',
    { id: 'a-1', tg_user_id: 101, product_text: 'Кружка', status: 'completed', video_file_id: 'BAAC-1' },
    { id: 'a-2', tg_user_id: 101, product_name: 'Термос', status: 'processing' },
    { id: 'a-3', tg_user_id: 101, product_name: 'Лампа', status: 'failed', error: 'KIE' },
  );
  const bonus = {
    tg_user_id: 101,
    amount: 5,
    operation_type: 'purchase',
    created_at: '2026-05-05T05:05:05Z',
  };
  await world.add('credits_history', bonus, bonus);
  const sold = { tg_user_id: 101, plan_id: plan, amount_rub: '199.00', credits_purchased: 5 };
  await world.add(
    'payments',
    { ...sold, status: 'completed', payment_provider: 'yookassa', payment_id: `${PAYMENT_ID}0` },
    { ...sold, status: 'pending', payment_provider: 'yookassa', payment_id: PAYMENT_ID },
  );
}

describe('an import', () => {
  beforeEach(openDatabase);
  afterEach(closeDatabase);

  it('brings a person with one import row, and gives back what a video under way had taken', async () => {
    await addAnna();
    const report = await world.import();
    expect(linesOf(report)).toEqual([
      'pricing_plans 1 read, 1 imported',
      'users 1 read, 1 imported',
      'jobs 3 read, 3 imported',
      'credits_history 2 read, 2 imported',
      'payments 2 read, 2 imported',
    ]);
    expect(report).toMatchObject({
      refused: [],
      notes: [],
      videos: 1,
      jobs_given_back: 1,
      payments_to_settle: 1,
    });
    expect(report.credits).toMatchObject({
      balances: 4,
      given_back: 1,
      expected: 5,
      import_rows: 5,
      agrees: true,
    });
    expect(await historyOf(db, 101)).toEqual(['import 5 = 5', 'usage -1 = 4', 'refund 1 = 5']);
    expect(await db.query('select consented_at, language, credits from users')).toEqual([
      { consented_at: null, language: 'ru', credits: 5 },
    ]);
    expect(await db.query('select status, failure_reason, prompt_input from jobs order by status')).toEqual([
      { status: 'completed', failure_reason: null, prompt_input: 'Кружка' },
      { status: 'failed', failure_reason: 'moved', prompt_input: 'Термос' },
    ]);
    expect(
      await db.query(`select payload->>'reason' as reason, payload->'balance' as balance from notices`),
    ).toEqual([{ reason: 'moved', balance: 5 }]);
    expect(
      await db.query('select plan_id, status, provider_payment_id, amount_kopecks, credits from payments'),
    ).toEqual([
      {
        plan_id: 'legacy',
        status: 'pending',
        provider_payment_id: PAYMENT_ID,
        amount_kopecks: 19_900,
        credits: 5,
      },
    ]);
    expect(await db.query('select active from pricing_plans where id = $1', ['legacy'])).toEqual([
      { active: false },
    ]);
  });

  it('gives nothing back a second time that was given back there, and names what waits for long', async () => {
    await world.add('users', { tg_user_id: 111, credits: 1 }, { tg_user_id: 112, credits: 0 });
    const yesterday = {
      status: 'processing',
      created_at: '2026-01-05 10:00',
      started_at: '2026-01-05 10:01',
    };
    await world.add(
      'jobs',
      { ...yesterday, id: 'raised', tg_user_id: 111 },
      { ...yesterday, id: 'cut', tg_user_id: 112 },
    );
    await world.add('credits_history', {
      ...{ tg_user_id: 111, amount: 1, operation_type: 'refund', created_at: '2026-01-05T10:09Z' },
    });
    const report = await world.import();
    expect(await historyOf(db, 111)).toEqual(['import 1 = 1']);
    expect(await historyOf(db, 112)).toEqual(['import 1 = 1', 'usage -1 = 0', 'refund 1 = 1']);
    expect(report).toMatchObject({
      refused: [],
      jobs_given_back: 1,
      credits: { given_back: 1, agrees: true },
    });
    expect(report.notes.map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      expect.stringMatching(/^jobs "raised".* given back there/),
      expect.stringMatching(/^jobs "cut".* no refund of it/),
    ]);
    expect(await db.query('select id, status from legacy_jobs order by id')).toEqual([
      { id: 'cut', status: 'processing' },
      { id: 'raised', status: 'failed' },
    ]);
    expect(await db.query('select from notices')).toHaveLength(1);
    expect((await world.import()).refused).toEqual([]);
  });

  it('gives nobody a second welcome', async () => {
    await addAnna();
    await world.import();
    const [{ answer } = { answer: null }] = await db.query<{ answer: unknown }>(
      `select register_user(101, 'anna', 'Anna', null, 'ru') as answer`,
    );
    expect(answer).toMatchObject({ credits: 5, created: false });
  });

  it('adds the balance of somebody who has started the new bot to the welcome, once', async () => {
    await db.query(`select register_user(101, 'anna_new', 'Anna', null, 'en')`);
    await addAnna();
    const report = await world.import();
    expect(report).toMatchObject({ people_joined_before: 1, refused: [] });
    expect(await historyOf(db, 101)).toEqual([
      'signup 2 = 2',
      'import 5 = 7',
      'usage -1 = 6',
      'refund 1 = 7',
    ]);
    expect(await db.query('select username, language from users')).toEqual([
      { username: 'anna_new', language: 'en' },
    ]);
  });

  it('changes nothing when it is repeated, and brings what is new', async () => {
    await addAnna();
    await world.import();
    const before = await everything();
    const repeated = await world.import();
    expect(linesOf(repeated)).toEqual([
      'pricing_plans 1 read, 1 there',
      'users 1 read, 1 there',
      'jobs 3 read, 3 there',
      'credits_history 2 read, 2 there',
      'payments 2 read, 2 there',
    ]);
    expect(repeated).toMatchObject({ refused: [], videos: 0, jobs_given_back: 0, credits: { agrees: true } });
    expect(await everything()).toEqual(before);
    // Somebody new, and a video that Anna ordered meanwhile.
    await world.add('users', { tg_user_id: 102, credits: 3 });
    await world.legacy.query('update users set credits = 3 where tg_user_id = 101');
    await world.add('jobs', { id: 'a-4', tg_user_id: 101, status: 'queued' });
    const third = await world.import();
    expect(third).toMatchObject({ refused: [], jobs_given_back: 1 });
    expect(third.credits).toMatchObject({ balances: 6, given_back: 2, import_rows: 8, agrees: true });
    expect(await historyOf(db, 101)).toEqual([
      ...['import 5 = 5', 'usage -1 = 4', 'refund 1 = 5', 'usage -1 = 4', 'refund 1 = 5'],
    ]);
    expect(await historyOf(db, 102)).toEqual(['import 3 = 3']);
  });

  it('names what has changed there since, and lets it be', async () => {
    await addAnna();
    await world.import();
    const before = await everything();
    await world.legacy.query(`update users set credits = 9`);
    await world.legacy.query(`update jobs set status = 'completed' where status = 'processing'`);
    await world.legacy.query(`update payments set status = 'completed'`);
    const report = await world.import();
    expect(report.refused.map(({ reason }) => reason)).toEqual([
      'Telegram 101: imported with 5 credits, and would be with 9 now; nothing was done',
      'it is completed by now, and was not when it was imported; nothing was done',
      'it is completed by now, and was not when it was imported; nothing was done',
    ]);
    expect(report.credits).toMatchObject({ balances: 9, changed: -4, expected: 5, agrees: true });
    await world.legacy.query('delete from users');
    const without = await world.import();
    expect(without.credits).toMatchObject({ balances: 0, import_rows: 5, agrees: false });
    expect(formatReport(without)).toContain('DOES NOT AGREE: imported people are gone there');
    expect(await everything()).toEqual(before);
  });

  it('writes nothing in a dry run, and reports the same', async () => {
    await addAnna();
    const empty = await everything();
    const rehearsed = await world.import({ isDryRun: true });
    expect(await everything()).toEqual(empty);
    expect(rehearsed).toEqual({ ...(await world.import()), dry_run: true });
    expect(formatReport(rehearsed)).toMatch(
      /import rows of the ledger +5 {3}agrees[^]*nothing was written\.$/,
    );
  });

  it('goes on after it was cut short', async () => {
    await addAnna();
    await db.query(
      `create function cut() returns trigger language plpgsql as $$ begin raise 'the power is gone' using errcode = '57P01'; end $$;
       create trigger cut before insert on legacy_credits_history execute function cut();`,
    );
    await expect(world.import()).rejects.toThrow('the power is gone');
    await expectCleanAudit(db);
    await db.query('drop function cut cascade');
    const report = await world.import();
    expect(linesOf(report)).toEqual([
      'pricing_plans 1 read, 1 there',
      'users 1 read, 1 there',
      'jobs 3 read, 3 there',
      'credits_history 2 read, 2 imported',
      'payments 2 read, 2 imported',
    ]);
    expect(await historyOf(db, 101)).toEqual(['import 5 = 5', 'usage -1 = 4', 'refund 1 = 5']);
    expect(await db.query('select from notices')).toHaveLength(1);
  });

  it('goes on where a credit that came back was spent meanwhile', async () => {
    await world.add('users', { tg_user_id: 121, credits: 0 });
    await world.add('jobs', { id: 's-1', tg_user_id: 121, status: 'queued' });
    await db.query(`create function cut() returns trigger language plpgsql as $$ begin raise 'gone' using errcode = '57P01'; end $$;
       create trigger cut before insert on legacy_jobs execute function cut();`);
    await expect(world.import()).rejects.toThrow('gone');
    await db.query('drop function cut cascade');
    await db.query(`select create_job_and_consume_credit(121, 'ugc', 'draft-1', 'inputs/1/a.jpg', 'A mug')`);
    const report = await world.import();
    expect(report).toMatchObject({ refused: [], jobs_given_back: 0 });
    expect(report.notes.map(({ reason }) => reason)).toEqual([
      'its credit came with its person, who has spent it here already: they are not told of it',
    ]);
    expect(await historyOf(db, 121)).toEqual(['import 1 = 1', 'usage -1 = 0']);
  });

  it('locks nobody whose rows are there', async () => {
    await addAnna();
    await world.import();
    const [anna] = await db.query<{ id: string }>('select id from users');
    const calls = [
      ...(await db.query<{ id: string; status: string }>('select id, status from legacy_jobs')).map(
        (row) => ['import_legacy_job', row] as const,
      ),
      ...(await db.query<{ id: string; status: string }>('select id, status from legacy_payments')).map(
        (row) => ['import_legacy_payment', row] as const,
      ),
    ];
    await db.dataSource.transaction(async (dryRun) => {
      for (const [name, { id, status }] of calls)
        expect(
          await dryRun.query(`select ${name}($1, $2, $3)->>'outcome' as o`, [id, anna?.id, { status }]),
        ).toEqual([{ o: 'there' }]);
      await db.query('select from users for update nowait');
    });
    expect(calls).toHaveLength(5);
  });

  it('finds the photos below STORAGE_BASE_PATH, also when the folder is there only the second time', async () => {
    await world.add('users', { tg_user_id: 101, credits: 0 }, { tg_user_id: 102, credits: 0 });
    const done = { tg_user_id: 101, status: 'completed', video_file_id: 'BAAC' };
    await world.add(
      'jobs',
      { ...done, id: 'p-1', product_image_url: `https://example.com/inputs/101/${HEX}.jpg?v=1` },
      { ...done, id: 'p-2', product_image_url: `101/${HEX}.jpg` },
      { ...done, id: 'p-3', product_image_url: `/app/storage/inputs/101/${HEX.replace('0', '1')}.jpg` },
      // Somebody else's.
      { ...done, id: 'p-4', tg_user_id: 102, product_image_url: `/inputs/101/${HEX}.jpg` },
      { ...done, id: 'p-5', product_image_url: 'https://example.com/any.png' },
    );
    expect((await world.import()).photos).toMatchObject({ folder_found: false, found: 0 });
    await mkdir(join(storage, 'inputs/101'), { recursive: true });
    await writeFile(join(storage, `inputs/101/${HEX}.jpg`), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    const inS3 = await importLegacy(
      { from: world.legacy.url, schema: 'public', isDryRun: true },
      { into: db.url, storagePath: null, hmacKey: null },
    );
    expect(inS3.photos).toMatchObject({ folder_found: false, found: 0, missing: 0 });
    expect((await world.import()).photos).toEqual({
      folder_found: true,
      found: 2,
      missing: 1,
      unreadable: 0,
    });
    await rm(join(storage, 'inputs'), { recursive: true });
    const rows = await db.query(
      'select l.id, j.photo_path from jobs j join legacy_jobs l on l.job_id = j.id order by l.id',
    );
    const path = `inputs/101/${HEX}.jpg`;
    expect(rows.map((row) => row['photo_path'])).toEqual([path, path, null, null, null]);
    expect(await db.query('select path from stored_photos')).toEqual([{ path }]);
  });

  it('brings nobody back who was erased', async () => {
    const hmacKey = 'k'.repeat(32);
    await addAnna();
    await world.add('users', { tg_user_id: 102, credits: 8 });
    await world.import();
    await db.query(
      `with gone as (select id from users where tg_user_id = 101) select expire_credits(id, 'erased') from gone`,
    );
    await db.query(
      `update users set tg_user_id = null, tg_user_hmac = $1, erased_at = now(), username = null, first_name = null where tg_user_id = 101`,
      [hmacOfTelegramId(101, hmacKey)],
    );
    await db.query(`insert into users (tg_user_hmac, erased_at) values ($1, now())`, [
      hmacOfTelegramId(103, hmacKey),
    ]);
    await world.add('users', { tg_user_id: 103, first_name: 'Олег', credits: 6 });
    await expect(world.import()).rejects.toThrow(/USER_HMAC_KEY/);
    const report = await world.import({ hmacKey });
    expect(linesOf(report)).toEqual([
      'pricing_plans 1 read, 1 there',
      'users 3 read, 1 there, 2 erased',
      'jobs 3 read, 3 erased',
      'credits_history 2 read, 2 erased',
      'payments 2 read, 2 erased',
    ]);
    expect(report.credits).toMatchObject({ balances: 18, not_imported: 6, import_rows: 13, agrees: true });
    expect(await db.query('select from users')).toHaveLength(3);
  });
});
