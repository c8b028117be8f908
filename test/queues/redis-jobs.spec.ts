import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { configureLogging } from '../../src/platform/index.js';
import { JobsWorld } from '../jobs/jobs-world.js';
import { waitFor } from '../support/wait-for.js';
import { describeWithRedis, RedisServer } from './redis-server.js';
import { cronEnv, endsOf, expectRefilled, expectVideos } from './whole-jobs.js';

const SECOND_TRUE_MS = 150_000;

describeWithRedis('whole videos, their queues on Redis', () => {
  let redis: RedisServer;
  let world: JobsWorld;
  let troubles = 0;

  beforeAll(async () => {
    redis = await RedisServer.start();
    world = await JobsWorld.start({ env: { ...cronEnv(), REDIS_URL: redis.url, LOG_LEVEL: 'warn' } });
    configureLogging('warn', { write: (line) => void (troubles += line.includes('Worker trouble') ? 1 : 0) });
  });

  afterEach(() => world.expectCleanAudit());

  afterAll(async () => {
    configureLogging('silent');
    await world.stop();
    await redis.kill();
  });

  /** Five videos whose generations take a second, once KIE has them all. */
  async function underWay() {
    const customer = await world.customer({ credits: 5 });
    for (let i = 0; i < 5; i++) world.kie.nextTask({ durationTrueMs: SECOND_TRUE_MS });
    const { jobIds } = await customer.order({ count: 5 });
    for (const jobId of jobIds) await world.taskAtKie(jobId);
    return { customer, jobIds };
  }

  it('F-26 F-55 holds all that is due again within 60 s of a FLUSHALL', async () => {
    await expectRefilled(world, () => redis.command('FLUSHALL'));
  });

  it('F-26 F-55 brings ten videos home though it is emptied again and again', async () => {
    const customer = await world.customer({ credits: 10 });
    const { jobIds } = await customer.order({ count: 10 });
    for (let times = 0; times < 5; times++) await redis.command('FLUSHDB');
    for (const job of await endsOf(world, jobIds)) expect(job).toMatchObject({ status: 'completed' });
    await expectVideos(world, customer, 10);
  });

  it('F-27 loses nothing while Redis is full, and asks it in vain about once a second', async () => {
    const { customer, jobIds } = await underWay();
    const other = await world.customer();
    troubles = 0;
    const fullAtMs = performance.now();
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const late = await other.orderOne();
    await waitFor(() => performance.now() - fullAtMs > 1_500 && troubles > 0, {
      what: 'some time without memory',
    });
    expect(troubles).toBeLessThan(100);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    for (const job of await endsOf(world, [...jobIds, late]))
      expect(job).toMatchObject({ status: 'completed' });
    await expectVideos(world, customer, 5);
    await expectVideos(world, other, 1);
    for (const jobId of [...jobIds, late]) expect(await world.tasks(jobId)).toHaveLength(1);
  });

  it('F-55 goes on by itself after Redis was killed and started again, empty', async () => {
    const { customer, jobIds } = await underWay();
    const other = await world.customer();
    await redis.kill();
    const ordering = other.orderOne();
    const ended = () => world.kie.tasks().every(({ finishedAt }) => finishedAt !== null);
    await waitFor(ended, { what: 'the end of all generations, of which no queue can be told' });
    await redis.startAgain();
    const late = await ordering;
    for (const job of await endsOf(world, [...jobIds, late]))
      expect(job).toMatchObject({ status: 'completed' });
    await expectVideos(world, customer, 5);
    await expectVideos(world, other, 1);
  });
});
