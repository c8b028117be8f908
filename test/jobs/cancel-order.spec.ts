import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JobTransitions } from '../../src/modules/jobs/job-transitions.js';
import { OrderCancellation } from '../../src/modules/jobs/index.js';
import { OrderProgress } from '../../src/modules/jobs/order-progress.js';
import { JobsWorld, type Customer, type JobRow } from './jobs-world.js';

const RACERS = 8;
const TAPS = 8;
/** When a tap falls. */
const MOMENTS: readonly ((job: JobRow) => boolean)[] = [
  () => true,
  ({ step }) => step === 'create',
  (job) => job['photo_url'] !== null,
  ({ status }) => status !== 'queued',
];

describe('giving an order up', () => {
  let world: JobsWorld;
  let cancellation: OrderCancellation;

  beforeAll(async () => {
    world = await JobsWorld.start({ roles: 'bot,worker' });
    cancellation = world.get(OrderCancellation);
  });

  afterEach(async () => {
    await queue().resume();
    await world.expectCleanAudit();
  });

  afterAll(() => world.stop());

  const linesOf = (orderId: string) =>
    world.get(OrderProgress).linesOf(world.get(DataSource).manager, orderId);
  const queue = () => world.test.app.get<Queue>(getQueueToken('create-task'), { strict: false });
  const tasksFor = (marker: string) =>
    world.kie.tasks().filter(({ input }) => String(input.prompt).includes(marker));

  /** An order whose videos wait for their place at KIE. */
  async function queuedOrder(customer: Customer, count: number) {
    await queue().pause();
    const order = await customer.order({ count });
    for (const jobId of order.jobIds) await world.until(jobId, ({ step }) => step === 'create', 'the queue');
    return order;
  }

  it('gives all of its credits back, and says so at once, in one place, however often it is wished', async () => {
    const customer = await world.customer({ credits: 3 });
    const { orderId, jobIds } = await queuedOrder(customer, 3);
    const cancel = () => cancellation.cancel(customer.user.id, orderId);
    const answers = await Promise.all(Array.from({ length: TAPS }, cancel));
    const answer = { kind: 'cancelled', videos: 3, credits: 3, balance: 3, goingOn: 0 };
    expect(answers).toEqual(Array.from({ length: TAPS }, () => answer));
    expect(await cancel()).toEqual(answer);
    for (const jobId of jobIds) {
      expect(await world.job(jobId)).toMatchObject({ status: 'failed', failure_reason: 'cancelled' });
      expect(await world.tasks(jobId)).toEqual([]);
    }
    const shown = await customer.reads('progress.cancelled', { count: 3 });
    expect(shown.text).toContain('На балансе 3 кредита.');
    expect(await customer.balance()).toBe(3);
    expect(await world.notices(customer.user.id)).toEqual([]);
  });

  it('F-83 is for its own person alone', async () => {
    const [anna, emma] = [await world.customer(), await world.customer()];
    const { orderId, jobIds } = await queuedOrder(anna, 2);
    expect(await cancellation.cancel(emma.user.id, orderId)).toEqual({ kind: 'not_found' });
    for (const jobId of jobIds) expect(await world.job(jobId)).toMatchObject({ status: 'queued' });
    expect(await anna.balance()).toBe(0);
  });

  it('leaves alone what is in the making, and is too late for all of it', async () => {
    const customer = await world.customer({ credits: 3 });
    const { orderId, jobIds } = await queuedOrder(customer, 3);
    const begin = (jobId = '') => world.get(JobTransitions).report(jobId, { kind: 'creation_starting' });
    await begin(jobIds[1]);
    const answer = { kind: 'cancelled', videos: 2, credits: 2, balance: 2, goingOn: 1 };
    expect(await cancellation.cancel(customer.user.id, orderId)).toEqual(answer);
    expect((await linesOf(orderId)).map(({ stage }) => stage)).toEqual(['cancelled', 'create', 'cancelled']);
    const other = await queuedOrder(customer, 1);
    await begin(other.jobIds[0]);
    expect(await cancellation.cancel(customer.user.id, other.orderId)).toEqual({ kind: 'too_late' });
    expect(await customer.balance()).toBe(1);
  });

  it('F-32 F-38 while it is being begun either gives the credit back, and KIE is not asked, or comes too late', async () => {
    const customers = await Promise.all(Array.from({ length: RACERS }, () => world.customer()));
    // The photo is on its way to KIE for some time, and the tap falls before that, into it, right after it, or too late.
    world.kie.failNext('upload', { kind: 'slow', delayTrueMs: 6_000, times: RACERS });
    const ends = await Promise.all(
      customers.map(async (customer, index) => {
        const marker = `[[racer ${index}]]`;
        const { orderId, jobIds } = await customer.order({ prompt: `A thermos ${marker}` });
        const jobId = jobIds[0] ?? '';
        await world.until(jobId, MOMENTS[index % MOMENTS.length] ?? (() => true), 'the moment');
        const { kind } = await cancellation.cancel(customer.user.id, orderId);
        const { status, failure_reason: reason } = await world.over(jobId);
        const cancelled = kind === 'cancelled';
        expect([status, reason]).toEqual(cancelled ? ['failed', 'cancelled'] : ['completed', null]);
        expect(tasksFor(marker)).toHaveLength(cancelled ? 0 : 1);
        expect(await world.tasks(jobId)).toHaveLength(cancelled ? 0 : 1);
        expect(await customer.balance()).toBe(cancelled ? 2 : 1);
        return kind;
      }),
    );
    expect(new Set(ends)).toEqual(new Set(['cancelled', 'too_late']));
  });
});
