import { getQueueToken, Processor } from '@nestjs/bullmq';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Queue, Worker } from 'bullmq';
import { DataSource } from 'typeorm';
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

/** Queues of one job at a time, each for the one test that works for it. */
const SOLO_NAMES = ['line', 'closing', 'killed', 'frozen', 'cut', 'silent', 'shared', 'bounded'] as const;

const soloQueues = new Map(
  SOLO_NAMES.map((name) => [
    name,
    { name: `contract-${name}`, schema: workSchema, concurrency: () => 1 } satisfies QueueContract<Work>,
  ]),
);

/** The queue of one test. */
export function soloQueue(name: (typeof SOLO_NAMES)[number]): QueueContract<Work> {
  return soloQueues.get(name) as QueueContract<Work>;
}

/** All queues of this file. */
export const QUEUES: readonly QueueContract<Work>[] = [workQueue, limitedQueue, ...soloQueues.values()];

type Plan = (runsOfIt: number) => Promise<HandlerResult> | HandlerResult;

/** What the handlers were given, and what they shall do about it. */
export class Desk {
  readonly runs: { queue: string; n: unknown; atMs: number }[] = [];
  private readonly plans = new Map<unknown, Plan>();

  /** From now on handlers do this about `n`; they are told how often it has run, this time included. */
  plan(n: number, plan: Plan): void {
    this.plans.set(n, plan);
  }

  async take(queue: string, { n }: Work): Promise<HandlerResult> {
    this.runs.push({ queue, n, atMs: performance.now() });
    return this.plans.get(n)?.(this.runsOf(n).length);
  }

  runsOf(n: unknown) {
    return this.runs.filter((run) => run.n === n);
  }
}

/** The environment of a process that has queues and nobody to talk to. */
export function queueEnvironment(settings: Record<string, string>): Record<string, string> {
  return {
    APP_ENV: 'sandbox',
    BOT_TOKEN: '1000:aaaaaaaaaaaaaaaaaaaaaaaa',
    OPENAI_API_KEY: 'sk-test',
    KIE_API_KEY: 'kie-test',
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_API_KEY: 'test_shop-secret',
    ...settings,
  };
}

/** What a process does. */
interface QueueWork {
  desk: Desk;
  serves: readonly QueueContract<Work>[];
  /** Those that it can add to; by default those that it serves. */
  addsTo?: readonly QueueContract<Work>[];
  /** Called when it is connected but for its workers. */
  onceConnected?: () => void;
}

/** A process with queues. */
export class QueueWorld {
  private constructor(
    readonly app: INestApplicationContext,
    readonly queues: Queues,
    private readonly processors: ReadonlyMap<string, ReturnType<typeof processorOf>>,
  ) {}

  static async start(
    settings: Record<string, string>,
    { desk, serves, addsTo = serves, onceConnected }: QueueWork,
  ): Promise<QueueWorld> {
    const env = parseEnv(queueEnvironment(settings));
    const processors = new Map(serves.map((contract) => [contract.name, processorOf(contract)]));
    @Module({
      imports: [PlatformModule.forRoot(env), QueuesModule.forContracts(...addsTo)],
      providers: [
        { provide: Desk, useValue: desk },
        {
          provide: 'once-connected',
          inject: [DataSource, ...addsTo.map(({ name }) => getQueueToken(name))],
          useFactory: async (_connected: DataSource, ...queues: Queue[]) => {
            if (onceConnected) await Promise.all(queues.map((queue) => queue.waitUntilReady()));
            return onceConnected?.() ?? null;
          },
        },
        ...processors.values(),
      ],
    })
    class QueueWorldModule {}
    const app = await NestFactory.createApplicationContext(QueueWorldModule, {
      logger: false,
      abortOnError: false,
    });
    return new QueueWorld(app, app.get(Queues), processors);
  }

  get backend(): string {
    return this.app.get(QueueConnection).backend;
  }

  /** BullMQ's own queue, for a look behind the contract. */
  queue(contract: QueueContract<Work>): Queue {
    return this.app.get<Queue>(getQueueToken(contract.name), { strict: false });
  }

  /** BullMQ's worker of a queue that this process serves. */
  workerOf(contract: QueueContract<Work>): Worker {
    const processor = this.processors.get(contract.name);
    if (!processor) throw new Error(`Nobody here serves ${contract.name}`);
    return this.app.get(processor).worker;
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
