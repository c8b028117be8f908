import type { JobsWorld } from './jobs-world.js';

/** The order is long in the making, so that only what the test does ends it. */
export async function runningJob(world: JobsWorld) {
  world.kie.nextTask({ durationTrueMs: 10 * 60_000, callback: 'never' });
  const customer = await world.customer();
  const jobId = await customer.orderOne();
  const { rowId, taskId } = await world.taskAtKie(jobId);
  await world.until(jobId, ({ step }) => step === 'generate', 'the task to be taken');
  return { customer, jobId, rowId, taskId };
}

/** Posts to the address of a task's row, as KIE does. */
export function post(
  world: JobsWorld,
  rowId: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${world.test.url}/webhooks/kie/${rowId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: body as string,
  });
}

/** What KIE would post of a task that has succeeded, with an address of somebody else's. */
export const success = (taskId: string) =>
  JSON.stringify({
    code: 200,
    msg: 'ok',
    data: { taskId, state: 'success', resultJson: '{"resultUrls":["https://evil.example/v.mp4"]}' },
  });
