import { Injectable } from '@nestjs/common';
import { Env, Queues, type QueueContract, type Wake } from '../../platform/index.js';
import type { PendingEdit } from '../notifications/index.js';
import { sendQueue, type Send } from '../telegram/index.js';
import type { Decision, JobStep } from './job-lifecycle.types.js';
import type { Job } from './job.entity.js';
import type { OverdueJob } from './due-jobs.repository.js';
import { OrderProgress } from './order-progress.js';
import {
  checkCallbackQueue,
  createTaskQueue,
  pollTaskQueue,
  writePromptQueue,
  type CallbackToCheck,
  type WakeUp,
} from './wake-ups.queue.js';

const QUEUES: Readonly<Record<Exclude<JobStep, 'deliver'>, QueueContract<WakeUp>>> = {
  prompt: writePromptQueue,
  create: createTaskQueue,
  generate: pollTaskQueue,
};

/** Rings the bells after a commit. A lost bell costs time, never the work: the row says when it wants its next step. */
@Injectable()
export class JobWakeUps {
  constructor(
    private readonly queues: Queues,
    private readonly progress: OrderProgress,
    private readonly env: Env,
  ) {}

  /** Wakes the job's next step where the decision made one, and shows the order's progress. */
  async afterChange(job: Job, decision: Decision, progress?: PendingEdit | null): Promise<void> {
    const delayMs = delayOf(decision, firstPollMs(this.env));
    // What is over is woken for its video only, whatever step it ended at.
    const step = job.finishedAt ? 'deliver' : job.step;
    if (delayMs !== null) await this.wake(job.id, step, job.wakeNumber, delayMs);
    if (progress) await this.progress.wake(progress);
  }

  /** Adds a wake-up for a step; adding the same one twice changes nothing. */
  wake(jobId: string, step: JobStep, wakeNumber: number, delayMs = 0): Promise<void> {
    return step === 'deliver'
      ? this.queues.tryAdd(sendQueue, { ...deliveryOf(jobId, wakeNumber), delayMs })
      : this.queues.tryAdd(QUEUES[step], { ...stepOf(jobId, step, wakeNumber), delayMs });
  }

  /**
   * Adds a wake-up in the place of the overdue one before it, ahead of all that waits.
   *
   * @throws QueueUnavailableError
   */
  wakeOverdue({ id: jobId, step, wakeNumber }: OverdueJob): Promise<void> {
    const replaces = wakeIdOf(jobId, step, wakeNumber - 1);
    return step === 'deliver'
      ? this.queues.add(sendQueue, { ...deliveryOf(jobId, wakeNumber), replaces })
      : this.queues.add(QUEUES[step], { ...stepOf(jobId, step, wakeNumber), replaces });
  }

  /** Has KIE asked about a callback; one that waits already is not added twice. */
  wakeCallback(callbackId: string): Promise<void> {
    return this.queues.tryAdd(checkCallbackQueue, callbackOf(callbackId));
  }

  /**
   * The same for one whose wake-up was lost.
   *
   * @throws QueueUnavailableError
   */
  wakeLostCallback(callbackId: string): Promise<void> {
    return this.queues.add(checkCallbackQueue, callbackOf(callbackId));
  }
}

function callbackOf(callbackId: string): Wake<CallbackToCheck> {
  return { id: `callback-${callbackId}`, payload: { callbackId } };
}

function wakeIdOf(jobId: string, step: JobStep, wakeNumber: number): string {
  return `${step}-${jobId}-${wakeNumber}`;
}

function stepOf(jobId: string, step: JobStep, wakeNumber: number): Wake<WakeUp> {
  return { id: wakeIdOf(jobId, step, wakeNumber), payload: { jobId, wakeNumber } };
}

function deliveryOf(jobId: string, wakeNumber: number): Wake<Send> {
  return { id: wakeIdOf(jobId, 'deliver', wakeNumber), payload: { kind: 'video', id: jobId, wakeNumber } };
}

/** When a new task is read for the first time: later where a callback is expected, because that comes first. */
export function firstPollMs(env: Env): number {
  return env.PUBLIC_BASE_URL ? env.KIE_POLL_CALLBACK_INTERVAL_MS : env.KIE_POLL_INTERVAL_MS;
}

/** How long until the next step's wake-up; null where the decision makes none. */
function delayOf(decision: Decision, firstPollDelayMs: number): number | null {
  switch (decision.kind) {
    case 'create':
    case 'deliver':
    case 'present':
    case 'unpark':
    case 'send_again':
      return 0;
    case 'generate':
      return firstPollDelayMs;
    case 'create_again':
    case 'deliver_again':
      return decision.delayMs;
    case 'ignore':
    case 'start_task':
    case 'wait':
    case 'complete':
    case 'finish_late':
    case 'give_up':
    case 'fail':
      return null;
  }
}
