import { WorkerHost } from '@nestjs/bullmq';
import { DelayedError, UnrecoverableError, type Job } from 'bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError, toError } from '../errors.js';
import { Env } from '../env.js';
import { logger, runWithLogContext } from '../logging.js';
import { CALL_BUCKETS_S, defineHistogram, Metrics, startTimer } from '../metrics/index.js';
import { FETCH_RETRY_PAUSE_MS } from './backends.js';
import { QueueConnection } from './queue-connection.js';
import type { QueueContract } from './queue-contract.js';

/**
 * BullMQ's worker timings: a killed worker's job is taken over within 15 s, and a restarted database is noticed within a second.
 * The look for stalled jobs is far shorter than the 5 s that are left beside the lock: on Redis one of all workers looks in each
 * interval, and one whose timer fires a moment early lets its turn go by.
 */
export const WORKER_OPTIONS = {
  autorun: false,
  lockDuration: 10_000,
  stalledInterval: 2_000,
  maxStalledCount: 100,
  runRetryDelay: FETCH_RETRY_PAUSE_MS,
} as const;

/** What a handler wants next: nothing more, or the same job again after a pause. */
export type HandlerResult = void | { againInMs: number };

const HANDLER_SECONDS = defineHistogram({
  name: 'neurocards_queue_handler_duration_seconds',
  help: 'What handlers of queues took: done, put back to be done again later, or interrupted by an error.',
  labels: { queue: 'any', outcome: ['done', 'again', 'interrupted'] },
  buckets: CALL_BUCKETS_S,
});

const log = logger('queues');

/**
 * The plumbing between BullMQ and one handler: checks the payload, gives lines their context, puts a job back with
 * `moveToDelayed`, and lets an error through, so that only BullMQ decides about a retry of the infrastructure's kind.
 */
export abstract class QueueProcessor<T> extends WorkerHost implements OnApplicationBootstrap {
  protected abstract readonly contract: QueueContract<T>;
  // Not by the constructor: a processor has nothing to do with it.
  @Inject(Metrics) private readonly metrics!: Metrics;

  constructor(
    protected readonly env: Env,
    private readonly connection: QueueConnection,
  ) {
    super();
  }

  /** Does the work of one job. */
  protected abstract handle(payload: T, job: { name: string; id: string }): Promise<HandlerResult>;

  /**
   * Starts the worker once everything else is up. On PostgreSQL it must have had its connection before: BullMQ remembers a failed
   * first one for ever, and a worker that runs on it asks again without end and lets nothing else in the process run.
   */
  async onApplicationBootstrap(): Promise<void> {
    const worker = this.worker;
    // Only its text: an error of the connection carries the whole client.
    worker.on('error', ({ message }) =>
      log.warn({ reason: message, queue: this.contract.name }, 'Worker trouble'),
    );
    this.connection.endFirst(worker);
    worker.concurrency = this.contract.concurrency(this.env);
    const limit = this.contract.rateLimit?.(this.env);
    if (limit) worker.opts.limiter = { max: limit.max, duration: limit.durationMs };
    if (this.connection.backend === 'postgres') await worker.waitUntilReady();
    worker.run().catch((error: unknown) => {
      // A worker that no longer runs is worse than a process that ends and is started again.
      log.error({ err: toError(error), queue: this.contract.name }, 'A worker ended');
      process.exitCode = 1;
      process.kill(process.pid, 'SIGTERM');
    });
    log.debug({ queue: this.contract.name, backend: this.connection.backend }, 'Worker started');
  }

  /** Called by BullMQ. */
  async process(job: Job, token?: string): Promise<void> {
    const payload = this.contract.schema.safeParse(job.data);
    if (!payload.success)
      throw new UnrecoverableError(`Bad payload in ${this.contract.name}: ${payload.error.message}`);
    const context = { queue: this.contract.name, ...jobIdOf(payload.data) };
    const handle = () => runWithLogContext(context, () => this.tryHandle(payload.data, job));
    const result = await this.connection.whileAtWork(handle);
    if (!result) return;
    await job.moveToDelayed(Date.now() + Math.max(1, Math.round(result.againInMs)), token);
    throw new DelayedError();
  }

  private async tryHandle(payload: T, job: Job): Promise<HandlerResult> {
    const timer = startTimer();
    const ended = (outcome: 'done' | 'again' | 'interrupted') =>
      this.metrics.observe(HANDLER_SECONDS, { queue: this.contract.name, outcome }, timer());
    try {
      const result = await this.handle(payload, { name: job.name, id: job.id ?? '' });
      ended(result ? 'again' : 'done');
      return result;
    } catch (error) {
      ended('interrupted');
      log.warn({ err: toError(error), wakeId: job.id }, 'A step was interrupted');
      if (error instanceof AppError && !error.retryable) throw new UnrecoverableError(error.message);
      throw error;
    }
  }
}

function jobIdOf(payload: unknown): { jobId?: string } {
  const jobId = (payload as { jobId?: unknown }).jobId;
  return typeof jobId === 'string' ? { jobId } : {};
}
