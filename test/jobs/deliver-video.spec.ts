import { randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JobTransitions } from '../../src/modules/jobs/job-transitions.js';
import { SendHandlers } from '../../src/modules/telegram/index.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld, type Customer } from './jobs-world.js';

describe('the video goes to its person', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start();
  });

  afterEach(async () => {
    world.telegram.clearFaults();
    await world.expectCleanAudit();
  });

  afterAll(() => world.stop());

  const sendsTo = ({ person }: Customer) =>
    world.telegram.calls('sendVideo').filter(({ args }) => args['chat_id'] === person.id);
  const sendQueue = () => world.test.app.get<Queue>(getQueueToken('send'), { strict: false });

  it('F-43 sends the same video again when a send fails, and makes no second one', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { status: 500, times: 2, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', delivery_attempts: 3 });
    expect(sendsTo(customer)).toHaveLength(3);
    expect(await world.tasks(jobId)).toHaveLength(1);
    expect(customer.person.videos()).toHaveLength(1);
    expect(await customer.balance()).toBe(1);
  });

  it('F-43 gives the credit back after the third send, and says so once', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { status: 502, times: 3, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'failed', failure_reason: 'send_failed' });
    await customer.reads('notice.failed.send_failed');
    expect(sendsTo(customer)).toHaveLength(3);
    expect(await world.tasks(jobId)).toHaveLength(1);
    expect(await customer.balance()).toBe(2);
  });

  it('does not try again what Telegram refuses', async () => {
    const customer = await world.customer();
    const refusal = { status: 400, description: 'Bad Request: VIDEO_CONTENT_TYPE_INVALID' };
    world.telegram.failNext('sendVideo', { ...refusal, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'failed', failure_reason: 'send_failed' });
    expect(sendsTo(customer)).toHaveLength(1);
  });

  it('waits as Telegram asks, which is no try', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { status: 429, retryAfterS: 1, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', delivery_attempts: 1 });
    const [first, second] = sendsTo(customer).map(({ at }) => Date.parse(at));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('F-78 parks the video of a person who blocked the bot, and charges them for it', async () => {
    const customer = await world.customer();
    await sendQueue().pause();
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'deliver', 'the video');
    // Telegram tells of a block by an update; here only the send itself finds out.
    world.telegram.failNext('sendVideo', {
      status: 403,
      description: 'Forbidden: bot was blocked by the user',
      chatId: customer.person.id,
    });
    await sendQueue().resume();
    const job = await world.over(jobId);
    expect(job).toMatchObject({ status: 'completed', failure_reason: null, video_message_id: null });
    expect(job['parked_at']).toBeInstanceOf(Date);
    expect(await customer.balance()).toBe(1);
    const [user] = await world.query<{ blocked_at: Date | null }>(
      'select blocked_at from users where id = $1',
      [customer.user.id],
    );
    expect(user?.blocked_at).toBeInstanceOf(Date);
  });

  it('sends nothing to a person who is known to have blocked the bot', async () => {
    const customer = await world.customer();
    await sendQueue().pause();
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'deliver', 'the video');
    world.telegram.block(customer.person.id);
    await waitFor(
      async () =>
        (
          await world.query('select 1 from users where id = $1 and blocked_at is not null', [
            customer.user.id,
          ])
        ).length,
      { what: 'the block to be known' },
    );
    await sendQueue().resume();
    const job = await world.over(jobId);
    expect(job['parked_at']).toBeInstanceOf(Date);
    expect(sendsTo(customer)).toHaveLength(0);
  });

  it('F-76 may double a video whose answer was lost, and charges once', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { status: 500, afterEffect: true, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', delivery_attempts: 2 });
    expect(customer.person.videos()).toHaveLength(2);
    expect(await customer.balance()).toBe(1);
  });

  it('F-28 sends once though many have the same wake-up in hand', async () => {
    const customer = await world.customer();
    await sendQueue().pause();
    const jobId = await customer.orderOne();
    const { wake_number: wakeNumber } = await world.until(
      jobId,
      ({ step }) => step === 'deliver',
      'the video',
    );
    world.telegram.failNext('sendVideo', { delayMs: 15_000, chatId: customer.person.id });
    const send = world.get(SendHandlers).get('video');
    const results = await Promise.all(
      Array.from({ length: 10 }, () => send({ kind: 'video', id: jobId, wakeNumber })),
    );
    // Whoever found the chat or the job taken comes back later.
    expect(results.filter((result) => result !== undefined).length).toBe(9);
    await sendQueue().resume();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', delivery_attempts: 1 });
    expect(sendsTo(customer)).toHaveLength(1);
  });

  it('does nothing for an old number', async () => {
    const customer = await world.customer();
    await sendQueue().pause();
    const jobId = await customer.orderOne();
    const { wake_number: number } = await world.until(jobId, ({ step }) => step === 'deliver', 'the video');
    const send = world.get(SendHandlers).get('video');
    expect(await send({ kind: 'video', id: jobId, wakeNumber: number - 1 })).toBeUndefined();
    expect(await send({ kind: 'video', id: randomUUID(), wakeNumber: 1 })).toBeUndefined();
    expect(sendsTo(customer)).toHaveLength(0);
    await sendQueue().resume();
    await world.over(jobId);
  });

  it('leaves the send of another process alone when its own comes to a bad end', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { delayMs: 30_000, status: 500, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    const held = await world.until(jobId, (job) => job['delivery_lease_token'] !== null, 'the send to begin');
    // Its lease ended meanwhile, and another process has begun.
    const theirs = randomUUID();
    await world.query('update jobs set delivery_lease_token = $2 where id = $1', [jobId, theirs]);
    await waitFor(() => sendsTo(customer).length === 1, { what: 'the first send to fail' });
    await waitFor(async () => (await sendQueue().getJobCounts('active'))['active'] === 0, {
      what: 'its report',
    });
    const after = await world.job(jobId);
    expect(after).toMatchObject({ delivery_lease_token: theirs, wake_number: held.wake_number });
    await world.get(JobTransitions).report(jobId, { kind: 'failed_by_operator' });
  });

  it('believes that a video was sent, whoever says it', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { delayMs: 30_000, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    await world.until(jobId, (job) => job['delivery_lease_token'] !== null, 'the send to begin');
    await world.query(
      'update jobs set delivery_lease_token = $2, wake_number = wake_number + 1 where id = $1',
      [jobId, randomUUID()],
    );
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect(customer.person.videos()).toHaveLength(1);
  });

  it('gives up after three sends that were all cut off', async () => {
    const customer = await world.customer();
    await sendQueue().pause();
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'deliver', 'the video');
    await world.query('update jobs set delivery_attempts = 3 where id = $1', [jobId]);
    await sendQueue().resume();
    expect(await world.over(jobId)).toMatchObject({ status: 'failed', failure_reason: 'send_failed' });
    expect(sendsTo(customer)).toHaveLength(0);
    expect(await customer.balance()).toBe(2);
  });

  it('F-77 gives the credit back at once for a video that is larger than Telegram takes', async () => {
    const customer = await world.customer();
    world.kie.nextTask({ result: 'too_big_unannounced' });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({
      status: 'failed',
      failure_reason: 'send_failed',
      delivery_attempts: 1,
    });
    expect(sendsTo(customer)).toHaveLength(0);
    expect(await customer.balance()).toBe(2);
  });

  it.each(['deleted', 'not_video', 'cut', 'truncated'] as const)(
    'F-61 F-62 gives the credit back when the result is %s at every try',
    async (result) => {
      const customer = await world.customer();
      world.kie.nextTask({ result });
      const jobId = await customer.orderOne();
      expect(await world.over(jobId)).toMatchObject({
        status: 'failed',
        failure_reason: 'send_failed',
        delivery_attempts: 3,
      });
      expect(sendsTo(customer)).toHaveLength(0);
      expect(await world.tasks(jobId)).toHaveLength(1);
      expect(await customer.balance()).toBe(2);
    },
  );
});
