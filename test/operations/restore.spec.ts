import { randomUUID } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scaledDurations } from '../../sandbox/time-scale.js';
import { AccountErasure } from '../../src/modules/bot/index.js';
import { migrateDatabase } from '../../src/platform/index.js';
import { run } from '../process/programs.js';
import { expectVideos } from '../queues/whole-jobs.js';
import type { TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { BackupShelf } from './backup-shelf.js';
import { findDebianPostgres, rehearsed } from './debian-postgres.js';
import { LivedSystem, type PaymentRow } from './lived-system.js';
import { digestOf } from './table-digest.js';

const toolsPath = findDebianPostgres();

const command = (name: 'migrate' | 'audit', url: string) =>
  run([`dist/src/commands/${name}.js`], { env: { DATABASE_URL: url } });

/** The cases build on each other: one system, its backup, and what is restored from that. */
describe.skipIf(!toolsPath)(rehearsed('a backup'), () => {
  let shelf: BackupShelf;
  let system: LivedSystem;
  /** What the system lived in, and what was restored. */
  let lived: TestDatabase;
  let restored: TestDatabase;
  let backup: string;
  let atBackup: Record<string, string>;
  /** A payment that was made after the backup. */
  let lost: PaymentRow;

  beforeAll(async () => {
    shelf = await BackupShelf.open(toolsPath ?? '');
    lived = await shelf.connect(await shelf.server.createDatabase('neurocards_test_lived'));
    await migrateDatabase(lived.url);
    system = await LivedSystem.start(lived, shelf.storageOf('lived'));
  });

  afterAll(async () => {
    await system?.world.stop();
    for (const database of [lived, restored]) if (database?.dataSource.isInitialized) await database.drop();
    await shelf?.close();
  });

  it('is made while the system works, and restores to books that agree', async () => {
    const order = system.customer.orderOne();
    expect(await shelf.make(lived.url)).toMatchObject({ code: 0, stderr: '' });
    system.waiting.push(await order);
    const url = await shelf.server.createDatabase('neurocards_test_busy');
    await mkdir(shelf.storageOf('busy'));
    expect(await shelf.restore(await shelf.newest(), url, { storage: 'busy' })).toMatchObject({
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
    await system.end();
    atBackup = await digestOf(lived);
    // As if it had come after the database was read: no row of the backup names it.
    await mkdir(join(shelf.storageOf('lived'), 'inputs', '7'));
    await writeFile(join(shelf.storageOf('lived'), 'inputs', '7', 'late.jpg'), 'late');
    const spies = await shelf.spies();
    const made = await shelf.make(lived.url, {}, spies.path);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    backup = await shelf.newest();
    const files = await readdir(backup);
    expect(files.sort()).toEqual(['SHA256SUMS', 'database.dump', 'photos.tar']);
    for (const path of [backup, ...files.map((file) => join(backup, file))])
      expect((await stat(path)).mode & 0o077).toBe(0);
    const commands = await spies.commands();
    expect(commands).toContain('pg_dump --no-password --dbname=postgres://postgres@127.0.0.1');
    expect(`${commands} ${made.stdout}`).not.toContain(new URL(lived.url).password);
  });

  it('restores every row of every table as of its moment, whatever came after it', async () => {
    await system.beginOn(lived, shelf.storageOf('lived'));
    lost = await system.buy();
    expect(await system.world.get(AccountErasure).erase(system.other.user, 1)).toEqual({ kind: 'erased' });
    await system.world.over(await system.customer.orderOne());
    await system.end();
    expect(await digestOf(lived)).not.toEqual(atBackup);
    const url = await shelf.server.createDatabase('neurocards_test_restored');
    expect(await shelf.restore(backup, url)).toMatchObject({ code: 0, stderr: '' });
    restored = await shelf.connect(url);
    expect(await digestOf(restored)).toEqual(atBackup);
    // What the queues held has no meaning any more: they are made anew.
    expect(await restored.query(`select to_regnamespace('bullmq') as queues`)).toEqual([{ queues: null }]);
    const [{ photos } = { photos: 0 }] = await restored.query<{ photos: number }>(
      'select count(*)::int as photos from stored_photos',
    );
    expect(await shelf.countPhotos('restored')).toBe(photos);
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
    await restored.query('select add_credits($1, 1)', [system.customer.user.tgUserId]);
    const [row] = await restored.query('select count(*) = max(id) as goes_on from credits_history');
    expect(row).toEqual({ goes_on: true });
  });

  it('goes on where it was: what waited at any step is woken by itself and comes home', async () => {
    const videosBefore = system.customer.person.videos().length;
    // Another interval has other slots: the comparison with the providers is made now.
    await system.beginOn(restored, shelf.storageOf('restored'), { PAYMENT_RECONCILE_INTERVAL_MS: 3_600_000 });
    for (const jobId of system.waiting)
      expect(await system.world.over(jobId)).toMatchObject({ status: 'completed' });
    await expectVideos(system.world, system.customer, videosBefore + system.waiting.length);
  });

  it('of before a payment: that is named by the comparison, adopted, and granted once', async () => {
    const payment = lost.id;
    const differences = () =>
      system.world.query<{ kind: string; subject: string; detail: string }>(
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
    const before = await system.customer.balance();
    const adopt = `select adopt_payment($1, $2, 'starter', $3, $4) as adopted`;
    const args = [payment, system.customer.user.id, lost.amount_kopecks, lost.provider_payment_id];
    expect(await system.world.query(adopt, args)).toMatchObject([{ adopted: { success: true, credits: 5 } }]);
    expect(await system.world.query(adopt, args)).toMatchObject([
      { adopted: { success: false, error: 'payment_exists' } },
    ]);
    await waitFor(async () => (await system.customer.balance()) === before + 5, {
      what: 'the credits',
      timeoutMs: 20_000,
    });
    expect(
      await system.world.query(
        'select status, superseded_at is not null as is_closed from payments where id = $1',
        [payment],
      ),
    ).toEqual([{ status: 'completed', is_closed: true }]);
    await system.world.expectCleanAudit();
  });

  it('of before an erasure: the person is there again, and is erased again by the id that the logs have', async () => {
    const look = () =>
      restored.query<{ is_erased: boolean }>(
        'select erased_at is not null and tg_user_id is null as is_erased from users where id = $1',
        [system.other.user.id],
      );
    const folder = join(shelf.storageOf('restored'), 'inputs', String(system.other.user.tgUserId));
    expect([await look(), await readdir(folder)]).toMatchObject([[{ is_erased: false }], [{}]]);
    const { world: outside } = system.world.test;
    const env = {
      ...outside.env(),
      ...scaledDurations(outside.clock),
      APP_ENV: 'sandbox',
      DATABASE_URL: restored.url,
    };
    const erase = () =>
      run(['dist/src/commands/erase.js', system.other.user.id, randomUUID()], {
        env: { ...env, STORAGE_BASE_PATH: shelf.storageOf('restored') },
      });
    expect(await erase()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${system.other.user.id}: erased`) as string,
    });
    expect(await look()).toEqual([{ is_erased: true }]);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
    expect(await erase()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${system.other.user.id}: nobody, or erased already`) as string,
    });
    await system.world.expectCleanAudit();
  });

  it('takes the place of what is there only where that is said, and then wholly', async () => {
    await system.end();
    const before = await digestOf(lived);
    await lived.dataSource.destroy();
    const url = lived.url;
    const refused = await shelf.restore(backup, url, { storage: 'lived' });
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The database is not empty. Nothing was changed') as string,
    });
    lived = await shelf.connect(url);
    expect(await digestOf(lived)).toEqual(before);
    const busy = await shelf.restore(backup, url, { storage: 'lived', args: ['--replace-everything'] });
    expect(busy).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Others are connected to the database (test)') as string,
    });
    await lived.dataSource.destroy();
    const replaced = await shelf.restore(backup, url, { storage: 'lived', args: ['--replace-everything'] });
    expect(replaced).toMatchObject({ code: 0, stderr: '' });
    lived = await shelf.connect(url);
    expect(await digestOf(lived)).toEqual(atBackup);
    // And what was replaced is backed up as what was there from the start.
    expect(await shelf.make(lived.url)).toMatchObject({ code: 0, stderr: '' });
  });
});
