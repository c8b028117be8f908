import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scaledDurations } from '../../sandbox/time-scale.js';
import { startApp } from '../../src/app.js';
import { AccountErasure } from '../../src/modules/bot/index.js';
import { PaymentsService } from '../../src/modules/payments/index.js';
import { migrateDatabase, type Env } from '../../src/platform/index.js';
import { JobsWorld, OWN_PROMPT, type Customer } from '../jobs/jobs-world.js';
import { run, type Outcome } from '../process/programs.js';
import { expectVideos, workersOf } from '../queues/whole-jobs.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { findDebianPostgres, startDebianPostgres, type DebianPostgres } from './debian-postgres.js';
import { runScript } from './deploy-script.js';
import { digestOf } from './table-digest.js';

const toolsPath = findDebianPostgres() ?? '';

/** A row of `payments`, as far as it is looked at. */
interface PaymentRow {
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

let server: DebianPostgres;
let home: string;
let world: JobsWorld;
/** What the system lived in. */
let lived: TestDatabase;
/** What was restored. */
let restored: TestDatabase;
let backup: string;
let atBackup: Record<string, string>;
let waiting: string[];
let customer: Customer;
/** Somebody with a video who has themselves erased after the backup. */
let gone: Customer;
/** A payment that was made after the backup. */
let lost: PaymentRow;

const open = (url: string) => openTestDatabase(url, () => Promise.resolve());
const storageOf = (name: string) => join(home, name);
const backups = () =>
  readdir(join(home, 'backups')).then((names) => names.filter((name) => name.startsWith('neuro')).sort());

function makeBackup(env: Record<string, string> = {}, tools = toolsPath): Promise<Outcome> {
  return runScript('backup.sh', {
    toolsPath: tools,
    env: {
      DATABASE_URL: lived.url,
      BACKUP_PATH: join(home, 'backups'),
      STORAGE_BASE_PATH: storageOf('lived'),
      ...env,
    },
  });
}

function restore(
  from: string,
  url: string,
  { args = [] as string[], storage = 'restored' } = {},
): Promise<Outcome> {
  const env = { DATABASE_URL: url, STORAGE_BASE_PATH: storageOf(storage) };
  return runScript('restore.sh', { toolsPath, args: [from, ...args], env });
}

const command = (name: 'migrate' | 'audit', url: string) =>
  run([`dist/src/commands/${name}.js`], { env: { DATABASE_URL: url } });

/** The application ends in good order, and begins on another database with other photos. */
async function moveTo(database: TestDatabase, storage: string, env: Partial<Env> = {}): Promise<void> {
  await world.test.app.close();
  world.test.database = database;
  const { env: before } = world.test;
  world.test.app = await startApp({
    ...before,
    DATABASE_URL: database.url,
    STORAGE_BASE_PATH: storageOf(storage),
    ...env,
  });
}

/** Somebody buys and pays; the row of the payment once its credits are granted. */
async function buy(by: Customer): Promise<PaymentRow> {
  const { id, tgUserId, language } = by.user;
  const bought = await world.get(PaymentsService).buy({
    ...{ buyer: { id, tgUserId, language, email: null }, planId: 'starter', provider: 'yookassa' },
    ...{ draftId: null, chatId: tgUserId, botUsername: 'a_bot' },
  });
  if (bought.kind !== 'link') throw new Error(`No link, but ${bought.kind}`);
  const read = async () => {
    const [row] = await world.query<PaymentRow>('select * from payments where id = $1', [
      bought.payment.paymentId,
    ]);
    return row;
  };
  world.test.world.yooKassa.pay((await read())?.provider_payment_id ?? '');
  return waitFor(
    async () => {
      const row = await read();
      return row?.status === 'completed' && row;
    },
    { what: 'the payment' },
  );
}

/** People, an order of each end, a purchase, and a video that waits at each step. */
async function live(): Promise<void> {
  customer = await world.customer({ credits: 20 });
  await world.over(await customer.orderOne());
  await world.over(await customer.orderOne({ prompt: `${OWN_PROMPT} [[fail:moderation]]` }));
  await buy(customer);
  gone = await world.customer();
  await world.over(await gone.orderOne());
  waiting = [];
  const workers = workersOf(world);
  for (const [step, queue] of Object.entries(STEPS).reverse()) {
    if (step === 'generate') world.kie.nextTask({ callback: 'never' });
    await workers.get(queue)?.pause();
    const jobId = await customer.orderOne();
    await world.until(jobId, (job) => job.step === step, `a video at ${step}`);
    waiting.push(jobId);
  }
}

const WITHOUT = ' (not rehearsed: no PostgreSQL of Debian here, apt install postgresql)';

describe.skipIf(!toolsPath)(`a backup${toolsPath ? '' : WITHOUT}`, () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'neurocards-restore-'));
    server = await startDebianPostgres(toolsPath);
    lived = await open(await server.createDatabase('neurocards_test_lived'));
    await migrateDatabase(lived.url);
    await mkdir(storageOf('lived'));
    await mkdir(storageOf('restored'));
    world = await JobsWorld.start({ database: lived, env: { STORAGE_BASE_PATH: storageOf('lived') } });
    await live();
  });

  afterAll(async () => {
    await world?.stop();
    if (restored?.dataSource.isInitialized) await restored.drop();
    if (lived?.dataSource.isInitialized) await lived.drop();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('is made while the system works, and restores to books that agree', async () => {
    const order = customer.orderOne();
    expect(await makeBackup()).toMatchObject({ code: 0, stderr: '' });
    waiting.push(await order);
    const [name = ''] = await backups();
    const url = await server.createDatabase('neurocards_test_busy');
    await mkdir(storageOf('busy'));
    expect(await restore(join(home, 'backups', name), url, { storage: 'busy' })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await command('migrate', url)).toMatchObject({ code: 0 });
    expect(await command('audit', url)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no drift') as string,
    });
  });

  it('is for its owner alone, and no password is on a command line or in what is said', async () => {
    await world.test.app.close();
    atBackup = await digestOf(lived);
    // As if it had come after the database was read: no row of the backup names it.
    await mkdir(join(storageOf('lived'), 'inputs', '7'));
    await writeFile(join(storageOf('lived'), 'inputs', '7', 'late.jpg'), 'late');
    const made = await makeBackup({}, await spyOnTools());
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const name = (await backups()).at(-1) ?? '';
    backup = join(home, 'backups', name);
    const files = await readdir(backup);
    expect(files.sort()).toEqual(['SHA256SUMS', 'database.dump', 'photos.tar']);
    for (const path of [backup, ...files.map((file) => join(backup, file))])
      expect((await stat(path)).mode & 0o077).toBe(0);
    const commands = await readFile(join(home, 'commands'), 'utf8');
    expect(commands).toContain('pg_dump --no-password --dbname=postgres://postgres@127.0.0.1');
    expect(`${commands} ${made.stdout}`).not.toContain(new URL(lived.url).password);
  });

  it('restores every row of every table as of its moment, whatever came after it', async () => {
    await moveTo(lived, 'lived');
    lost = await buy(customer);
    expect(await world.get(AccountErasure).erase(gone.user, 1)).toEqual({ kind: 'erased' });
    await world.over(await customer.orderOne());
    await world.test.app.close();
    expect(await digestOf(lived)).not.toEqual(atBackup);
    const url = await server.createDatabase('neurocards_test_restored');
    expect(await restore(backup, url)).toMatchObject({ code: 0, stderr: '' });
    restored = await open(url);
    expect(await digestOf(restored)).toEqual(atBackup);
    // What the queues held has no meaning any more: they are made anew.
    expect(await restored.query(`select to_regnamespace('bullmq') as queues`)).toEqual([{ queues: null }]);
    const [{ photos } = { photos: 0 }] = await restored.query<{ photos: number }>(
      'select count(*)::int as photos from stored_photos',
    );
    expect(await countFiles('restored')).toBe(photos);
  });

  it('is brought up to date by migrate, proved by audit, and guarded as before', async () => {
    expect(await command('migrate', restored.url)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing to do') as string,
    });
    expect(await command('audit', restored.url)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no drift') as string,
    });
    await expect(restored.query('update credits_history set amount = 1')).rejects.toThrow('append-only');
    await expect(restored.query('delete from credits_history')).rejects.toThrow('append-only');
    await restored.query('select add_credits($1, 1)', [customer.user.tgUserId]);
    const [row] = await restored.query('select count(*) = max(id) as goes_on from credits_history');
    expect(row).toEqual({ goes_on: true });
  });

  it('goes on where it was: what waited at any step is woken by itself and comes home', async () => {
    const videosBefore = customer.person.videos().length;
    // Another interval has other slots: the comparison with the providers is made now.
    await moveTo(restored, 'restored', { PAYMENT_RECONCILE_INTERVAL_MS: 3_600_000 });
    for (const jobId of waiting) expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    await expectVideos(world, customer, videosBefore + waiting.length);
  });

  it('of before a payment: that is named by the comparison, adopted, and granted once', async () => {
    const payment = lost.id;
    const differences = () =>
      world.query<{ kind: string; subject: string; detail: string }>(
        `select d.* from payment_reconciliations r, jsonb_to_recordset(r.differences) as d(kind text, subject text, detail text)
        where r.finished_at is not null and r.provider = 'yookassa' and r.id = (select max(id) from payment_reconciliations where provider = 'yookassa')`,
      );
    const [named] = await waitFor(
      async () => {
        const found = await differences();
        return found.length > 0 && found;
      },
      { what: 'the difference' },
    );
    expect(named).toEqual({
      kind: 'missing_here',
      subject: `yookassa payment ${lost.provider_payment_id}`,
      detail: `${lost.amount_kopecks} paid for payments ${payment}, which there is not`,
    });
    const before = await customer.balance();
    const adopt = `select adopt_payment($1, $2, 'starter', $3, $4) as adopted`;
    const args = [payment, customer.user.id, lost.amount_kopecks, lost.provider_payment_id];
    expect(await world.query(adopt, args)).toMatchObject([{ adopted: { success: true, credits: 5 } }]);
    expect(await world.query(adopt, args)).toMatchObject([
      { adopted: { success: false, error: 'payment_exists' } },
    ]);
    await waitFor(async () => (await customer.balance()) === before + 5, {
      what: 'the credits',
      timeoutMs: 20_000,
    });
    expect(
      await world.query('select status, superseded_at is not null as is_closed from payments where id = $1', [
        payment,
      ]),
    ).toEqual([{ status: 'completed', is_closed: true }]);
    await world.expectCleanAudit();
  });

  it('of before an erasure: the person is there again, and is erased again by the id that the logs have', async () => {
    const look = () =>
      restored.query<{ is_erased: boolean }>(
        'select erased_at is not null and tg_user_id is null as is_erased from users where id = $1',
        [gone.user.id],
      );
    const folder = join(storageOf('restored'), 'inputs', String(gone.user.tgUserId));
    expect([await look(), await readdir(folder)]).toMatchObject([[{ is_erased: false }], [{}]]);
    const { world: outside } = world.test;
    const env = {
      ...outside.env(),
      ...scaledDurations(outside.clock),
      APP_ENV: 'sandbox',
      DATABASE_URL: restored.url,
    };
    const erase = () =>
      run(['dist/src/commands/erase.js', gone.user.id, randomUUID()], {
        env: { ...env, STORAGE_BASE_PATH: storageOf('restored') },
      });
    expect(await erase()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${gone.user.id}: erased`) as string,
    });
    expect(await look()).toEqual([{ is_erased: true }]);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
    expect(await erase()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${gone.user.id}: nobody, or erased already`) as string,
    });
    await world.expectCleanAudit();
  });

  it('takes the place of what is there only where that is said, and then wholly', async () => {
    await world.test.app.close();
    const before = await digestOf(lived);
    await lived.dataSource.destroy();
    const url = lived.url;
    const refused = await restore(backup, url, { storage: 'lived' });
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The database is not empty. Nothing was changed') as string,
    });
    lived = await open(url);
    expect(await digestOf(lived)).toEqual(before);
    const busy = await restore(backup, url, { storage: 'lived', args: ['--replace-everything'] });
    expect(busy).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Others are connected to the database (test)') as string,
    });
    await lived.dataSource.destroy();
    const replaced = await restore(backup, url, { storage: 'lived', args: ['--replace-everything'] });
    expect(replaced).toMatchObject({ code: 0, stderr: '' });
    lived = await open(url);
    expect(await digestOf(lived)).toEqual(atBackup);
    // And what was replaced is backed up as what was there from the start.
    expect(await makeBackup()).toMatchObject({ code: 0, stderr: '' });
  });

  describe('that is damaged changes nothing', () => {
    let target: TestDatabase;
    beforeAll(async () => {
      target = await open(await server.createDatabase('neurocards_test_target'));
      await target.dataSource.destroy();
    });

    /** Restores a copy of the backup that `damage` was done to, and expects a refusal and an empty database. */
    async function expectRefusal(
      damage: (path: string) => Promise<unknown>,
      says: string,
      url = target.url,
    ): Promise<void> {
      const copy = join(home, 'damaged');
      await rm(copy, { recursive: true, force: true });
      await cp(backup, copy, { recursive: true });
      await damage(copy);
      const outcome = await restore(copy, url, { storage: 'damaged-photos' });
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expect(outcome.stderr).toContain(says);
      const looked = await open(target.url);
      const tables = await looked.query(`select from pg_class where relnamespace = 'public'::regnamespace`);
      await looked.dataSource.destroy();
      expect(tables).toEqual([]);
      expect(await readdir(storageOf('damaged-photos'))).toEqual([]);
    }
    beforeAll(() => mkdir(storageOf('damaged-photos')));

    /** Writes the sums anew, as somebody who means well could. */
    const sumUp = (path: string) => runShell(`cd ${path} && sha256sum database.dump photos.tar >SHA256SUMS`);

    it('by a file that is too short', () =>
      expectRefusal((path) => truncate(join(path, 'database.dump'), 10_000), 'is damaged'));

    it('by a photo archive that is not the one that was made', () =>
      expectRefusal((path) => writeFile(join(path, 'photos.tar'), 'x'), 'is damaged'));

    it('by a missing file', () =>
      expectRefusal((path) => rm(join(path, 'SHA256SUMS')), 'is no backup of backup.sh'));

    it('by a dump that ends in the middle, under sums that hide it', () =>
      expectRefusal(async (path) => {
        const { size } = await stat(join(path, 'database.dump'));
        await truncate(join(path, 'database.dump'), Math.floor(size * 0.7));
        await sumUp(path);
      }, 'The database could not be restored. Nothing was changed'));

    it('by photos that cannot be unpacked, under sums that hide it', () =>
      expectRefusal(async (path) => {
        const { size } = await stat(join(path, 'photos.tar'));
        await truncate(join(path, 'photos.tar'), Math.floor(size * 0.4));
        await sumUp(path);
      }, 'The photos cannot be unpacked. Nothing was changed'));

    it('or, with a wrong password, is not even begun with', () =>
      expectRefusal(
        () => Promise.resolve(),
        'password authentication failed',
        target.url.replace(/:[^:@]+@/, ':wrong%40one@'),
      ));
  });

  describe('that cannot be made', () => {
    /** Expects a refusal that leaves the earlier backups and nothing half done. */
    async function expectNone(env: Record<string, string>, says: string): Promise<void> {
      const before = await readdir(join(home, 'backups'));
      const outcome = await makeBackup(env);
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expect(outcome.stderr).toContain(says);
      expect(await readdir(join(home, 'backups'))).toEqual(before);
    }

    it.each([
      ['of a database without our tables', { of: 'postgres' }, 'The database holds no Neurocards'],
      ['with a wrong password', { password: 'wrong' }, 'pg_dump failed: no backup was made'],
      ['without its photos', { STORAGE_BASE_PATH: '/nowhere' }, 'The photos are not in /nowhere/inputs'],
      ['to keep none', { BACKUP_KEPT_COUNT: '0' }, 'BACKUP_KEPT_COUNT is a number from 1'],
      ['of nothing', { DATABASE_URL: '' }, 'Set DATABASE_URL, or PGDATABASE'],
      [
        'of a URL that is none',
        { DATABASE_URL: 'postgres://a:b/c@d/e' },
        'DATABASE_URL is not a PostgreSQL URL',
      ],
    ])('is said so: %s', async (_, { of, password, ...env }: Record<string, string>, says) => {
      const url = Object.assign(
        new URL(lived.url),
        of ? { pathname: `/${of}` } : {},
        password ? { password } : {},
      );
      await expectNone({ DATABASE_URL: url.href, ...env }, says);
    });

    it('is not begun while another one is made', async () => {
      const holder = spawn('flock', [join(home, 'backups', '.lock'), 'cat'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      holder.stdin.write('held\n');
      await once(holder.stdout, 'data');
      await expectNone({}, 'is running');
      holder.stdin.end();
      await once(holder, 'exit');
    });
  });

  it('takes the place of the oldest, and is itself never removed', async () => {
    const folder = join(home, 'backups');
    for (const name of await backups()) await rm(join(folder, name), { recursive: true });
    const others = [
      'neurocards-20200101T000000Z',
      'neurocards-20200102T000000Z',
      'neurocards-20990101T000000Z',
      'holiday-photos',
    ];
    for (const name of [...others, '.making-1']) await mkdir(join(folder, name));
    const made = await makeBackup({ BACKUP_KEPT_COUNT: '1', BACKUP_PHOTOS: 'off' });
    expect(made).toMatchObject({ code: 0 });
    const left = await readdir(folder);
    const [kept = ''] = await backups();
    expect(left.sort()).toEqual(['.lock', 'holiday-photos', kept]);
    expect(await readdir(join(folder, kept))).toEqual(['SHA256SUMS', 'database.dump']);
  });
});

/** The tools of PostgreSQL, each of which notes what it was called with. Returns their folder. */
async function spyOnTools(): Promise<string> {
  const path = join(home, 'spies');
  await mkdir(path);
  for (const tool of ['pg_dump', 'pg_restore', 'psql']) {
    await writeFile(
      join(path, tool),
      `#!/bin/sh\necho "${tool} $*" >>${home}/commands\nexec ${toolsPath}/${tool} "$@"\n`,
    );
    await chmod(join(path, tool), 0o755);
  }
  return path;
}

async function countFiles(storage: string): Promise<number> {
  const entries = await readdir(join(storageOf(storage), 'inputs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

async function runShell(script: string): Promise<void> {
  await once(spawn('sh', ['-c', script]), 'exit');
}
