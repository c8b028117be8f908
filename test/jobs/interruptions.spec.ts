import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../../src/app.js';
import { configureLogging } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { JobsWorld } from './jobs-world.js';

describe('what is interrupted', () => {
  let world: JobsWorld;
  let proxy: CuttableProxy;

  /** Ends the application in good order and starts it again on the same data. */
  async function restart(whileDown = (): Promise<void> => Promise.resolve()): Promise<void> {
    await world.test.app.close();
    await whileDown();
    world.test.app = await startApp({ ...world.test.env, DATABASE_URL: proxy.url });
  }

  beforeAll(async () => {
    // A lease that a test can wait for: a send whose outcome is not known comes again after it.
    world = await JobsWorld.start({ env: { SEND_LEASE_MS: '2500' } });
    proxy = await CuttableProxy.to(world.test.database.url);
    await restart();
  });

  afterAll(async () => {
    await world.test.app.close();
    await world.stop();
    await proxy.close();
  });

  /** An order whose task at KIE ends only when the test says so. */
  async function orderInTheMaking() {
    world.kie.nextTask({ durationTrueMs: 60 * 60_000, callback: 'never' });
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    const { rowId, taskId } = await world.taskAtKie(jobId);
    await world.until(jobId, ({ step }) => step === 'generate', 'the task to be taken');
    return { customer, jobId, rowId, taskId };
  }

  const creditsOf = async (userId: string) =>
    (await world.query<{ credits: number }>('select credits from users where id = $1', [userId]))[0]?.credits;

  it('F-41 answers 5xx to a callback that it cannot store, so that KIE comes again', async () => {
    const { customer, jobId, rowId, taskId } = await orderInTheMaking();
    const callBack = async () => {
      const body = JSON.stringify({ code: 200, msg: 'ok', data: { taskId, state: 'success' } });
      const headers = { 'content-type': 'application/json' };
      const url = `${world.test.url}/webhooks/kie/${rowId}`;
      return (await fetch(url, { method: 'POST', headers, body })).status;
    };
    proxy.cut();
    world.kie.finishTask(taskId);
    expect(await callBack()).toBe(503);
    proxy.mend();
    await waitFor(async () => (await callBack()) === 200, { what: 'the callback to be stored' });
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect(customer.person.videos()).toHaveLength(1);
  });

  it('F-46 a stop in the middle of a generation is no end of it: the next start delivers the same task', async () => {
    const { customer, jobId, taskId } = await orderInTheMaking();
    const paid = world.kie.paidTasks().length;
    await restart(async () => {
      expect(await world.job(jobId)).toMatchObject({ status: 'processing', step: 'generate' });
      expect(await world.tasks(jobId)).toMatchObject([{ state: 'running', task_id: taskId }]);
      // It ends while nobody is there to hear of it.
      world.kie.finishTask(taskId);
    });
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 1 });
    expect(await world.tasks(jobId)).toMatchObject([{ state: 'succeeded', task_id: taskId }]);
    expect(world.kie.paidTasks()).toHaveLength(paid);
    expect(customer.person.videos()).toHaveLength(1);
    expect(await creditsOf(customer.user.id)).toBe(1);
    await world.expectCleanAudit();
  });

  it('F-39 a task that KIE made while it could not be noted is noted once the database is back', async () => {
    const customer = await world.customer();
    world.kie.nextTask({ callback: 'never' });
    world.kie.failNext('createTask', { kind: 'slow', delayTrueMs: 45_000 });
    const before = world.kie.tasks().length;
    const jobId = await customer.orderOne();
    await waitFor(() => world.kie.tasks().length > before, { what: 'the task' });
    const lines: string[] = [];
    configureLogging('warn', { write: (line: string) => void lines.push(line) });
    proxy.cut();
    await waitFor(() => lines.some((line) => line.includes('could not be noted')), { what: 'the trouble' });
    configureLogging('silent');
    proxy.mend();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 1 });
    expect(await world.tasks(jobId)).toMatchObject([{ state: 'succeeded' }]);
    expect(world.kie.tasks()).toHaveLength(before + 1);
    await world.expectCleanAudit();
  });

  it('F-44 F-76 a video that was sent while it could not be noted is noted once the database is back, and sent once', async () => {
    const customer = await world.customer();
    const sends = () =>
      world.telegram.calls('sendVideo').filter(({ args }) => args['chat_id'] === customer.person.id);
    // Telegram has the video, and takes some 200 real ms to say so.
    world.telegram.failNext('sendVideo', { afterEffect: true, delayMs: 30_000, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    await waitFor(() => customer.person.videos().length === 1, { what: 'the video' });
    proxy.cut();
    await waitFor(() => sends().length === 1, { what: 'the answer' });
    const lines: string[] = [];
    configureLogging('warn', { write: (line: string) => void lines.push(line) });
    await waitFor(() => lines.some((line) => line.includes('could not be noted')), { what: 'the trouble' });
    configureLogging('silent');
    proxy.mend();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect(sends()).toHaveLength(1);
    expect(await world.tasks(jobId)).toHaveLength(1);
    expect(await creditsOf(customer.user.id)).toBe(1);
    await world.expectCleanAudit();
  });
});
