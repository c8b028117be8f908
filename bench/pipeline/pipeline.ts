import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { migrateDatabase } from '../../src/platform/database/index.js';
import { SandboxError } from '../../sandbox/errors.js';
import { SANDBOX_KIE_KEY } from '../../sandbox/kie/index.js';
import { SANDBOX_OPENAI_KEY } from '../../sandbox/openai/index.js';
import type { SandboxEnv } from '../../sandbox/outside-world.js';
import { startEmbeddedPostgres } from '../../sandbox/postgres/index.js';
import { hasRedisServer, RedisServer } from '../../sandbox/redis/index.js';
import { RestartableApp } from '../../sandbox/restartable-app.js';
import { SANDBOX_BOT_TOKEN } from '../../sandbox/telegram/index.js';
import { SANDBOX_YOOKASSA_API_KEY, SANDBOX_YOOKASSA_SHOP_ID } from '../../sandbox/yookassa/index.js';
import { medianOf, type Bench, type BenchContext, type Figure, type Measurement } from '../measurement.js';
import { baseline, runProgramForJson } from '../programs.js';
import type { Plot } from '../report/plot.js';
import { handledByQueue, readMetrics } from '../worker-metrics.js';
import { OrderDesk, type OrderPlaces } from './orders.js';
import { InstantProviders } from '../instant-providers.js';

const VIDEOS = 400;
const WARM_UP_VIDEOS = 150;
/** Jobs of bare BullMQ in a round: enough for some seconds. */
const BARE_JOBS = 8_000;
/** On both sides, for each queue. */
const CONCURRENCY = 10;
const SHARE_MIN = 0.5;
const WAVE_MS_MAX = 180_000;
const BARE_MS_MAX = 120_000;
const LOOK_MS = 50;
const QUEUE_PREFIX = 'bench';
/** Greater than anything that one process does in a second. */
const NO_LIMIT = '1000000';

/** What waits for others otherwise: KIE's and Telegram's limits, and the pauses that go with them. */
const LIMITS_LIFTED: SandboxEnv = {
  ...{ KIE_CREATIONS_MAX: '16', KIE_CREATIONS_WINDOW_MS: '1', KIE_READS_PER_SECOND_MAX: NO_LIMIT },
  ...{
    KIE_POLL_INTERVAL_MS: '1',
    TELEGRAM_SENDS_PER_SECOND_MAX: NO_LIMIT,
    TELEGRAM_CHAT_SEND_INTERVAL_MS: '1',
  },
};

const NOTES = [
  `On both sides one process with ${CONCURRENCY} jobs of each queue at once, on the same servers, which keep nothing safe on disk (PostgreSQL without fsync). While one side works, the process of the other rests, and so do the providers while bare BullMQ works. All share the cores of the machine.`,
  'The providers are a process of their own that answers at once and checks nothing: at this pace the strict fakes of the sandbox would be measured too. Limits of providers are lifted by configuration; KIE is read a millisecond after a task was made, without a callback.',
  'Queue jobs are counted from what the worker has handled, edits of progress messages among them. A job that does nothing is one statement to BullMQ, which fetches the next one with it. A video is some 75 statements of ours besides those of its queue jobs, five of them transactions in which row, timeline and progress change together, and eight calls to providers, with a photo and a video through the disk: that is what the share says, and why it cannot be near 1.',
];

/** Orders to delivered videos, against bare BullMQ. */
export const pipeline: Bench = {
  name: 'pipeline',
  what: `Orders to delivered videos by one worker process with providers that answer at once, against bare BullMQ's rate of jobs that do nothing, divided by the jobs that one video takes`,
  run,
};

/** One of the servers that the queues can live on. */
interface Backend {
  label: string;
  redisUrl: string | undefined;
  bareUrl: string;
}

/** What is measured on one of them, a value a round. */
interface Rates {
  videosPerS: number[];
  jobsPerS: number[];
  jobsPerVideo: number[];
}

async function run(context: BenchContext): Promise<Measurement> {
  const { ending } = context;
  const postgres = await startEmbeddedPostgres({ ephemeral: true });
  ending(() => postgres.stop());
  await migrateDatabase(postgres.url);
  const folder = await mkdtemp(join(tmpdir(), 'neurocards-bench-'));
  ending(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'inputs'));
  const providers = await InstantProviders.start();
  ending(() => providers.stop());
  const backends: Backend[] = [{ label: 'PostgreSQL', redisUrl: undefined, bareUrl: postgres.url }];
  if (hasRedisServer()) {
    const redis = await RedisServer.start();
    ending(() => redis.kill());
    backends.push({ label: 'Redis', redisUrl: redis.url, bareUrl: redis.url });
  }
  const figures: Figure[] = [];
  for (const backend of backends) {
    const places = {
      databaseUrl: postgres.url,
      redisUrl: backend.redisUrl,
      queuePrefix: QUEUE_PREFIX,
      storageFolder: folder,
    };
    figures.push(...figuresOf(backend.label, await measure(context, { backend, places, providers })));
  }
  const notes = [
    ...NOTES,
    ...(backends.length > 1 ? [] : ['Without Redis: this machine has no redis-server.']),
  ];
  return { figures, notes, plots: [plotOf(figures)] };
}

/** The worker warms up once; then one wave of orders and one run of bare BullMQ in turn, while the other side rests. */
async function measure(
  { rounds, tell, ending }: BenchContext,
  { backend, places, providers }: { backend: Backend; places: OrderPlaces; providers: InstantProviders },
): Promise<Rates> {
  const worker = await startWorker(places, providers.url);
  ending(() => worker.stop());
  const desk = new OrderDesk(places);
  ending(() => desk.close());
  const wave = { desk, providers, workerUrl: worker.current.url };
  await deliver(wave, WARM_UP_VIDEOS);
  const rates: Rates = { videosPerS: [], jobsPerS: [], jobsPerVideo: [] };
  for (let round = 1; round <= rounds; round++) {
    const ours = await deliver(wave, VIDEOS);
    const bare = await runBare(backend.bareUrl);
    rates.videosPerS.push(ours.videosPerS);
    rates.jobsPerVideo.push(ours.jobsPerVideo);
    rates.jobsPerS.push(bare);
    const told = `${ours.videosPerS.toFixed(1)} videos/s of ${ours.jobsPerVideo.toFixed(2)} jobs each; bare ${bare.toFixed(0)} jobs/s`;
    tell(`${backend.label}, round ${round}: ${told}`);
  }
  await worker.stop();
  return rates;
}

function startWorker(places: OrderPlaces, providersUrl: string): Promise<RestartableApp> {
  const { databaseUrl, redisUrl, queuePrefix, storageFolder } = places;
  const env: SandboxEnv = {
    ...{ APP_ENV: 'sandbox', ROLES: 'worker', HOST: '127.0.0.1', TELEGRAM_MODE: 'polling' },
    ...{ BOT_TOKEN: SANDBOX_BOT_TOKEN, TELEGRAM_API_ROOT: providersUrl },
    ...{ KIE_API_KEY: SANDBOX_KIE_KEY, KIE_BASE_URL: providersUrl, KIE_UPLOAD_BASE_URL: providersUrl },
    ...{ OPENAI_API_KEY: SANDBOX_OPENAI_KEY, OPENAI_BASE_URL: `${providersUrl}/v1` },
    ...{
      DOWNLOAD_ALLOWED_ORIGINS: providersUrl,
      DATABASE_URL: databaseUrl,
      STORAGE_BASE_PATH: storageFolder,
    },
    ...{ YOOKASSA_SHOP_ID: SANDBOX_YOOKASSA_SHOP_ID, YOOKASSA_API_KEY: SANDBOX_YOOKASSA_API_KEY },
    ...{ WORKER_CONCURRENCY: String(CONCURRENCY), QUEUE_PREFIX: queuePrefix },
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
    ...LIMITS_LIFTED,
  };
  return RestartableApp.start(undefined, (port) => ({
    env: { ...env, PORT: String(port) },
    logFile: join(storageFolder, 'worker.log'),
    folder: storageFolder,
  }));
}

interface Wave {
  desk: OrderDesk;
  providers: InstantProviders;
  workerUrl: string;
}

/**
 * A wave of orders, made while the worker stands still, and how fast it is delivered, all of it: the last video is timed from the moment at
 * which the worker may begin. Queue jobs are counted from what the worker says it has handled.
 */
async function deliver(wave: Wave, videos: number): Promise<{ videosPerS: number; jobsPerVideo: number }> {
  const { desk, providers, workerUrl } = wave;
  await desk.pause();
  const chats = await desk.order(videos);
  const before = total(await handled(workerUrl));
  await desk.resume();
  const startedAtMs = Date.now();
  const deadlineMs = startedAtMs + WAVE_MS_MAX;
  for (;;) {
    const mine = (await providers.deliveries()).filter(({ chatId }) => chats.has(chatId));
    if (mine.length === videos) {
      const twice = mine.filter(({ times }) => times > 1).length;
      if (twice > 0) throw new SandboxError(`${twice} of ${videos} videos came more than once.`);
      const tookMs = Math.max(...mine.map(({ atMs }) => atMs)) - startedAtMs;
      const jobs = total(await handled(workerUrl)) - before;
      return { videosPerS: (videos / tookMs) * 1_000, jobsPerVideo: jobs / videos };
    }
    if (Date.now() > deadlineMs)
      throw new SandboxError(`${mine.length} of ${videos} videos came in ${WAVE_MS_MAX / 1_000} s.`);
    await pause(LOOK_MS);
  }
}

async function handled(workerUrl: string): Promise<Map<string, number>> {
  return handledByQueue(await readMetrics(workerUrl));
}

function total(byQueue: ReadonlyMap<string, number>): number {
  return [...byQueue.values()].reduce((sum, count) => sum + count, 0);
}

/** Jobs a second of bare BullMQ. */
async function runBare(serverUrl: string): Promise<number> {
  const args = [serverUrl, BARE_JOBS, CONCURRENCY];
  const jobsPerS = await runProgramForJson<number>(baseline('bullmq-noop'), args, BARE_MS_MAX);
  if (!(jobsPerS > 0)) throw new SandboxError(`Bare BullMQ said no rate: ${jobsPerS}`);
  return jobsPerS;
}

function figuresOf(label: string, { videosPerS, jobsPerS, jobsPerVideo }: Rates): Figure[] {
  const shares = videosPerS.map(
    (rate, round) => rate / ((jobsPerS[round] ?? Number.NaN) / (jobsPerVideo[round] ?? Number.NaN)),
  );
  return [
    { name: `${label}: share of bare BullMQ`, unit: '×', values: shares, aim: { atLeast: SHARE_MIN } },
    { name: `${label}: orders to delivered videos`, unit: 'videos/s', values: videosPerS },
    { name: `${label}: bare BullMQ, jobs that do nothing`, unit: 'jobs/s', values: jobsPerS },
    { name: `${label}: queue jobs of one video`, unit: 'jobs', values: jobsPerVideo },
  ];
}

function plotOf(figures: readonly Figure[]): Plot {
  const shares = figures.filter(({ unit }) => unit === '×');
  return {
    kind: 'bars',
    name: 'bench-pipeline',
    title: 'Orders to delivered videos, as a share of bare BullMQ',
    unit: '×',
    bars: shares.map(({ name, values }) => ({ label: name, value: medianOf(values) })),
    aim: { label: `aim ${SHARE_MIN}`, value: SHARE_MIN },
  };
}
