import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '../../src/commands/command-line.js';
import { importLegacy } from '../../src/commands/import-legacy/import-legacy.js';
import { formatReport, isClean } from '../../src/commands/import-legacy/import-report.rules.js';
import { createCreditsDatabase, expectCleanAudit } from '../credits/fixtures.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { historyOf, LegacyWorld } from './legacy-world.js';

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

describe('an import is refused', () => {
  beforeAll(openDatabase);
  afterAll(closeDatabase);

  const settings = () => ({ into: db.url, storagePath: storage, hmacKey: null });
  const attempt = (from: string) => importLegacy({ from, schema: 'public', isDryRun: false }, settings());

  it('from our own database', async () => {
    await expect(attempt(db.url)).rejects.toThrow(/none of the Python system.*one of the new system/);
  });

  it('from one that lacks its tables', async () => {
    await world.legacy.query('alter table jobs rename to lost');
    await expect(attempt(world.legacy.url)).rejects.toThrow(
      new CommandError('The old database is none of the Python system: there is no public.jobs.id'),
    );
    await world.legacy.query('alter table lost rename to jobs');
  });

  it('into one that is not migrated', async () => {
    const own = await createTestDatabase({ poolMax: 1 });
    await own.query('drop table legacy_users cascade');
    await expect(
      importLegacy(
        { from: world.legacy.url, schema: 'public', isDryRun: true },
        { ...settings(), into: own.url },
      ),
    ).rejects.toThrow(/lacks our tables\. Run: npm run migrate/);
    await own.drop();
  });

  it('while another one runs', async () => {
    const [first, second] = await Promise.allSettled([world.import(), world.import()]);
    const refused = [first, second].filter(({ status }) => status === 'rejected');
    expect(refused.map((one) => String((one as PromiseRejectedResult).reason))).toEqual([
      expect.stringContaining('Another import into this database is running'),
    ]);
  });

  it('of a version without payments, plans and history, no more than that', async () => {
    await world.legacy.query('alter schema public rename to whole; create schema public');
    await world.legacy.query(
      'create table users (id serial, tg_user_id text, credits text); create table jobs (id serial, tg_user_id int, status text)',
    );
    await world.legacy.query(
      `insert into users (tg_user_id, credits) values ('301', '7'); insert into jobs (tg_user_id, status) values (301, 'queued')`,
    );
    const report = await world.import();
    await world.legacy.query('drop schema public cascade; alter schema whole rename to public');
    expect(report.refused).toEqual([]);
    expect(await historyOf(db, 301)).toEqual(['import 8 = 8', 'usage -1 = 7', 'refund 1 = 8']);
    expect(formatReport(report)).toMatch(/payments +is not in this version/);
  });
});

describe('a role that may only read', () => {
  const role = `neurocards_test_legacy_${randomBytes(4).toString('hex')}`;
  const read = () => {
    const from = new URL(world.legacy.url);
    [from.username, from.password] = [role, 'reader'];
    return importLegacy(
      { from: from.href, schema: 'public', isDryRun: true },
      { into: db.url, storagePath: storage, hmacKey: null },
    );
  };

  beforeAll(async () => {
    await openDatabase();
    await world.legacy.query(
      `create role ${role} login password 'reader'; grant usage on schema public to ${role}; grant select on all tables in schema public to ${role}`,
    );
  });
  afterAll(async () => {
    await world.legacy.query(`drop owned by ${role}; drop role ${role}`);
    await closeDatabase();
  });

  it('sees that others are connected', async () => {
    // The world's own.
    expect(await read()).toMatchObject({ other_connections: 1 });
  });

  it('is told of a table that it may not read, rather than that there is none', async () => {
    await world.legacy.query(`revoke select on payments from ${role}`);
    await expect(read()).rejects.toThrow(/permission denied for table payments. Grant it select/);
    await world.legacy.query(`grant select on payments to ${role}`);
  });

  it('is told where policies hide rows from it, as nothing would be nothing to import', async () => {
    await world.add('users', { tg_user_id: 401, credits: 5 });
    await world.legacy.query('alter table users enable row level security');
    await expect(read()).rejects.toThrow(
      /may not read all of the old database: query would be affected by row-level security.*BYPASSRLS/,
    );
    await world.legacy.query('alter table users disable row level security');
  });
});

it('an import that finds nobody is nothing to go on with', async () => {
  await openDatabase();
  const report = await world.import();
  await closeDatabase();
  expect(isClean(report)).toBe(false);
  expect(formatReport(report)).toContain('NOBODY is in the old database');
});
