import { getQueueToken } from '@nestjs/bullmq';
import { ModulesContainer } from '@nestjs/core';
import type { Queue, Worker } from 'bullmq';
import { expect } from 'vitest';
import { parseEnv, QueueProcessor } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import type { Customer, JobRow, JobsWorld } from '../jobs/jobs-world.js';
import { queueEnvironment } from './queue-world.js';

/** How much faster the cron is here than at its defaults. */
const CRON_SCALE = 20;
const REFILLED_WITHIN_MS = 60_000;

/** The cron's times as they are by default, all divided by the same number. */
export function cronEnv(): Record<string, string> {
  const { JOB_CRON_INTERVAL_MS, JOB_WAKE_LOST_AFTER_MS } = parseEnv(
    queueEnvironment({ DATABASE_URL: 'postgres://nobody@nowhere/nothing' }),
  );
  return {
    JOB_CRON_INTERVAL_MS: String(JOB_CRON_INTERVAL_MS / CRON_SCALE),
    JOB_WAKE_LOST_AFTER_MS: String(JOB_WAKE_LOST_AFTER_MS / CRON_SCALE),
  };
}

/** The queue of each step. */
const QUEUE_OF = {
  prompt: 'write-prompt',
  create: 'create-task',
  generate: 'poll-task',
  deliver: 'send',
} as const;
type Step = keyof typeof QUEUE_OF;
const STEPS = Object.keys(QUEUE_OF) as Step[];

/**
 * One video waits at each step when the queues are emptied. All that is due must be held again in time, and come home.
 */
export async function expectRefilled(world: JobsWorld, empty: () => Promise<unknown>): Promise<void> {
  const customer = await world.customer({ credits: STEPS.length });
  const waiting: string[] = [];
  const workers = workersOf(world);
  for (const step of [...STEPS].reverse()) {
    // A callback would bring it on without its poll.
    if (step === 'generate') world.kie.nextTask({ callback: 'never' });
    await workers.get(QUEUE_OF[step])?.pause();
    const jobId = await customer.orderOne();
    await world.until(jobId, (job) => job.step === step, `a video at ${step}`);
    waiting.push(jobId);
  }
  await empty();
  const emptiedAtMs = performance.now();
  await waitFor(() => holdsAll(world, waiting), {
    what: 'all due jobs to be queued again',
    timeoutMs: REFILLED_WITHIN_MS / CRON_SCALE,
  });
  expect(performance.now() - emptiedAtMs).toBeLessThan(REFILLED_WITHIN_MS / CRON_SCALE);
  for (const worker of workers.values()) await worker.resume();
  for (const jobId of waiting) expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
  await expectVideos(world, customer, waiting.length);
}

/** Each job has the entry that its row speaks of. */
async function holdsAll(world: JobsWorld, jobIds: readonly string[]): Promise<boolean> {
  for (const jobId of jobIds) {
    const job = await world.job(jobId);
    const queue = world.test.app.get<Queue>(getQueueToken(QUEUE_OF[job.step]), { strict: false });
    if (!(await queue.getJob(`${job.step}-${jobId}-${job.wake_number}`))) return false;
  }
  return true;
}

/** The workers of this process by the names of their queues. */
export function workersOf(world: JobsWorld): Map<string, Worker> {
  const modules = [...world.test.app.get(ModulesContainer).values()];
  const providers = modules.flatMap((module) => [...module.providers.values()]);
  const workers = providers.flatMap(({ instance }) =>
    instance instanceof QueueProcessor ? [instance.worker] : [],
  );
  return new Map(workers.map((worker) => [worker.name, worker]));
}

/** The person has so many videos, none twice, and no credit was taken for another. */
export async function expectVideos(world: JobsWorld, customer: Customer, count: number): Promise<void> {
  await waitFor(() => customer.person.videos().length >= count, { what: `${count} videos` });
  expect(customer.person.videos()).toHaveLength(count);
  await world.expectCleanAudit();
}

/** How each job ended: its video was sent, or its credit is back and the person knows why. */
export function endsOf(world: JobsWorld, jobIds: readonly string[]): Promise<JobRow[]> {
  return Promise.all(jobIds.map((jobId) => world.over(jobId)));
}
