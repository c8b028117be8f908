import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corrupt, createAuditedWorld, type AuditedWorld } from '../credits/audited-world.js';
import { createCreditsDatabase } from '../credits/fixtures.js';
import type { TestDatabase } from '../support/database.js';
import type { AuditReport } from '../../src/modules/credits/index.js';

const ROOT = join(import.meta.dirname, '../..');

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function runNode(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH: process.env.PATH, ...env } });
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (outcome.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (outcome.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...outcome, code }));
  });
}

const runCommand = (name: 'audit' | 'sql' | 'import-legacy', args: string[] = [], url?: string) =>
  runNode(
    [join(ROOT, 'dist/src/commands', `${name}.js`), ...args],
    url === undefined ? {} : { DATABASE_URL: url },
  );

const lastLine = <T>(outcome: Outcome) => JSON.parse(outcome.stdout.trimEnd().split('\n').at(-1) ?? '') as T;

beforeAll(async () => {
  const built = await runNode([join(ROOT, 'scripts/build-if-needed.mjs')]);
  expect(built).toMatchObject({ code: 0, stderr: '' });
});

/** A database with a sound world in it; `work` gets it, and it is dropped afterwards. */
async function withWorld(work: (db: TestDatabase, world: AuditedWorld) => Promise<void>): Promise<void> {
  const { db } = await createCreditsDatabase();
  try {
    await work(db, await createAuditedWorld(db));
  } finally {
    await db.drop();
  }
}

describe('npm run audit', () => {
  it('exits 0 on a sound database and prints the rows that each check looked at', () =>
    withWorld(async (db, world) => {
      await db.query('select refund_credit($1)', [world.user.tgUserId]);
      const outcome = await runCommand('audit', [], db.url);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(outcome.stdout).toMatch(/ok {4}I1 {2}history_is_a_chain +8 rows/);
      expect(outcome.stdout).toMatch(/Notes \(no drift\)\n +refund_by_operator: credits_history 8: 1 credit/);
      expect(outcome.stdout).toMatch(/\d+ rows checked in 21 checks: no drift\n$/);
      expect(outcome.stdout).not.toContain(new URL(db.url).password || '\0');
    }));

  it.each([
    {
      damage: 'a balance raised by hand',
      harm: (db: TestDatabase) => db.query('update users set credits = credits + 1'),
      row: (world: AuditedWorld) => `users ${world.user.id}`,
    },
    {
      damage: 'a refund row deleted with triggers off',
      harm: (db: TestDatabase) =>
        corrupt(db, (em) => em.query(`delete from credits_history where operation_type = 'refund'`)),
      row: (world: AuditedWorld) => `jobs ${world.jobs.failed}`,
    },
    {
      damage: 'a completed job set to failed',
      harm: (db: TestDatabase) => db.query(`update jobs set status = 'failed' where status = 'completed'`),
      row: (world: AuditedWorld) => `jobs ${world.jobs.completed}`,
    },
  ])('exits 1 after $damage and names the row', ({ harm, row }) =>
    withWorld(async (db, world) => {
      await harm(db);
      const outcome = await runCommand('audit', ['--json'], db.url);
      expect(outcome.code).toBe(1);
      expect(outcome.stdout).toContain('DRIFT');
      const report = lastLine<AuditReport>(outcome);
      expect(report.drift).toBeGreaterThan(0);
      expect(report.problems.map((problem) => problem.row).join()).toContain(row(world));
    }),
  );

  it('exits 2 and says what to do where it cannot run', async () => {
    const unset = await runCommand('audit');
    expect(unset).toMatchObject({ code: 2, stdout: '' });
    expect(unset.stderr).toMatch(/^DATABASE_URL is not set\. Set it to .*\n$/);

    const nobody = await runCommand('audit', [], 'postgres://anna:secret-password@127.0.0.1:1/none');
    expect(nobody).toMatchObject({ code: 2, stdout: '' });
    expect(nobody.stderr).toMatch(/^The database cannot be reached: .*ECONNREFUSED.*\n$/);
    expect(nobody.stderr).not.toContain('secret-password');
  });

  it('exits 2 on a database that is not migrated', () =>
    withWorld(async (db) => {
      await db.query('drop table kie_tasks cascade');
      const outcome = await runCommand('audit', [], db.url);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toMatch(/lacks our tables\. Run: npm run migrate\n$/);
    }));
});

describe('npm run sql', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    ({ db } = await createCreditsDatabase());
  });
  afterAll(() => db.drop());

  it('prints a readable table', async () => {
    const outcome = await runCommand(
      'sql',
      ['select id, credits, null as note from pricing_plans order by position'],
      db.url,
    );
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toBe(
      [
        'id      | credits | note',
        '--------+---------+-----',
        'starter | 5       | null',
        'pro     | 20      | null',
        'premium | 50      | null',
        '(SELECT 3)',
        '',
      ].join('\n'),
    );
  });

  it('prints JSON, and keeps what a statement did', async () => {
    const registered = await runCommand(
      'sql',
      ['--json', `select register_user(7, null, 'Anna', null, 'ru')`],
      db.url,
    );
    expect(lastLine(registered)).toMatchObject({
      command: 'SELECT',
      row_count: 1,
      columns: ['register_user'],
      rows: [{ register_user: { credits: 2, created: true } }],
    });
    const updated = await runCommand('sql', [`update users set first_name = 'Olga'`], db.url);
    expect(updated).toEqual({ code: 0, stdout: 'UPDATE 1\n', stderr: '' });
  });

  it('exits 1 with PostgreSQL’s own words when the statement is refused', async () => {
    const typo = await runCommand('sql', ['select creditz from users'], db.url);
    expect(typo).toMatchObject({ code: 1, stdout: '' });
    expect(typo.stderr).toContain('42703: column "creditz" does not exist\n  at: creditz from users');

    const guarded = await runCommand('sql', ['delete from credits_history'], db.url);
    expect(guarded.code).toBe(1);
    expect(guarded.stderr).toMatch(/^NC006: The credit history is append-only.*\n {2}hint: .*add_credits/);

    const two = await runCommand('sql', ['select 1; select 2'], db.url);
    expect(two.code).toBe(1);
    expect(two.stderr).toContain('cannot insert multiple commands');
  });

  it('exits 2 without a statement', async () => {
    const nothing = await runCommand('sql', [], db.url);
    expect(nothing).toMatchObject({ code: 2, stdout: '' });
    expect(nothing.stderr).toMatch(/^No statement was given/);
  });
});

describe('npm run import:legacy', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    ({ db } = await createCreditsDatabase());
    await db.query(`create schema old; create table old.users (id serial, tg_user_id bigint, credits int);
      create table old.jobs (id text, tg_user_id bigint, status text); insert into old.users (tg_user_id, credits) values (7, 3)`);
  });
  afterAll(() => db.drop());

  const importOld = (...words: string[]) =>
    runCommand('import-legacy', ['--from', db.url, '--schema=old', ...words], db.url);

  it('exits 0 when all came over, and 1 when rows were refused', async () => {
    const whole = await importOld('--json');
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout).toMatch(/users +1 +1 +0 +0 +0\n[^]*import rows of the ledger +3 {3}agrees/);
    expect(whole.stdout).not.toContain(new URL(db.url).password || '\0');
    expect(lastLine(whole)).toMatchObject({ dry_run: false, refused: [], credits: { import_rows: 3 } });
    await db.query('insert into old.users (credits) values (5)');
    const partly = await importOld('--dry-run');
    expect(partly).toMatchObject({ code: 1, stderr: '' });
    expect(partly.stdout).toMatch(/Refused, to be decided by you \(1\)\n {2}users 2: tg_user_id null/);
  });

  it('exits 2 and says what to do where it cannot run', async () => {
    const unset = await runCommand('import-legacy', ['--from', db.url]);
    expect(unset).toMatchObject({ code: 2, stdout: '' });
    expect(unset.stderr).toMatch(/^DATABASE_URL is not set/);
    const nobody = await runCommand('import-legacy', ['--from=postgres://a:secret@127.0.0.1:1/n'], db.url);
    expect(nobody).toMatchObject({ code: 2, stdout: '' });
    expect(nobody.stderr).toMatch(
      /^The old database \(127\.0\.0\.1:1\/n\) cannot be reached: .*ECONNREFUSED/,
    );
    expect(nobody.stderr).not.toContain('secret');
  });
});
