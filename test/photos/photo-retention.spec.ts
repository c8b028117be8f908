import { randomUUID } from 'node:crypto';
import { SchedulerRegistry } from '@nestjs/schedule';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoredPhotos1795564800300 } from '../../migrations/1795564800300-stored-photos.js';
import { PhotoNotFoundError, PhotoRetention, PhotosAwayError } from '../../src/modules/photos/index.js';
import { PhotoErasure } from '../../src/modules/photos/photo-erasure.js';
import { composePhotoPath } from '../../src/modules/photos/photo-path.rules.js';
import { PhotoRemovalsRepository } from '../../src/modules/photos/photo-removals.repository.js';
import { PhotoRetentionCron } from '../../src/modules/photos/photo-retention.cron.js';
import { PhotoStore } from '../../src/modules/photos/photo-store.js';
import { StoredPhotosRepository } from '../../src/modules/photos/stored-photos.repository.js';
import type { Env } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const KEPT_MS = 60_000;
const env = { PHOTO_KEPT_MS: KEPT_MS } as Env;

/** Paths in memory, of which some cannot be removed now. */
class MemoryStore extends PhotoStore {
  readonly paths = new Set<string>();
  isAway = false;

  write(path: string): Promise<void> {
    this.paths.add(path);
    return Promise.resolve();
  }
  read(path: string): Promise<Buffer> {
    if (this.paths.has(path)) return Promise.resolve(Buffer.from(path));
    return Promise.reject(new PhotoNotFoundError(path));
  }
  remove(path: string): Promise<void> {
    if (this.isAway) return Promise.reject(new PhotosAwayError('away'));
    this.paths.delete(path);
    return Promise.resolve();
  }
  prepare = () => Promise.resolve();
  removeFolder = () => Promise.resolve();
  check = () => Promise.resolve();
}

let db: TestDatabase;
let store: MemoryStore;
let retention: PhotoRetention;
let cron: PhotoRetentionCron;
const rows = new StoredPhotosRepository();
beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  await db.query('delete from stored_photos');
  store = new MemoryStore();
  retention = new PhotoRetention(db.dataSource, rows, store, env);
  cron = new PhotoRetentionCron(retention, new SchedulerRegistry(), env);
});
afterAll(() => db.drop());

async function aPhoto({ tgUserId = 42, isOver = false } = {}): Promise<string> {
  const path = composePhotoPath(tgUserId, randomUUID());
  await retention.begin(path);
  await store.write(path);
  if (isOver) await letItEnd(path);
  return path;
}

const letItEnd = (path: string) =>
  db.query('update stored_photos set remove_at = clock_timestamp() where path = $1', [path]);
const keep = (path: string) => retention.keep(db.dataSource.manager, path);
const pathsLeft = async () =>
  (await db.query<{ path: string }>('select path from stored_photos order by path')).map(({ path }) => path);

describe('photos', () => {
  it('are removed once their time is over, row and file, and no others', async () => {
    const [young, old, older] = [
      await aPhoto(),
      await aPhoto({ isOver: true }),
      await aPhoto({ isOver: true }),
    ];
    await cron.tick();
    expect([...store.paths]).toEqual([young]);
    expect(await pathsLeft()).toEqual([young]);
    expect([await retention.isKept(young), await retention.isKept(old), await keep(older)]).toEqual([
      ...[true, false, false],
    ]);
  });

  it('are kept for another while by whoever orders with them, never for less', async () => {
    const path = await aPhoto({ isOver: true });
    expect(await keep(path)).toBe(true);
    await cron.tick();
    expect(store.paths.has(path)).toBe(true);
    await db.query(`update stored_photos set remove_at = now() + interval '1 year'`);
    expect(await keep(path)).toBe(true);
    const [row] = await db.query(
      `select remove_at > now() + interval '364 days' as is_far from stored_photos`,
    );
    expect(row).toEqual({ is_far: true });
  });

  it('are gone for everybody from the moment when their removal begins, and tried again until they are', async () => {
    const path = await aPhoto({ isOver: true });
    store.isAway = true;
    await cron.tick();
    expect([await retention.isKept(path), await keep(path), store.paths.has(path)]).toEqual([
      ...[false, false, true],
    ]);
    const pauses: number[] = [];
    for (let times = 0; times < 3; times++) {
      const [row] = await db.query<{ pause_s: number }>(
        'select extract(epoch from remove_at - clock_timestamp())::float8 as pause_s from stored_photos',
      );
      pauses.push(row?.pause_s ?? 0);
      await cron.tick();
      await letItEnd(path);
      await cron.tick();
    }
    expect(pauses.map((pauseS) => Math.round(pauseS / 30))).toEqual([1, 2, 4]);
    store.isAway = false;
    await letItEnd(path);
    await cron.tick();
    expect([store.paths.size, await pathsLeft()]).toEqual([0, []]);
  });

  it('that cannot be read any more are given up long before their end, with what is left of their file', async () => {
    const [path, other] = [await aPhoto(), await aPhoto()];
    await retention.forget(path);
    expect([await retention.isKept(path), await keep(path), await retention.isKept(other)]).toEqual([
      ...[false, false, true],
    ]);
    await cron.tick();
    expect([[...store.paths], await pathsLeft()]).toEqual([[other], [other]]);
    await retention.forget(path);
    expect(await pathsLeft()).toEqual([other]);
  });

  it('are removed once more where a process died between file and row', async () => {
    const path = await aPhoto({ isOver: true });
    await rows.claimExpired(db.dataSource.manager, 10);
    await store.remove(path);
    expect(await pathsLeft()).toEqual([path]);
    await letItEnd(path);
    await cron.tick();
    expect(await pathsLeft()).toEqual([]);
  });

  it('are removed so many at a time, those that wait longest first, by one process each', async () => {
    const paths: string[] = [];
    for (let index = 0; index < 5; index++) paths.push(await aPhoto({ isOver: true }));
    expect(await retention.removeExpired(2)).toBe(2);
    expect([...store.paths]).toEqual(paths.slice(2));
    const removed = await Promise.all([1, 2, 3].map(() => retention.removeExpired(10)));
    expect(removed.reduce((sum, count) => sum + count)).toBe(3);
  });

  it('go with an erasure, those of nobody else, and stay where it was rolled back', async () => {
    const erasure = new PhotoErasure(db.dataSource, new PhotoRemovalsRepository(), store, rows);
    const [own, others] = [await aPhoto({ tgUserId: 1 }), await aPhoto({ tgUserId: 11 })];
    const broken = db.dataSource.transaction(async (manager) => {
      await erasure.erase(manager, 1);
      throw new Error('rolled back');
    });
    await expect(broken).rejects.toThrow('rolled back');
    expect(await retention.isKept(own)).toBe(true);
    await db.dataSource.transaction((manager) => erasure.erase(manager, 1));
    expect(await pathsLeft()).toEqual([others]);
  });
});

it('photos from before have their rows made by the migration, 30 days more', async () => {
  const path = composePhotoPath(7, randomUUID());
  const drafted = composePhotoPath(8, randomUUID());
  await db.query('insert into photo_looks (photo_path) values ($1), ($2)', [path, 'inputs/7/no-photo.jpg']);
  await db.query(
    `insert into bot_sessions (chat_id, state) values (8, $1), (9, '{"draft": null}'), (10, '{}')`,
    [{ draft: { photoPath: drafted } }],
  );
  const migration = new StoredPhotos1795564800300();
  const runner = db.dataSource.createQueryRunner();
  try {
    await migration.down(runner);
    await migration.up(runner);
  } finally {
    await runner.release();
  }
  expect(await pathsLeft()).toEqual([path, drafted].sort());
  const [row] = await db.query(
    `select bool_and(remove_at > now() + interval '29 days') as is_kept from stored_photos`,
  );
  expect(row).toEqual({ is_kept: true });
});
