import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DemoPerson } from '../sandbox/demo/person.js';
import { SANDBOX_KIE_KEY } from '../sandbox/kie/index.js';
import type { OutsideWorld, SandboxEnv } from '../sandbox/outside-world.js';
import { RestartableApp } from '../sandbox/restartable-app.js';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { until } from '../sandbox/until.js';
import type { Bench, BenchContext, Measurement } from './measurement.js';
import { MemoryWatch, residentBytes } from './resident-memory.js';
import { mostAtOnce, type Span } from './overlap.js';

const MB = 1_000_000;
const VIDEOS = 50;
const VIDEO_BYTES = 20 * MB;
/** How fast Telegram takes each upload. */
const UPLOAD_BYTES_PER_S = 1 * MB;
const GROWTH_MB_MAX = 100;
/** Nothing is scaled: what a worker holds depends on how long things take. */
const SCALE = 1;
/** Longer than this bench: tasks end when it says so. */
const TASK_TRUE_MS = 3_600_000;
const WAIT = { timeoutMs: 300_000 };
/** What was left over from before is collected, and the first look is not taken in the middle of something. */
const QUIET_MS = 3_000;

/** One key: with more, KIE is read faster than one of them allows, and here the first has made all tasks. */
const APP_ENV: SandboxEnv = { ROLES: 'bot,scheduler', KIE_API_KEY: SANDBOX_KIE_KEY };

/** Deliveries at once: how much the worker's memory grows. */
export const memory: Bench = {
  name: 'memory',
  what: `${VIDEOS} videos of ${VIDEO_BYTES / MB} MB are ready at one moment and sent by one worker, ${UPLOAD_BYTES_PER_S / MB} MB/s each`,
  run,
};

async function run({ tell, ending }: BenchContext): Promise<Measurement> {
  const sandbox = await startSandbox({ scale: SCALE, lasting: false, appEnv: APP_ENV });
  ending(() => sandbox.stop());
  const worker = await startWorker(sandbox);
  ending(() => worker.stop());
  return figuresOf(await measure(sandbox.world, worker.current.pid, tell));
}

function startWorker(sandbox: Sandbox): Promise<RestartableApp> {
  return RestartableApp.start(undefined, (port): { env: SandboxEnv; logFile: string; folder: string } => ({
    env: { ...sandbox.env, ROLES: 'worker', PORT: String(port), WORKER_CONCURRENCY: String(VIDEOS) },
    logFile: `${sandbox.logFile}.worker`,
    folder: dirname(sandbox.logFile),
  }));
}

interface Measured {
  beforeBytes: number;
  peakBytes: number;
  afterBytes: number;
  sendsAtOnce: number;
  delivered: number;
  tookMs: number;
}

async function measure(world: OutsideWorld, pid: number, tell: (line: string) => void): Promise<Measured> {
  world.kie.configure({
    defaults: {
      durationTrueMs: { min: TASK_TRUE_MS, max: TASK_TRUE_MS },
      result: { paddedToBytes: VIDEO_BYTES },
    },
  });
  world.telegram.slowUploads(UPLOAD_BYTES_PER_S);
  const sends = watchSends(world);
  tell('Warming up: one video');
  await deliverAll(world, await order(world, 1));
  tell(`${VIDEOS} people order`);
  const people = await order(world, VIDEOS);
  await pause(QUIET_MS);
  const beforeBytes = await residentBytes(pid);
  const startedAtMs = performance.now();
  sends.length = 0;
  const watch = new MemoryWatch(pid);
  tell(`All ${VIDEOS} videos are ready`);
  await deliverAll(world, people).finally(() => watch.stop());
  const tookMs = performance.now() - startedAtMs;
  await pause(QUIET_MS);
  return {
    ...{ beforeBytes, peakBytes: watch.peakBytes, afterBytes: await residentBytes(pid) },
    ...{ sendsAtOnce: mostAtOnce(sends), tookMs },
    delivered: people.filter((person) => hasWhole(world, person, VIDEO_BYTES)).length,
  };
}

/** When each upload of a video was under way. */
function watchSends(world: OutsideWorld): Span[] {
  const sends: Span[] = [];
  world.telegram.onCall(({ url, at, duration_ms: durationMs }) => {
    const fromMs = Date.parse(at);
    if (url.endsWith('/sendVideo')) sends.push({ fromMs, untilMs: fromMs + durationMs });
  });
  return sends;
}

/** People who each order a video, once all of these are being made. */
async function order(world: OutsideWorld, count: number): Promise<DemoPerson[]> {
  const before = world.kie.tasks().length;
  const people = Array.from({ length: count }, (_, index) =>
    DemoPerson.add(world.telegram, `Anna ${index + 1}`, 'en'),
  );
  await Promise.all(
    people.map(async (person) => {
      await person.join();
      await person.fillOrder();
      await person.tap('1:confirm:');
    }),
  );
  await until(`${count} tasks at KIE`, () => world.kie.tasks().length === before + count, WAIT);
  return people;
}

async function deliverAll(world: OutsideWorld, people: readonly DemoPerson[]): Promise<void> {
  for (const task of world.kie.tasks()) if (!task.outcome) world.kie.finishTask(task.id);
  await until(`${people.length} videos`, () => people.every((person) => person.videos().length > 0), WAIT);
}

function hasWhole({ telegram }: OutsideWorld, person: DemoPerson, bytes: number): boolean {
  const calls = telegram.calls('sendVideo').filter(({ args }) => args['chat_id'] === person.id);
  const uploads = calls.map(({ args }) => args['video'] as { bytes?: number });
  return uploads.length === 1 && uploads[0]?.bytes === bytes;
}

function figuresOf(measured: Measured): Measurement {
  const { beforeBytes, peakBytes, afterBytes, sendsAtOnce, delivered, tookMs } = measured;
  const figure = (name: string, unit: string, value: number) => ({ name, unit, values: [value] });
  return {
    figures: [
      {
        ...figure('growth of resident memory', 'MB', (peakBytes - beforeBytes) / MB),
        aim: { below: GROWTH_MB_MAX },
      },
      { ...figure('videos delivered whole, once', 'videos', delivered), aim: { atLeast: VIDEOS } },
      { ...figure('uploads at once', 'uploads', sendsAtOnce), aim: { atLeast: VIDEOS } },
      figure('resident before', 'MB', beforeBytes / MB),
      figure('resident at most', 'MB', peakBytes / MB),
      figure('resident a moment after', 'MB', afterBytes / MB),
      figure('took', 's', tookMs / 1_000),
    ],
  };
}
