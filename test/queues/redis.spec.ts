import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { configureLogging } from '../../src/platform/index.js';
import { connectRedis, examineRedis } from '../../src/platform/queues/redis-client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { Desk, gate, QueueWorld, workQueue } from './queue-world.js';
import { describeWithRedis, RedisServer } from './redis-server.js';

describeWithRedis('a process and its Redis', () => {
  let database: TestDatabase;
  let redis: RedisServer;
  let lines = '';

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  beforeEach(() => {
    lines = '';
    configureLogging('warn', { write: (line) => void (lines += line) });
  });

  afterEach(async () => {
    configureLogging('silent');
    await redis.kill();
  });

  afterAll(() => database.drop());

  const server = async (...settings: string[]) => (redis = await RedisServer.start(settings)).url;
  const start = (url: string, desk = new Desk()) =>
    QueueWorld.start({ DATABASE_URL: database.url, REDIS_URL: url }, { desk, serves: [workQueue] });
  const works = async (world: QueueWorld, desk: Desk) => {
    await world.queues.add(workQueue, { id: 'one', payload: { n: 1 } });
    await waitFor(() => desk.runsOf(1).length === 1, { what: 'a job', timeoutMs: 15_000 });
  };
  const examine = async (url: string) => {
    const client = connectRedis(url);
    try {
      await examineRedis(client);
    } finally {
      client.disconnect();
    }
  };

  it.each(['allkeys-lru', 'volatile-ttl'])(
    'F-26 refuses one that evicts, and says what to set: %s',
    async (policy) => {
      const url = await server('--maxmemory-policy', policy);
      await expect(examine(url)).rejects.toThrow(
        new RegExp(
          `^The Redis 127.0.0.1:\\d+ throws keys away .*maxmemory-policy ${policy}\\).* to noeviction`,
        ),
      );
    },
  );

  it('refuses one that does not take our password, without telling it', async () => {
    const url = (await server('--requirepass', 'sesame')).replace('//', '//:mellon@');
    const words = await examine(url).catch(String);
    expect(words).toMatch(/The Redis 127\.0\.0\.1:\d+ refuses us \(WRONGPASS .*check .* REDIS_URL/);
    expect(words + lines).not.toContain('mellon');
  });

  it('warns where it may read neither INFO nor CONFIG, and works', async () => {
    const url = await server('--user', 'app', 'on', '>secret', '~*', '&*', '+@all', '-info', '-config');
    const desk = new Desk();
    const world = await start(url.replace('//', '//app:secret@'), desk);
    expect(lines).toContain('Redis does not tell its maxmemory-policy');
    await works(world, desk);
    await world.close();
  });

  it('F-26 calls a person when its Redis evicts after a restart', async () => {
    const world = await start(await server());
    expect(lines).not.toContain('noeviction');
    await redis.kill();
    await redis.startAgain('--maxmemory-policy', 'allkeys-lru');
    await waitFor(() => lines.includes('"level":"error"'), { what: 'the line', timeoutMs: 10_000 });
    expect(lines).toMatch(/maxmemory-policy allkeys-lru\).*noeviction/);
    await world.close();
  });

  it('starts while its Redis is away, and works once it is there', async () => {
    const url = await server();
    await redis.kill();
    const desk = new Desk();
    const world = await start(url, desk);
    expect(lines).toContain('Starting without Redis');
    await redis.startAgain();
    await works(world, desk);
    await world.close();
  });

  it('finishes what is in hand and then stops at once, though its Redis is away', async () => {
    const desk = new Desk();
    const world = await start(await server(), desk);
    const { passed, open } = gate();
    desk.plan(1, () => passed);
    await works(world, desk);
    await redis.kill();
    let closed = false;
    const closing = world.close().then(() => (closed = true));
    await waitFor(() => lines.includes('ECONNREFUSED'), { what: 'Redis to be missed' });
    expect(closed).toBe(false);
    open();
    await waitFor(() => closed, { what: 'the end' });
    await closing;
  });

  it('stops though a worker only waits to try Redis again, which is there for all others', async () => {
    const desk = new Desk();
    const world = await start(await server(), desk);
    await works(world, desk);
    const client = await blockingClientOf(world.workerOf(workQueue));
    client.options.retryStrategy = () => 60_000;
    client.disconnect(true);
    await waitFor(() => client.status === 'reconnecting', { what: 'the long wait' });
    let closed = false;
    const closing = world.close().then(() => (closed = true));
    await waitFor(() => closed, { what: 'the end' });
    await closing;
  });
});

/** The connection on which a worker waits for work. */
function blockingClientOf(worker: Worker): Promise<Redis> {
  return (worker as unknown as { backend: { blockingClient: Promise<Redis> } }).backend.blockingClient;
}
