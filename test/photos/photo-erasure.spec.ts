import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchedulerRegistry } from '@nestjs/schedule';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhotoErasureCron } from '../../src/modules/photos/photo-erasure.cron.js';
import { PhotoErasure } from '../../src/modules/photos/photo-erasure.js';
import { PhotoRemovalsRepository } from '../../src/modules/photos/photo-removals.repository.js';
import { LocalPhotoStore } from '../../src/modules/photos/local-photo-store.js';
import { StoredPhotosRepository } from '../../src/modules/photos/stored-photos.repository.js';
import { PhotoPathError } from '../../src/modules/photos/index.js';
import type { Env } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let db: TestDatabase;
/** Of this file alone, and deep enough that a path which leads upwards, were it ever followed, stays in it. */
let ownPath: string;
let basePath: string;
let store: LocalPhotoStore;
let erasure: PhotoErasure;
let cron: PhotoErasureCron;
let lastTgUserId = 7_000_000_000;
beforeAll(async () => {
  db = await createTestDatabase();
  ownPath = await mkdtemp(join(tmpdir(), 'neurocards-test-photos-'));
  basePath = join(ownPath, 'a', 'b', 'storage');
  await mkdir(basePath, { recursive: true });
  const env = { STORAGE_BASE_PATH: basePath } as Env;
  store = new LocalPhotoStore(env);
  erasure = new PhotoErasure(
    db.dataSource,
    new PhotoRemovalsRepository(),
    store,
    new StoredPhotosRepository(),
  );
  cron = new PhotoErasureCron(erasure, new SchedulerRegistry(), env);
});
afterAll(async () => {
  await db.drop();
  await rm(ownPath, { recursive: true, force: true });
});

/** Somebody with two photos. */
async function somebody(): Promise<{ tgUserId: number; folder: string }> {
  const tgUserId = (lastTgUserId += 1);
  const folder = join(basePath, 'inputs', String(tgUserId));
  await mkdir(folder, { recursive: true });
  for (const name of ['one.jpg', 'two.jpg.0.tmp']) await writeFile(join(folder, name), 'a photo');
  return { tgUserId, folder };
}

const erase = (tgUserId: number) => db.dataSource.transaction((manager) => erasure.erase(manager, tgUserId));

/** One look of the scheduler, with everything due. */
async function look(): Promise<void> {
  await db.query('update photo_removals set next_at = now()');
  await cron.tick();
}

const removalsLeft = async () => (await db.query('select from photo_removals')).length;

describe('the photos of an erased person', () => {
  it('are gone right after the commit, with their folder and the note of it', async () => {
    const [person, neighbour] = [await somebody(), await somebody()];
    await erasure.removeNow(await erase(person.tgUserId));
    expect(existsSync(person.folder)).toBe(false);
    expect(await readdir(neighbour.folder)).toHaveLength(2);
    expect(await removalsLeft()).toBe(0);
  });

  it('stay where the erasure was rolled back', async () => {
    const person = await somebody();
    const broken = db.dataSource.transaction(async (manager) => {
      await erasure.erase(manager, person.tgUserId);
      throw new Error('rolled back');
    });
    await expect(broken).rejects.toThrow('rolled back');
    await look();
    expect(await readdir(person.folder)).toHaveLength(2);
  });

  it('are removed by the scheduler when the process ended after the commit', async () => {
    const person = await somebody();
    await erase(person.tgUserId);
    await cron.tick();
    // The first seconds belong to whoever erases.
    expect(existsSync(person.folder)).toBe(true);
    await look();
    expect(existsSync(person.folder)).toBe(false);
    expect(await removalsLeft()).toBe(0);
  });

  it('are tried again, less and less often, until they are gone', async () => {
    const person = await somebody();
    await rm(person.folder, { recursive: true });
    await writeFile(person.folder, 'no folder');
    await erasure.removeNow(await erase(person.tgUserId));
    await look();
    const [row] = await db.query<{ attempts: number; pause_s: number }>(
      'select attempts, extract(epoch from next_at - clock_timestamp())::float8 as pause_s from photo_removals',
    );
    expect(row?.attempts).toBe(2);
    expect(row?.pause_s).toBeGreaterThan(50);
    await rm(person.folder);
    await look();
    expect(await removalsLeft()).toBe(0);
  });

  it('are not taken for gone where the storage is not to be seen', async () => {
    const person = await somebody();
    await erase(person.tgUserId);
    await rename(join(basePath, 'inputs'), join(basePath, 'elsewhere'));
    await look();
    expect(await removalsLeft()).toBe(1);
    await rename(join(basePath, 'elsewhere'), join(basePath, 'inputs'));
    await look();
    expect(existsSync(person.folder)).toBe(false);
  });

  it('go though the clock of the disk is a little ahead', async () => {
    const person = await somebody();
    const ahead = new Date(Date.now() + 300);
    for (const name of await readdir(person.folder)) await utimes(join(person.folder, name), ahead, ahead);
    await erasure.removeNow(await erase(person.tgUserId));
    expect(existsSync(person.folder)).toBe(false);
  });

  it('are gone where there never was one', async () => {
    await erasure.removeNow(await erase((lastTgUserId += 1)));
    expect(await removalsLeft()).toBe(0);
  });

  it('but not what was stored after the erasure, by the same person who came back', async () => {
    const person = await somebody();
    await erase(person.tgUserId);
    const longAgo = new Date(Date.now() - 120_000);
    for (const name of await readdir(person.folder))
      await utimes(join(person.folder, name), longAgo, longAgo);
    await db.query(`update photo_removals set created_at = now() - interval '1 minute'`);
    await writeFile(join(person.folder, 'new.jpg'), 'a photo of the new account');
    await look();
    expect(await readdir(person.folder)).toEqual(['new.jpg']);
    expect(await removalsLeft()).toBe(0);
  });
});

it.each(['inputs', 'inputs/..', '..', 'inputs/1/..', 'inputs/0'])(
  'removes nothing but one person’s folder: %s',
  async (path) => {
    const person = await somebody();
    const above = join(basePath, '..', 'not-ours');
    await writeFile(above, 'a file of somebody else');
    await expect(store.removeFolder(path, 0)).rejects.toBeInstanceOf(PhotoPathError);
    expect([existsSync(above), existsSync(person.folder)]).toEqual([true, true]);
    const written = db.query('insert into photo_removals (folder) values ($1)', [path]);
    await expect(written).rejects.toMatchObject({ code: '23514' });
  },
);
