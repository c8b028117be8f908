import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobsWorld } from './jobs-world.js';
import { post, runningJob, success } from './kie-callbacks.js';

const HMAC_KEY = 'hmac-key-of-the-tests';

describe("KIE's callback with a signature", () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({
      env: { KIE_WEBHOOK_HMAC_KEY: HMAC_KEY, KIE_POLL_CALLBACK_INTERVAL_MS: '30000' },
    });
    world.kie.configure({ hmacKey: HMAC_KEY });
  });

  afterAll(() => world.stop());

  const signed = (taskId: string, atMs = Date.now(), key = HMAC_KEY) => {
    const timestamp = String(Math.floor(atMs / 1000));
    const signature = createHmac('sha256', key).update(`${taskId}.${timestamp}`).digest('base64');
    return { 'x-webhook-timestamp': timestamp, 'x-webhook-signature': signature };
  };

  it('F-63 refuses a bad, missing or old one, and reads nothing', async () => {
    const { jobId, rowId, taskId } = await runningJob(world);
    world.kie.finishTask(taskId);
    const reads = world.kie.tasks().find(({ id }) => id === taskId)?.reads;
    const refused = await Promise.all([
      post(world, rowId, success(taskId)),
      post(world, rowId, success(taskId), signed(taskId, Date.now(), 'another-key')),
      post(world, rowId, success(taskId), signed('another-task')),
      post(world, rowId, success(taskId), signed(taskId, Date.now() - 400_000)),
      post(world, rowId, 'no JSON', signed(taskId)),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(world.kie.tasks().find(({ id }) => id === taskId)?.reads).toBe(reads);
    expect((await post(world, rowId, success(taskId), signed(taskId))).status).toBe(200);
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
  });

  it("takes KIE's own", async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    const { taskId } = await world.taskAtKie(jobId);
    const [callback] = world.kie.tasks().find(({ id }) => id === taskId)?.callbacks ?? [];
    expect(callback).toMatchObject({ status: 200, attempt: 1 });
    await world.expectCleanAudit();
  });
});
