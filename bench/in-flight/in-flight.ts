import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DemoPerson } from '../../sandbox/demo/person.js';
import { SandboxError } from '../../sandbox/errors.js';
import { SANDBOX_KIE_KEY } from '../../sandbox/kie/index.js';
import type { SandboxEnv } from '../../sandbox/outside-world.js';
import { RestartableApp } from '../../sandbox/restartable-app.js';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.js';
import { until } from '../../sandbox/until.js';
import { InstantProviders } from '../instant-providers.js';
import {
  percentileOf,
  type Bench,
  type BenchContext,
  type Figure,
  type Measurement,
} from '../measurement.js';
import { placesOf } from '../product-queue.js';
import type { Plot } from '../report/plot.js';
import { residentBytes } from '../resident-memory.js';
import { readMetrics } from '../worker-metrics.js';
import { copyGeneration, type Copy } from './copies.js';

const MB = 1_000_000;
const GENERATIONS = 10_000;
/** Nothing is scaled: what a worker holds, and how long things take, is the figure. */
const SCALE = 1;
/** Longer than this bench: tasks end when it says so. */
const TASK_TRUE_MS = 3_600_000;
const POLL_INTERVAL_MS = 30_000;
/** Polls are all due once before anything is measured, so that their usual backlog is there. */
const SETTLE_MS = 40_000;
const LOOK_MS = 500;
const WAIT = { timeoutMs: 120_000, lookMs: LOOK_MS };
const RESIDENT_MB_MAX = 400;
const LAG_MS_MAX = 50;
const LATENCY_MS_MAX = 1_000;

/** How callbacks come, and how many reads a second KIE takes from one key meanwhile. */
interface Stretch {
  label: string;
  callbacksPerS: number;
  forS: number;
  readsPerSecondMax: number;
}

/** The first with what KIE allows everybody; the second with what an account needs that has so many in flight. */
const EVERYBODY: Stretch = {
  label: '3 callbacks/s, KIE takes 10 reads/s',
  callbacksPerS: 3,
  forS: 30,
  readsPerSecondMax: 10,
};
const RAISED: Stretch = {
  label: '8 callbacks/s, KIE takes 40 reads/s',
  callbacksPerS: 8,
  forS: 70,
  readsPerSecondMax: 40,
};

const NOTES = [
  'The generations are copies of one that the product itself brought to the step `generate`: its rows with other ids, a running task at the fake KIE, the delayed bell of its next poll. Bot, scheduler, PostgreSQL and the outside world are other processes on the same cores; the queues live in PostgreSQL.',
  'Of the 10 reads a second that KIE allows a key, callbacks have 4 and polls 4 (an eighth each quarter of a second, so that no second ever holds more than 10). Eight callbacks a second need an account whose limits were raised, as ten thousand in flight do: 20 creations in 10 s make 1,200 in flight at most.',
  'The lag of the event loop is prom-client’s, sampled every 10 ms: an idle process shows 10 ms.',
];

/** One key: with more, KIE is read faster than one of them allows, and here the first has made all tasks. */
const APP_ENV: SandboxEnv = { ROLES: 'bot', KIE_API_KEY: SANDBOX_KIE_KEY };

/** Thousands of generations in flight in one worker process. */
export const inFlight: Bench = {
  name: 'in-flight',
  what: `${GENERATIONS} generations in flight in one worker process, ${RAISED.callbacksPerS} of KIE's callbacks a second, polls for the others meanwhile`,
  run,
};

async function run({ tell, ending }: BenchContext): Promise<Measurement> {
  const sandbox = await startSandbox({ scale: SCALE, lasting: false, appEnv: APP_ENV });
  ending(() => sandbox.stop());
  const telegram = await InstantProviders.start();
  ending(() => telegram.stop());
  tell('One order brought to the step `generate` by the product itself');
  await bringOneIntoFlight(sandbox);
  tell(`${GENERATIONS} copies of it`);
  const copies = await copyGeneration(
    { places: placesOf(sandbox), kie: sandbox.world.kie, publicUrl: sandbox.app.url },
    { count: GENERATIONS, pollIntervalMs: POLL_INTERVAL_MS },
  );
  const scheduler = await startRole(sandbox, 'scheduler', { TELEGRAM_API_ROOT: telegram.url });
  ending(() => scheduler.stop());
  const measured: Measured[] = [];
  for (const stretch of [EVERYBODY, RAISED]) {
    const mine = copies.splice(0, stretch.callbacksPerS * stretch.forS);
    measured.push(await measure({ sandbox, telegram, tell }, stretch, mine));
  }
  return { figures: measured.flatMap(figuresOf), notes: NOTES, plots: plotsOf(measured) };
}

async function bringOneIntoFlight(sandbox: Sandbox): Promise<void> {
  const { kie, telegram } = sandbox.world;
  kie.configure({ defaults: { durationTrueMs: { min: TASK_TRUE_MS, max: TASK_TRUE_MS } } });
  const worker = await startRole(sandbox, 'worker', {});
  try {
    const person = DemoPerson.add(telegram, 'Anna', 'en');
    await person.join();
    await person.fillOrder();
    await person.tap('1:confirm:');
    await until('one task at KIE', () => kie.tasks().length === 1, WAIT);
  } finally {
    await worker.stop();
  }
}

function startRole(
  sandbox: Sandbox,
  role: 'worker' | 'scheduler',
  more: SandboxEnv,
): Promise<RestartableApp> {
  return RestartableApp.start(undefined, (port): { env: SandboxEnv; logFile: string; folder: string } => ({
    // The bot's address is the public one: callbacks are expected, whoever makes a task.
    env: { ...sandbox.env, PUBLIC_BASE_URL: sandbox.app.url, ...more, ROLES: role, PORT: String(port) },
    logFile: `${sandbox.logFile}.${role}`,
    folder: dirname(sandbox.logFile),
  }));
}

interface Measured extends Stretch {
  latenciesMs: number[];
  lagP99Ms: number;
  /** Seconds since the first callback, and MB. */
  resident: (readonly [s: number, mb: number])[];
  /** Reads of tasks that no callback asked for. */
  polls: number;
}

interface Parts {
  sandbox: Sandbox;
  telegram: InstantProviders;
  tell: (line: string) => void;
}

async function measure(
  { sandbox, telegram, tell }: Parts,
  stretch: Stretch,
  copies: readonly Copy[],
): Promise<Measured> {
  const { kie } = sandbox.world;
  const { readsPerSecondMax, callbacksPerS, label } = stretch;
  kie.configure({ readsPerSecondMax });
  const worker = await startRole(sandbox, 'worker', {
    KIE_READS_PER_SECOND_MAX: String(readsPerSecondMax),
    TELEGRAM_API_ROOT: telegram.url,
  });
  try {
    tell(`${label}: polls come to their usual pace`);
    await pause(SETTLE_MS);
    let reads = 0;
    const stopCounting = kie.onCall(({ url }) => void (reads += url.includes('/recordInfo') ? 1 : 0));
    await lagP99Ms(worker.current.url);
    const resident = watchResident(worker.current.pid);
    const sentAtMs = await callBack(sandbox, copies, callbacksPerS);
    tell(`${label}: the last videos`);
    const arrived = await arrivals(telegram, copies);
    const lag = await lagP99Ms(worker.current.url);
    stopCounting();
    const latenciesMs = copies.map(
      ({ chatId, taskId }) => (arrived.get(chatId) ?? NaN) - (sentAtMs.get(taskId) ?? NaN),
    );
    return {
      ...stretch,
      latenciesMs,
      lagP99Ms: lag,
      resident: await resident.stop(),
      polls: reads - copies.length,
    };
  } finally {
    await worker.stop();
  }
}

/** KIE ends one task after the other, at an even pace, and calls back. Returns when each call left, by task. */
async function callBack(
  { world }: Sandbox,
  copies: readonly Copy[],
  perS: number,
): Promise<Map<string, number>> {
  const sentAtMs = new Map<string, number>();
  const startedAtMs = performance.now();
  for (const [index, { taskId }] of copies.entries()) {
    await pause(Math.max(0, startedAtMs + (index / perS) * 1_000 - performance.now()));
    sentAtMs.set(taskId, Date.now());
    if (!world.kie.finishTask(taskId)) throw new SandboxError(`Task ${taskId} was over before.`);
  }
  return sentAtMs;
}

/** When each video came, by chat. @throws SandboxError when one does not come, or comes twice. */
async function arrivals(telegram: InstantProviders, copies: readonly Copy[]): Promise<Map<number, number>> {
  const chats = new Set(copies.map(({ chatId }) => chatId));
  const mine = async () => (await telegram.deliveries()).filter(({ chatId }) => chats.has(chatId));
  await until(`${copies.length} videos`, async () => (await mine()).length === copies.length, WAIT);
  const all = await mine();
  const twice = all.filter(({ times }) => times > 1).length;
  if (twice > 0) throw new SandboxError(`${twice} videos came more than once.`);
  return new Map(all.map(({ chatId, atMs }) => [chatId, atMs]));
}

/** Of the time since it was asked last: prom-client begins anew with each reading. */
async function lagP99Ms(processUrl: string): Promise<number> {
  const lag = (await readMetrics(processUrl)).find(({ name }) => name === 'nodejs_eventloop_lag_p99_seconds');
  if (!lag) throw new SandboxError('The worker tells nothing of its event loop.');
  return lag.value * 1_000;
}

function watchResident(pid: number): { stop: () => Promise<Measured['resident']> } {
  const seen: (readonly [number, number])[] = [];
  const startedAtMs = performance.now();
  const end = new AbortController();
  const looking = (async () => {
    while (!end.signal.aborted) {
      seen.push([(performance.now() - startedAtMs) / 1_000, (await residentBytes(pid)) / MB]);
      await pause(LOOK_MS);
    }
  })();
  looking.catch(() => undefined);
  return {
    stop: async () => {
      end.abort();
      await looking;
      return seen;
    },
  };
}

function figuresOf({ label, latenciesMs, lagP99Ms: lag, resident, polls, forS }: Measured): Figure[] {
  const most = Math.max(...resident.map(([, mb]) => mb));
  const figure = (name: string, unit: string, value: number) => ({
    name: `${label}: ${name}`,
    unit,
    values: [value],
  });
  return [
    { ...figure('resident at most', 'MB', most), aim: { below: RESIDENT_MB_MAX } },
    { ...figure('event-loop lag, p99', 'ms', lag), aim: { below: LAG_MS_MAX } },
    {
      ...figure('callback to sendVideo, p99', 'ms', percentileOf(latenciesMs, 0.99)),
      aim: { below: LATENCY_MS_MAX },
    },
    figure('callback to sendVideo, p50', 'ms', percentileOf(latenciesMs, 0.5)),
    figure('polls meanwhile', 'reads/s', polls / forS),
  ];
}

/** Which share of the videos came within which time, and what the worker held. */
function plotsOf(measured: readonly Measured[]): Plot[] {
  const shares = Array.from({ length: 100 }, (_, percent) => percent + 1);
  return [
    {
      kind: 'lines',
      name: 'bench-in-flight-latency',
      title: 'Callback to sendVideo, by the share of videos that were faster',
      unit: 'ms',
      xUnit: '% of videos',
      lines: measured.map(({ label, latenciesMs }) => ({
        label,
        points: shares.map((percent) => [percent, percentileOf(latenciesMs, percent / 100)] as const),
      })),
      aim: { label: `aim of p99: ${LATENCY_MS_MAX} ms`, value: LATENCY_MS_MAX },
    },
    {
      kind: 'lines',
      name: 'bench-in-flight-resident',
      title: `Resident memory of the worker with ${GENERATIONS} generations in flight`,
      unit: 'MB',
      xUnit: 's',
      lines: measured.map(({ label, resident }) => ({ label, points: resident })),
      aim: { label: `aim: ${RESIDENT_MB_MAX} MB`, value: RESIDENT_MB_MAX },
    },
  ];
}
