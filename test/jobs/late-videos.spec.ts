import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JobsCron } from '../../src/modules/jobs/jobs.cron.js';
import { JobTransitions } from '../../src/modules/jobs/job-transitions.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld, type Customer, type JobRow } from './jobs-world.js';

const BLOCKED = { status: 403, description: 'Forbidden: bot was blocked by the user' };

describe('videos that come after the end of their job', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({
      env: {
        JOB_CRON_INTERVAL_MS: '50',
        JOB_WAKE_LOST_AFTER_MS: '200',
        KIE_POLL_CALLBACK_INTERVAL_MS: '400',
      },
    });
  });

  afterEach(async () => {
    world.telegram.clearFaults();
    await sendQueue().resume();
    await world.expectCleanAudit();
  });

  afterAll(() => world.stop());

  const sendQueue = () => world.test.app.get<Queue>(getQueueToken('send'), { strict: false });
  const sendsTo = ({ person }: Customer) =>
    world.telegram.calls('sendVideo').filter(({ args }) => args['chat_id'] === person.id);
  const settled = (jobId: string) =>
    world.until(
      jobId,
      (job) => job['wake_at'] === null && job['presented_at'] !== null,
      'the present to be over',
    );
  const failSend = ({ person }: Customer, times: number) =>
    world.telegram.failNext('sendVideo', { status: 500, times, chatId: person.id });

  /** A job that was refunded by its deadline, and whose task KIE then finishes. */
  async function lateJob(customer: Customer): Promise<string> {
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    const jobId = await customer.orderOne();
    const { rowId, taskId } = await world.taskAtKie(jobId);
    await world.query('update kie_tasks set deadline_at = now() where id = $1', [rowId]);
    expect(await world.over(jobId)).toMatchObject({ failure_reason: 'generation_timeout' });
    world.kie.finishTask(taskId);
    return jobId;
  }

  it('F-45 gives a late video as a present: the credit stays back', async () => {
    const customer = await world.customer();
    const jobId = await lateJob(customer);
    await customer.reads('result.present');
    const job = await settled(jobId);
    expect(job).toMatchObject({
      status: 'failed',
      failure_reason: 'generation_timeout',
      video_message_id: String(customer.person.videos()[0]?.messageId),
      video_file_id: customer.person.videos()[0]?.media?.fileId,
      delivery_lease_token: null,
    });
    expect(await world.tasks(jobId)).toMatchObject([{ state: 'succeeded' }]);
    expect(sendsTo(customer)).toHaveLength(1);
    expect(await customer.balance()).toBe(2);
    expect(await world.notices(customer.user.id)).toHaveLength(1);
    expect(await world.query('select * from job_costs where job_id = $1', [jobId])).toMatchObject([
      { credits_earned: 0, kopecks_earned: 0, kie_credits: '24.00', kie_credits_estimated: false },
    ]);
  });

  it('F-43 F-76 tries a present three times, and gives it up without another word', async () => {
    const [lucky, unlucky] = [await world.customer(), await world.customer()];
    failSend(lucky, 2);
    failSend(unlucky, 3);
    const jobs = [await lateJob(lucky), await lateJob(unlucky)] as const;
    expect(await settled(jobs[0])).toMatchObject({ video_message_id: expect.any(String) as string });
    expect(await settled(jobs[1])).toMatchObject({ status: 'failed', video_message_id: null });
    expect([sendsTo(lucky).length, sendsTo(unlucky).length]).toEqual([3, 3]);
    for (const customer of [lucky, unlucky]) {
      expect(await customer.balance()).toBe(2);
      expect(await world.notices(customer.user.id)).toHaveLength(1);
    }
  });

  it('F-55 sends a present whose wake-up was lost, and holds a lease while it does', async () => {
    const customer = await world.customer();
    await sendQueue().pause();
    const jobId = await lateJob(customer);
    await world.until(jobId, (job) => job['presented_at'] !== null, 'the decision');
    await world.query('delete from bullmq.job');
    world.telegram.failNext('sendVideo', { delayMs: 15_000, chatId: customer.person.id });
    await sendQueue().resume();
    await world.until(jobId, (job) => job['delivery_lease_token'] !== null, 'the lease');
    expect(await settled(jobId)).toMatchObject({ delivery_lease_token: null });
    expect(sendsTo(customer)).toHaveLength(1);
  });

  it('F-78 puts a present aside for a person who blocked the bot', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { ...BLOCKED, chatId: customer.person.id });
    const jobId = await lateJob(customer);
    expect(await settled(jobId)).toMatchObject({
      video_message_id: null,
      parked_at: expect.any(Date) as Date,
    });
    customer.person.say('/start');
    await customer.reads('result.present');
    expect(await customer.balance()).toBe(2);
  });

  /** A finished video whose person blocks the bot before it is sent. */
  async function parkedJob(customer: Customer): Promise<JobRow> {
    await sendQueue().pause();
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'deliver', 'the video');
    world.telegram.block(customer.person.id);
    await waitFor(() => isBlocked(customer), { what: 'the block to be known' });
    await sendQueue().resume();
    const job = await world.over(jobId);
    expect(job).toMatchObject({ status: 'completed', parked_at: expect.any(Date) as Date });
    return job;
  }

  async function isBlocked({ user }: Customer): Promise<boolean> {
    const rows = await world.query('select 1 from users where id = $1 and blocked_at is not null', [user.id]);
    return rows.length > 0;
  }

  it('F-78 sends a parked video once its person lets the bot in again', async () => {
    const customer = await world.customer();
    const { id } = await parkedJob(customer);
    world.telegram.unblock(customer.person.id);
    await customer.reads('result.parked');
    await world.until(id, ({ video_message_id }) => video_message_id !== null, 'the message to be known');
    customer.person.say('/start');
    await customer.person.seesButton('1:create');
    expect(sendsTo(customer)).toHaveLength(1);
    expect(await world.job(id)).toMatchObject({
      status: 'completed',
      wake_at: null,
      video_file_id: customer.person.videos()[0]?.media?.fileId,
    });
    expect(await customer.balance()).toBe(1);
  });

  it('F-78 sends it though the process died right after it had noted the return', async () => {
    const customer = await world.customer();
    await parkedJob(customer);
    world.telegram.failNext('sendVideo', { status: 500, chatId: customer.person.id });
    await sendQueue().pause();
    world.telegram.unblock(customer.person.id);
    await world.query('update users set blocked_at = null where id = $1', [customer.user.id]);
    await sendQueue().resume();
    await customer.reads('result.parked');
    expect(await customer.balance()).toBe(1);
  });

  it.each(['expired_403', 'expired_404'] as const)(
    'F-61 sends it though the link of the result has died meanwhile (%s)',
    async (result) => {
      const customer = await world.customer();
      world.kie.nextTask({ result });
      const { id } = await parkedJob(customer);
      world.telegram.unblock(customer.person.id);
      await customer.reads('result.parked');
      expect(await world.until(id, (job) => job.video_message_id !== null, 'the message')).toMatchObject({
        delivery_attempts: 1,
      });
    },
  );

  it('F-61 asks for a fresh link first where the old one has had its day', async () => {
    const customer = await world.customer();
    const { id, result_url: url } = await parkedJob(customer);
    await world.query(`update jobs set result_expires_at = now() - interval '1 s' where id = $1`, [id]);
    const path = new URL(url ?? '').pathname;
    const calls: string[] = [];
    const stopListening = world.kie.onCall((call) => {
      const { pathname, search } = new URL(call.url);
      if (pathname === path) calls.push(search === '' ? 'the old link' : 'the fresh link');
      if (pathname.endsWith('/download-url')) calls.push('asked');
    });
    world.telegram.unblock(customer.person.id);
    await world.until(id, (job) => job.video_message_id !== null, 'the message');
    stopListening();
    expect(calls).toEqual(['asked', 'the fresh link']);
  });

  it('F-43 gives the credit back when a parked video cannot be sent after all', async () => {
    const customer = await world.customer();
    const { id } = await parkedJob(customer);
    failSend(customer, 3);
    world.telegram.unblock(customer.person.id);
    await customer.reads('notice.failed.send_failed');
    expect(await world.job(id)).toMatchObject({
      status: 'failed',
      failure_reason: 'send_failed',
      parked_at: null,
    });
    expect(sendsTo(customer)).toHaveLength(3);
    expect(await customer.balance()).toBe(2);
    // And it is not parked any more: another return changes nothing.
    const { decision } = await world.get(JobTransitions).report(id, { kind: 'person_returned' });
    expect(decision.kind).toBe('ignore');
  });

  it('leaves a video alone that was parked too long ago, and sends the newer one', async () => {
    const customer = await world.customer();
    const { id: old } = await parkedJob(customer);
    await world.query(`update jobs set parked_at = now() - interval '14 days' where id = $1`, [old]);
    world.telegram.unblock(customer.person.id);
    await waitFor(async () => !(await isBlocked(customer)), { what: 'the return' });
    const { id: fresh } = await parkedJob(customer);
    world.telegram.unblock(customer.person.id);
    await world.until(fresh, ({ video_message_id }) => video_message_id !== null, 'the newer video');
    await world.get(JobsCron).tick();
    expect(await world.job(old)).toMatchObject({ wake_at: null, video_message_id: null });
    expect(sendsTo(customer)).toHaveLength(1);
  });

  it('gives up a present for good that was parked and cannot be sent on return', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { ...BLOCKED, chatId: customer.person.id });
    const jobId = await lateJob(customer);
    await world.until(jobId, (job) => job['parked_at'] !== null, 'the block');
    failSend(customer, 3);
    customer.person.say('/start');
    await world.until(jobId, (job) => job['parked_at'] === null, 'the end of it');
    for (let looks = 0; looks < 3; looks++) await world.get(JobsCron).tick();
    expect(await world.job(jobId)).toMatchObject({ wake_at: null, video_message_id: null });
    expect(sendsTo(customer)).toHaveLength(4);
    expect(await customer.balance()).toBe(2);
  });

  it('F-43 F-44 notes a video that was being sent when the deadline ended its job', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { delayMs: 45_000, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    await world.until(jobId, (job) => job['delivery_lease_token'] !== null, 'the send to begin');
    await world.query('update jobs set deadline_at = now() where id = $1', [jobId]);
    expect(await world.over(jobId)).toMatchObject({ status: 'failed', failure_reason: 'stuck' });
    const job = await world.until(jobId, ({ video_message_id }) => video_message_id !== null, 'the note');
    expect(job).toMatchObject({ status: 'failed', wake_at: null });
    expect(sendsTo(customer)).toHaveLength(1);
    expect(await customer.balance()).toBe(2);
  });

  it('looks again where KIE calls back before it shows the end, though the job is over', async () => {
    const customer = await world.customer();
    world.kie.nextTask({ durationTrueMs: 3_600_000, callback: 'never' });
    const jobId = await customer.orderOne();
    const { rowId, taskId } = await world.taskAtKie(jobId);
    await world.query('update kie_tasks set deadline_at = now() where id = $1', [rowId]);
    await world.over(jobId);
    const reads = () => world.kie.tasks().find(({ id }) => id === taskId)?.reads ?? 0;
    const before = reads();
    await fetch(`${world.test.url}/webhooks/kie/${rowId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { taskId, state: 'success' } }),
    });
    await waitFor(() => reads() > before, { what: 'a look that still sees it running' });
    world.kie.finishTask(taskId);
    await customer.reads('result.present');
  });
});
