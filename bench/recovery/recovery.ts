import { hasRedisServer } from '../../sandbox/redis/index.js';
import {
  medianOf,
  type Aim,
  type Bench,
  type BenchContext,
  type Figure,
  type Measurement,
} from '../measurement.js';
import type { Plot } from '../report/plot.js';
import { killPostgres, type PostgresKilled } from './postgres-killed.js';
import { loseQueues, type QueuesEmptied } from './queues-emptied.js';
import { GENERATIONS, RecoverySystem, type Backend } from './system.js';
import { HELD_JOBS, killWorker, type WorkerKilled } from './worker-killed.js';

const STEP_AGAIN_S_MAX = 15;
const DUE_AGAIN_S_MAX = 60;
const SERVING_S_MAX = 10;

const NOTES = [
  `Nothing is scaled: leases, intervals and pauses are the product's own defaults, and what is killed is started again at once, as its supervisor does. One process each for bot, worker and scheduler, ${GENERATIONS} videos at work at KIE; PostgreSQL writes to disk what it answers. Only the deadlines of videos are longer than by default, and KIE takes 20 reads a second from the one key that there is, as so many videos need.`,
  'A killed worker leaves a lock of 10 s on each queue job, renewed every 5 s: 5 to 10 s of it are left, and others look for such jobs every 2 s.',
  'What the queues have lost is found in its row when it is due for 30 s, by a look every 10 s. A job that was asleep until its next poll is due up to 30 s after the loss, so that all are back later than the longest wait.',
];

/** Faults that end by themselves: how long they last for the people. */
export const recovery: Bench = {
  name: 'recovery',
  what: 'worker killed, queues emptied, PostgreSQL killed: how long until everything goes on by itself',
  run,
};

interface Recovered {
  backend: Backend;
  worker: WorkerKilled;
  queues: QueuesEmptied;
  postgres: PostgresKilled;
}

async function run(context: BenchContext): Promise<Measurement> {
  const backends: Backend[] = hasRedisServer() ? ['PostgreSQL', 'Redis'] : ['PostgreSQL'];
  // One after the other: two that start at once on a small machine are slow to be ready.
  const systems: RecoverySystem[] = [];
  for (const backend of backends) {
    context.tell(`${backend}: one video brought to KIE by the product itself, and copies of it`);
    systems.push(await RecoverySystem.start(backend, context));
  }
  const recovered = await Promise.race([
    Promise.all(systems.map((system, index) => measure(system, context, index === 0))),
    ...systems.map((system) => system.death),
  ]);
  const noRedis = 'Queues on Redis were not measured: this machine has no redis-server.';
  return {
    figures: recovered.flatMap(figuresOf),
    notes: [...NOTES, ...(backends.length > 1 ? [] : [noRedis])],
    plots: [plotOf(recovered)],
  };
}

/**
 * The systems are measured side by side, because emptied queues are mostly waited for. What takes the processor begins in one of them
 * and ends in the other.
 */
async function measure(
  system: RecoverySystem,
  context: BenchContext,
  isLossLast: boolean,
): Promise<Recovered> {
  const early = isLossLast ? null : await loseQueues(system, context);
  const postgres = await killPostgres(system, context);
  const worker = await killWorker(system, context);
  return { backend: system.backend, postgres, worker, queues: early ?? (await loseQueues(system, context)) };
}

function figuresOf({ backend, worker, queues, postgres }: Recovered): Figure[] {
  const seconds = (name: string, values: readonly number[], aim?: Aim): Figure => ({
    ...{ name: `queues on ${backend}: ${name}`, unit: 's', values },
    ...(aim ? { aim } : {}),
  });
  return [
    seconds(`worker killed, its ${HELD_JOBS} steps begun again`, worker.stepAgainS, {
      below: STEP_AGAIN_S_MAX,
    }),
    seconds('worker killed, its process ready', worker.readyS),
    seconds('queues emptied, longest wait of a due job', queues.longestWaitS, { below: DUE_AGAIN_S_MAX }),
    seconds('queues emptied, all jobs back', queues.allBackS),
    seconds('PostgreSQL killed, bot answers and worker works', postgres.servingS, { below: SERVING_S_MAX }),
    seconds('PostgreSQL killed, bot answers', postgres.botS),
    seconds('PostgreSQL killed, worker works', postgres.workerS),
    seconds('PostgreSQL killed, all updates taken', postgres.updatesTakenS),
    seconds('PostgreSQL killed, it takes connections', postgres.connectionsS),
  ];
}

function plotOf(recovered: readonly Recovered[]): Plot {
  const bars = recovered.flatMap(({ backend, worker, queues, postgres }) => [
    { label: `worker killed (${backend})`, value: medianOf(worker.stepAgainS) / STEP_AGAIN_S_MAX },
    { label: `queues emptied (${backend})`, value: medianOf(queues.longestWaitS) / DUE_AGAIN_S_MAX },
    { label: `PostgreSQL killed (${backend})`, value: medianOf(postgres.servingS) / SERVING_S_MAX },
  ]);
  return {
    kind: 'bars',
    name: 'bench-recovery',
    title: 'How long a fault lasts, as a share of the aim (in brackets: where the queues live)',
    unit: '×',
    bars,
    aim: { label: 'aim', value: 1 },
  };
}
