import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDatabase } from '../../src/platform/index.js';
import type { TestDatabase } from '../support/database.js';
import { BackupShelf } from './backup-shelf.js';
import { findDebianPostgres, rehearsed } from './debian-postgres.js';

const toolsPath = findDebianPostgres();

describe.skipIf(!toolsPath)(rehearsed('a backup'), () => {
  let shelf: BackupShelf;
  let lived: TestDatabase;
  let backup: string;

  beforeAll(async () => {
    shelf = await BackupShelf.open(toolsPath ?? '');
    lived = await shelf.connect(await shelf.server.createDatabase('neurocards_test_lived'));
    await migrateDatabase(lived.url);
    await mkdir(join(shelf.storageOf('lived'), 'inputs'));
    await writeFile(join(shelf.storageOf('lived'), 'inputs', 'photo.jpg'), Buffer.alloc(20_000, 1));
    expect(await shelf.make(lived.url)).toMatchObject({ code: 0, stderr: '' });
    backup = await shelf.newest();
  });

  afterAll(async () => {
    if (lived?.dataSource.isInitialized) await lived.drop();
    await shelf?.close();
  });

  describe('that is damaged changes nothing', () => {
    let target: TestDatabase;
    beforeAll(async () => {
      target = await shelf.connect(await shelf.server.createDatabase('neurocards_test_target'));
      await target.dataSource.destroy();
    });

    /** Restores a copy of the backup that `damage` was done to, and expects a refusal and an empty database. */
    async function expectRefusal(
      damage: (path: string) => Promise<unknown>,
      says: string,
      url = target.url,
    ): Promise<void> {
      const copy = shelf.storageOf('damaged');
      await rm(copy, { recursive: true, force: true });
      await cp(backup, copy, { recursive: true });
      await damage(copy);
      const outcome = await shelf.restore(copy, url, { storage: 'damaged-photos' });
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expect(outcome.stderr).toContain(says);
      const looked = await shelf.connect(target.url);
      const tables = await looked.query(`select from pg_class where relnamespace = 'public'::regnamespace`);
      await looked.dataSource.destroy();
      expect(tables).toEqual([]);
      expect(await readdir(shelf.storageOf('damaged-photos'))).toEqual([]);
    }
    beforeAll(() => mkdir(shelf.storageOf('damaged-photos')));

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
      const before = await readdir(shelf.path);
      const outcome = await shelf.make(lived.url, env);
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expect(outcome.stderr).toContain(says);
      expect(await readdir(shelf.path)).toEqual(before);
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
      const holder = spawn('flock', [join(shelf.path, '.lock'), 'cat'], {
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
    const folder = shelf.path;
    for (const name of await shelf.names()) await rm(join(folder, name), { recursive: true });
    const others = [
      'neurocards-20200101T000000Z',
      'neurocards-20200102T000000Z',
      'neurocards-20990101T000000Z',
      'holiday-photos',
    ];
    for (const name of [...others, '.making-1']) await mkdir(join(folder, name));
    const made = await shelf.make(lived.url, { BACKUP_KEPT_COUNT: '1', BACKUP_PHOTOS: 'off' });
    expect(made).toMatchObject({ code: 0 });
    const left = await readdir(folder);
    const [kept = ''] = await shelf.names();
    expect(left.sort()).toEqual(['.lock', 'holiday-photos', kept]);
    expect(await readdir(join(folder, kept))).toEqual(['SHA256SUMS', 'database.dump']);
  });
});

async function runShell(script: string): Promise<void> {
  await once(spawn('sh', ['-c', script]), 'exit');
}
