import { createPostgresBackend, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { QUEUE_NAMES, watchQueues } from '../../sandbox/page/queue-counts.js';
import { describeMissingRedis, hasRedisServer, RedisServer } from '../queues/redis-server.js';
import { createTestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

const PREFIX = 'page-test';
const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const ofCreateTask = { name: 'create-task', waiting: 1, active: 0, delayed: 1 };

it('knows every queue of the application', async () => {
  const source = join(import.meta.dirname, '../../src');
  const paths = await readdir(source, { recursive: true });
  const texts = await Promise.all(
    paths.filter((path) => path.endsWith('.queue.ts')).map((path) => readFile(join(source, path), 'utf8')),
  );
  const names = texts.flatMap((text) =>
    [...text.matchAll(/defineQueue[^(]*\(\{\s+name: '([a-z-]+)'/g)].map(([, name]) => name),
  );
  expect(names.length).toBeGreaterThan(3);
  expect([...QUEUE_NAMES].sort()).toEqual(names.sort());
});

describe('what waits in the queues', () => {
  it('is counted on PostgreSQL', async () => {
    const database = await createTestDatabase();
    endings.push(() => database.drop());
    const connection = new pg.Pool({
      connectionString: database.url,
      max: 2,
      options: '-c search_path=bullmq,public',
    });
    endings.push(() => connection.end());
    const queue = new Queue('create-task', { connection }, createPostgresBackend);
    endings.push(() => queue.close());
    const watch = watchQueues({ DATABASE_URL: database.url }, () => undefined);
    endings.push(() => watch.close());
    await queue.add('now', {});
    await queue.add('later', {}, { delay: 60_000 });
    expect(await watch.counts()).toContainEqual(ofCreateTask);
  });

  if (!hasRedisServer()) {
    describeMissingRedis('what waits in the queues on redis');
    return;
  }

  it('is counted on Redis, which tells of each change', async () => {
    const redis = await RedisServer.start();
    endings.push(() => redis.kill());
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    endings.push(() => Promise.resolve(connection.disconnect()));
    const queue = new Queue('create-task', { connection, prefix: PREFIX });
    endings.push(() => queue.close());
    let changes = 0;
    const watch = watchQueues({ REDIS_URL: redis.url, QUEUE_PREFIX: PREFIX }, () => (changes += 1));
    endings.push(() => watch.close());
    await queue.add('now', {});
    await queue.add('later', {}, { delay: 60_000 });
    expect(await watch.counts()).toContainEqual(ofCreateTask);
    await waitFor(
      async () => {
        if (changes === 0) await queue.add('more', {});
        return changes > 0;
      },
      { what: 'word of a change' },
    );
  });
});
