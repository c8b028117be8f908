import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CREATIONS_MAX } from '../../sandbox/kie/kie-accounts.js';
import { startApp } from '../../src/app.js';
import { JobsService } from '../../src/modules/jobs/index.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld } from './jobs-world.js';

/** `npm test` orders some, `npm run budget` and `.ci/run` two hundred. */
const ORDERS = Number(process.env['BUDGET_ORDERS'] ?? 6);
const ORDERS_A_PERSON = 10;
/** So many tasks end at one moment, at most. */
const BATCH = 24;
/** So many tasks are made before the first key is refused. */
const OF_FIRST_KEY = 4;
/** KIE's 10 s are two here: long beside the milliseconds that this machine needs for a call. */
const SCALE = 5;
/** An order takes an eighth of a second at our pace, and much longer on a busy machine. */
const TIME_MAX_MS = 10_000 + ORDERS * 300;
const KEYS = ['the-first-key', 'the-second-key', 'the-third-key'] as const;
/** Every other 15 uploads take so long that their tasks are asked for together with those of the next 15. */
const SLOW_UPLOAD = { kind: 'slow', delayTrueMs: 6_000, times: 15 } as const;
const QUICK_UPLOAD = { ...SLOW_UPLOAD, delayTrueMs: 1 } as const;

let world: JobsWorld;
let secondWorker: NestFastifyApplication;

beforeAll(async () => {
  world = await JobsWorld.start({
    scale: SCALE,
    env: { KIE_API_KEY: KEYS.join(','), KIE_READS_PER_SECOND_MAX: '10' },
  });
  for (const key of KEYS) world.kie.setKey(key, { account: 'the-account', credits: 100_000 });
  // Nothing ends but when the test says so.
  world.kie.configure({ defaults: { durationTrueMs: { min: 3_600_000, max: 3_600_000 } } });
  secondWorker = await startApp({ ...world.test.env, ROLES: ['worker'], PORT: 0 });
});
afterAll(async () => {
  await secondWorker.close();
  await world.stop();
});

/** Counts what the fake refuses from now on, because of its limits. */
function countRefused() {
  const refused = { createTask: 0, recordInfo: 0 };
  world.kie.onCall(({ url, response }) => {
    if ((response as { code?: number } | null)?.code !== 429) return;
    if (url.includes('/createTask')) refused.createTask += 1;
    if (url.includes('/recordInfo')) refused.recordInfo += 1;
  });
  return refused;
}

function areMade(count: number): Promise<unknown> {
  const what = `${count} tasks at KIE`;
  return waitFor(() => world.kie.tasks().length >= count, { what, timeoutMs: TIME_MAX_MS });
}

async function areOver(jobIds: readonly string[]): Promise<boolean> {
  return (
    (await world.query('select from jobs where id = any($1) and finished_at is null', [jobIds])).length === 0
  );
}

function failuresOf(jobIds: readonly string[]): Promise<unknown[]> {
  return world.query(
    `select failure_reason, error_details from jobs where id = any($1) and status <> 'completed'`,
    [jobIds],
  );
}

/** Orders of one video each, as many people as it takes. Returns their jobs. */
async function orderAll(): Promise<string[]> {
  const jobIds: string[] = [];
  while (jobIds.length < ORDERS) {
    const customer = await world.customer({ credits: ORDERS_A_PERSON });
    const request = await customer.request();
    const left = Math.min(ORDERS_A_PERSON, ORDERS - jobIds.length);
    for (let n = 0; n < left; n++) {
      const started = await world.get(JobsService).startOrder({ ...request, draftId: randomUUID() });
      if (started.kind !== 'started') throw new Error(`The order was not started: ${started.kind}`);
      jobIds.push(...started.jobIds);
    }
  }
  return jobIds;
}

it(
  `two workers with three keys of one account make ${ORDERS} videos, and KIE refuses none of their creations`,
  async () => {
    const refused = countRefused();
    for (let n = 0; n < ORDERS; n += 2 * SLOW_UPLOAD.times) {
      world.kie.failNext('upload', SLOW_UPLOAD);
      world.kie.failNext('upload', QUICK_UPLOAD);
    }
    const jobIds = await orderAll();
    await areMade(OF_FIRST_KEY);
    // Each creation that is refused for its key's sake counts at KIE, and so does the one with the next key.
    world.kie.setKey(KEYS[0], { keyState: 'sub_key_limit' });
    // All callbacks of a batch at one moment, which ask for as many reads with one key.
    for (let made = 0; made < ORDERS; made += BATCH) {
      await areMade(Math.min(made + BATCH, ORDERS));
      for (const { id } of world.kie.tasks()) world.kie.finishTask(id);
    }
    await waitFor(() => areOver(jobIds), { what: 'the end of all orders', timeoutMs: TIME_MAX_MS });
    expect(await failuresOf(jobIds)).toEqual([]);
    expect(refused).toEqual({ createTask: 0, recordInfo: 0 });
    expect(world.kie.creationsIn10sMax()).toBeLessThanOrEqual(CREATIONS_MAX);
    expect(new Set(world.kie.tasks().map(({ key }) => key)).size).toBeGreaterThan(1);
    await world.expectCleanAudit();
  },
  2 * TIME_MAX_MS,
);

it('makes no task before a slot is free', async () => {
  const customer = await world.customer();
  const request = await customer.request();
  await world.query(
    `insert into kie_creation_slots (account, busy_until)
     select 'all-keys', array_agg(clock_timestamp() + interval '1.5 s') from generate_series(1, 18)
     on conflict (account) do update set busy_until = excluded.busy_until`,
  );
  const [slots] = await world.query<{ free_at: Date }>(
    'select min(t) as free_at from kie_creation_slots, unnest(busy_until) t',
  );
  const jobId = await customer.orderOne(request);
  await world.taskAtKie(jobId);
  const [task] = await world.tasks(jobId);
  const waitedMs = (task?.['created_at'] as Date).getTime() - (slots?.free_at.getTime() ?? Infinity);
  expect(waitedMs).toBeGreaterThanOrEqual(0);
});

it('F-59 while others use the account up, an order waits and does not fail', async () => {
  const headers = {
    Authorization: `Bearer ${KEYS[2]}`,
    'content-type': 'application/json',
    'user-agent': 'others',
  };
  const body = JSON.stringify({ model: 'nothing' });
  const url = `${world.kie.url}/api/v1/jobs/createTask`;
  const useUp = () =>
    Promise.all(Array.from({ length: CREATIONS_MAX }, () => fetch(url, { method: 'POST', headers, body })));
  world.kie.configure({ defaults: { durationTrueMs: { min: 1_500, max: 3_000 } } });
  const customer = await world.customer({ credits: ORDERS_A_PERSON });
  let waited = false;
  // Now and then it is our creation that gets the place that has become free.
  for (let tries = 0; tries < ORDERS_A_PERSON && !waited; tries++) {
    await useUp();
    const jobId = await customer.orderOne();
    const hasAnswer = async () => {
      await useUp();
      return (await world.tasks(jobId)).some(({ state }) => state !== 'creating');
    };
    await waitFor(hasAnswer, { what: "KIE's answer", timeoutMs: TIME_MAX_MS });
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 1 });
    waited = (await world.tasks(jobId)).some((task) => task['error_class'] === 'rate_limit');
  }
  expect(waited).toBe(true);
});
