import { getQueueToken, Processor } from '@nestjs/bullmq';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { z } from 'zod';
import {
  Env,
  parseEnv,
  PlatformModule,
  QueueConnection,
  QueueProcessor,
  Queues,
  QueuesModule,
  WORKER_OPTIONS,
  type HandlerResult,
  type QueueContract,
} from '../../src/platform/index.js';

const workSchema = z.object({ n: z.number().int() });
export type Work = z.output<typeof workSchema>;

/** A queue without a rate limit. */
export const workQueue: QueueContract<Work> = {
  name: 'contract-work',
  schema: workSchema,
  concurrency: () => 4,
};

/** A queue of which 2 may start in 300 ms, whoever asks. */
export const limitedQueue: QueueContract<Work> = {
  name: 'contract-limited',
  schema: workSchema,
  concurrency: () => 4,
  rateLimit: () => ({ max: 2, durationMs: 300 }),
};

/** A queue of one job at a time, which only the test that needs it works for. */
export const soloQueue: QueueContract<Work> = {
  name: 'contract-solo',
  schema: workSchema,
  concurrency: () => 1,
};

const contracts = [workQueue, limitedQueue, soloQueue];

/** What the handlers were given, and what they shall do about it. */
export class Desk {
  readonly runs: { queue: string; n: number; atMs: number }[] = [];
  private plan: (work: Work, runsOfIt: number) => Promise<HandlerResult> | HandlerResult = () => undefined;

  /** From now on handlers do this; `runsOfIt` counts the runs of the same `n`, this one included. */
  plans(plan: (work: Work, runsOfIt: number) => Promise<HandlerResult> | HandlerResult): void {
    this.plan = plan;
  }

  async take(queue: string, work: Work): Promise<HandlerResult> {
    this.runs.push({ queue, n: work.n, atMs: performance.now() });
    return this.plan(work, this.runsOf(work.n).length);
  }

  runsOf(n: number) {
    return this.runs.filter((run) => run.n === n);
  }
}

/**
 * A process that can add to the queues of this file, and that works for those that it `serves`; `onceConnected` is called when
 * its queues have their connections and its workers have not.
 */
export class QueueWorld {
  private constructor(
    readonly app: INestApplicationContext,
    readonly queues: Queues,
  ) {}

  static async start(
    settings: Record<string, string>,
    work?: { desk: Desk; serves: readonly QueueContract<Work>[]; onceConnected?: () => void },
  ): Promise<QueueWorld> {
    const env = parseEnv({
      APP_ENV: 'sandbox',
      BOT_TOKEN: '1000:aaaaaaaaaaaaaaaaaaaaaaaa',
      OPENAI_API_KEY: 'sk-test',
      KIE_API_KEY: 'kie-test',
      ...settings,
    });
    const workers = work?.serves.map(processorOf) ?? [];
    @Module({
      imports: [PlatformModule.forRoot(env), QueuesModule.forContracts(...contracts)],
      providers: [
        { provide: Desk, useValue: work?.desk ?? new Desk() },
        {
          provide: 'once-connected',
          inject: contracts.map(({ name }) => getQueueToken(name)),
          useFactory: async (...queues: Queue[]) => {
            await Promise.all(queues.map((queue) => queue.waitUntilReady()));
            return work?.onceConnected?.() ?? null;
          },
        },
        ...workers,
      ],
    })
    class QueueWorldModule {}
    const app = await NestFactory.createApplicationContext(QueueWorldModule, {
      logger: false,
      abortOnError: false,
    });
    return new QueueWorld(app, app.get(Queues));
  }

  get backend(): string {
    return this.app.get(QueueConnection).backend;
  }

  /** BullMQ's own queue, for a look behind the contract. */
  queue(contract: QueueContract<Work>): Queue {
    return this.app.get<Queue>(getQueueToken(contract.name), { strict: false });
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

function processorOf(contract: QueueContract<Work>) {
  @Processor(contract.name, WORKER_OPTIONS)
  class DeskProcessor extends QueueProcessor<Work> {
    protected readonly contract = contract;

    constructor(
      env: Env,
      connection: QueueConnection,
      private readonly desk: Desk,
    ) {
      super(env, connection);
    }

    protected handle(work: Work): Promise<HandlerResult> {
      return this.desk.take(contract.name, work);
    }
  }
  return DeskProcessor;
}

/** A promise that the test fulfils when it wants to. */
export function gate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
