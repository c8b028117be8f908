import { getQueueToken } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { AppError } from '../errors.js';
import { logger } from '../logging.js';
import { defineCounter, Metrics } from '../metrics/index.js';
import type { QueueContract } from './queue-contract.js';

const ADD_TIMEOUT_MS = 5_000;
const DELAY_MAX_MS = 24 * 3_600_000;
/** How long at most nobody else waits for a server that has just not answered. */
const SILENCE_HOLD_MS = 5_000;

const ADD_FAILURES = defineCounter({
  name: 'neurocards_queue_add_failures_total',
  help: 'Jobs that a queue did not take; the crons find what they were about.',
  labels: { queue: 'any' },
});

const log = logger('queues');

/** The queue did not take a job in time; the row it speaks of is found again by the lost-wake-up cron. */
export class QueueUnavailableError extends AppError {
  readonly code = 'QUEUE_UNAVAILABLE';
  override readonly retryable = true;
}

export interface Wake<T> {
  /** Unique as long as the queue holds it: a repeated add with the same id changes nothing. */
  id: string;
  name?: string;
  payload: T;
  delayMs?: number;
  /**
   * The id of an overdue job for the same work. It is taken out, and this one goes before all that waits: an overdue job that
   * only stood in a long line must neither lose its place nor leave a dead entry that uses up the queue's rate limit.
   */
  replaces?: string;
  /** It goes after all that waits now or comes later and is not last itself: nothing else is held up by it. */
  last?: boolean;
}

/** BullMQ serves what has no priority first, then the lowest number. */
const LAST_PRIORITY = 10;

/** Adds jobs to queues. The queues only wake people up: what is true stands in PostgreSQL. */
@Injectable()
export class Queues {
  private silentUntilMs = 0;

  constructor(
    private readonly moduleRef: ModuleRef,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Adds one job, within 5 s: on Redis an add waits for as long as the server is away. While one that took too long is still
   * unanswered, the next ones fail at once: an order of five videos, or a cron with five hundred, must not wait for each.
   *
   * @throws QueueUnavailableError
   */
  async add<T>(contract: QueueContract<T>, wake: Wake<T>): Promise<void> {
    try {
      await this.addInTime(contract, wake);
    } catch (error) {
      this.metrics.count(ADD_FAILURES, { queue: contract.name });
      throw error;
    }
  }

  /** As `add`, after a commit: a queue that is away costs a delay, not the work, so the failure is logged and not thrown. */
  async tryAdd<T>(contract: QueueContract<T>, wake: Wake<T>): Promise<void> {
    try {
      await this.add(contract, wake);
    } catch (error) {
      log.warn(
        { err: error, queue: contract.name, wakeId: wake.id },
        'A wake-up was not queued; the cron will add it',
      );
    }
  }

  private async addInTime<T>(contract: QueueContract<T>, wake: Wake<T>): Promise<void> {
    const what = `queue ${contract.name}`;
    if (performance.now() < this.silentUntilMs) throw new QueueUnavailableError(`${what} is out of reach`);
    const adding = this.put(contract, wake);
    await within(ADD_TIMEOUT_MS, adding, { what, onTimeout: () => this.holdUntilOver(adding) });
  }

  private holdUntilOver(adding: Promise<void>): void {
    this.silentUntilMs = performance.now() + SILENCE_HOLD_MS;
    const over = () => {
      this.silentUntilMs = 0;
    };
    adding.then(over, () => undefined);
  }

  private async put<T>(contract: QueueContract<T>, wake: Wake<T>): Promise<void> {
    const queue = this.queue(contract);
    const delay = Math.min(Math.max(0, Math.round(wake.delayMs ?? 0)), DELAY_MAX_MS);
    const first = wake.replaces !== undefined;
    // One that is being worked on is locked and stays; its number is an old one by now.
    if (wake.replaces !== undefined) await queue.remove(wake.replaces);
    await queue.add(wake.name ?? contract.name, wake.payload, {
      ...{ jobId: wake.id, delay, lifo: first },
      ...(wake.last ? { priority: LAST_PRIORITY } : {}),
    });
  }

  private queue<T>(contract: QueueContract<T>): Queue {
    return this.moduleRef.get<Queue>(getQueueToken(contract.name), { strict: false });
  }
}

async function within<T>(
  timeoutMs: number,
  work: Promise<T>,
  { what, onTimeout }: { what: string; onTimeout: () => void },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onTimeout();
      reject(new QueueUnavailableError(`${what} did not answer in ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } catch (error) {
    if (error instanceof QueueUnavailableError) throw error;
    throw new QueueUnavailableError(`${what} refused a job`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
