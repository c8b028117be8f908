import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DemoPerson } from '../sandbox/demo/person.js';
import { SandboxError } from '../sandbox/errors.js';
import { firstSignal } from '../sandbox/first-signal.js';
import { SANDBOX_KIE_KEY } from '../sandbox/kie/index.js';
import type { OutsideWorld, SandboxEnv } from '../sandbox/outside-world.js';
import { runProgram } from '../sandbox/program.js';
import { RestartableApp } from '../sandbox/restartable-app.js';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { MemoryWatch, residentBytes } from './memory.js';
import { readOptions, USAGE, type DeliveryOptions } from './options.js';
import { mostAtOnce, type Span } from './overlap.js';

const MB = 1_000_000;
/** Nothing is scaled: what a worker holds depends on how long things take. */
const SCALE = 1;
/** Longer than this bench: tasks end when it says so. */
const TASK_TRUE_MS = 3_600_000;
const WAIT_MS_MAX = 300_000;
const LOOK_MS = 100;
/** What was left over from before is collected, and the first look is not taken in the middle of something. */
const QUIET_MS = 3_000;

/** One key: with more, KIE is read faster than one of them allows, and here the first has made all tasks. */
const APP_ENV: SandboxEnv = { ROLES: 'bot,scheduler', KIE_API_KEY: SANDBOX_KIE_KEY };

await runProgram({ readOptions, usage: USAGE, run });

/** Starts everything, measures, and stops everything. Returns whether the memory grew less than it may. */
async function run(options: DeliveryOptions): Promise<boolean> {
  const signal = firstSignal().then((name) => {
    throw new SandboxError(`Ended by ${name}.`);
  });
  signal.catch(() => undefined);
  let sandbox: Sandbox | undefined;
  let worker: RestartableApp | undefined;
  let logFile = '';
  try {
    sandbox = await startSandbox({ scale: SCALE, lasting: false, appEnv: APP_ENV });
    logFile = `${sandbox.logFile}.worker`;
    worker = await startWorker(sandbox, { logFile, videos: options.videos });
    const measured = await Promise.race([measure(options, sandbox.world, worker.current.pid), signal]);
    return tell(options, measured);
  } finally {
    if (worker && options.logFile) await copyFile(logFile, options.logFile);
    await worker?.stop();
    await sandbox?.stop();
  }
}

function startWorker(
  sandbox: Sandbox,
  { logFile, videos }: { logFile: string; videos: number },
): Promise<RestartableApp> {
  return RestartableApp.start(undefined, (port): { env: SandboxEnv; logFile: string; folder: string } => ({
    env: { ...sandbox.env, ROLES: 'worker', PORT: String(port), WORKER_CONCURRENCY: String(videos) },
    logFile,
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

async function measure(options: DeliveryOptions, world: OutsideWorld, pid: number): Promise<Measured> {
  const { videos, videoBytes, uploadBytesPerS } = options;
  world.kie.configure({
    defaults: {
      durationTrueMs: { min: TASK_TRUE_MS, max: TASK_TRUE_MS },
      result: { paddedToBytes: videoBytes },
    },
  });
  world.telegram.slowUploads(uploadBytesPerS);
  const sends = watchSends(world);
  console.log('Warming up: one video');
  await deliverAll(world, await order(world, 1));
  console.log(`${videos} people order`);
  const people = await order(world, videos);
  await pause(QUIET_MS);
  const beforeBytes = await residentBytes(pid);
  const startedAtMs = performance.now();
  sends.length = 0;
  const watch = new MemoryWatch(pid);
  console.log(`All ${videos} videos are ready, ${videoBytes / MB} MB each`);
  await deliverAll(world, people).finally(() => watch.stop());
  const tookMs = performance.now() - startedAtMs;
  await pause(QUIET_MS);
  return {
    ...{ beforeBytes, peakBytes: watch.peakBytes, afterBytes: await residentBytes(pid) },
    ...{ sendsAtOnce: mostAtOnce(sends), tookMs },
    delivered: people.filter((person) => hasWhole(world, person, videoBytes)).length,
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
  await until(`${count} tasks at KIE`, () => world.kie.tasks().length === before + count);
  return people;
}

async function deliverAll(world: OutsideWorld, people: readonly DemoPerson[]): Promise<void> {
  for (const task of world.kie.tasks()) if (!task.outcome) world.kie.finishTask(task.id);
  await until(`${people.length} videos`, () => people.every((person) => person.videos().length > 0));
}

function hasWhole({ telegram }: OutsideWorld, person: DemoPerson, bytes: number): boolean {
  const calls = telegram.calls('sendVideo').filter(({ args }) => args['chat_id'] === person.id);
  const uploads = calls.map(({ args }) => args['video'] as { bytes?: number });
  return uploads.length === 1 && uploads[0]?.bytes === bytes;
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!isSo()) {
    if (performance.now() > deadline)
      throw new SandboxError(`${what} did not come in ${WAIT_MS_MAX / 1_000} s.`);
    await pause(LOOK_MS);
  }
}

/** Prints it. Returns whether all is as it should be. */
function tell(options: DeliveryOptions, measured: Measured): boolean {
  const { beforeBytes, peakBytes, afterBytes, sendsAtOnce, delivered, tookMs } = measured;
  const growthBytes = peakBytes - beforeBytes;
  const ok =
    growthBytes < options.growthBytesMax && delivered === options.videos && sendsAtOnce === options.videos;
  const rows = {
    'videos, MB each': `${options.videos}, ${options.videoBytes / MB}`,
    'delivered whole, once': `${delivered}`,
    'uploads at once': `${sendsAtOnce}`,
    'resident before': megabytes(beforeBytes),
    'at most': megabytes(peakBytes),
    'a moment after': megabytes(afterBytes),
    growth: `${megabytes(growthBytes)} (must be below ${megabytes(options.growthBytesMax)})`,
    took: `${(tookMs / 1_000).toFixed(1)} s`,
    verdict: ok ? 'PASS' : 'FAIL',
  };
  for (const [name, value] of Object.entries(rows)) console.log(`${name.padEnd(24)}${value}`);
  if (options.json) console.log(JSON.stringify({ ok, growthBytes, ...measured }));
  return ok;
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
