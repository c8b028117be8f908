import { copyFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { withEndings } from '../sandbox/endings.js';
import { SandboxError } from '../sandbox/errors.js';
import { endedBySignal } from '../sandbox/first-signal.js';
import { runProgram } from '../sandbox/program.js';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.js';
import type { SeparateApp } from '../sandbox/separate-app.js';
import { WEBHOOK_PATH } from '../src/modules/bot/index.js';
import { createDataSource } from '../src/platform/database/index.js';
import { Customers } from './restarts/customers.js';
import * as settings from './restarts/environment.js';
import { readFacts } from './restarts/facts.js';
import { readOptions, USAGE, type RestartOptions } from './restarts/options.js';
import { figuresOf, formatRun } from './restarts/report.js';
import { restartOne, type Restart } from './restarts/rolling.js';
import { findBroken } from './restarts/verdict.js';
import { findOpen } from './system/open.js';
import { RoundRobin } from './system/round-robin.js';
import { UpdateLog } from './system/update-log.js';

/** Before the first restart there must be jobs in every step. */
const LOAD_JOBS_MIN = 5;
const LOAD_WAIT_MS_MAX = 60_000;
const SETTLING_MS_MAX = 90_000;
const LOOK_MS = 100;
/** As a proxy asks in earnest. */
const HEALTH_INTERVAL_MS = 250;
const FAULTS_MAX = 1_000_000;

await runProgram({ readOptions, usage: USAGE, run });

/** Starts everything, restarts each process under load, and stops everything. Returns whether all promises were kept. */
async function run(options: RestartOptions): Promise<boolean> {
  const signal = endedBySignal();
  return withEndings(async (ending) => {
    const roundRobin = await RoundRobin.start();
    ending(() => roundRobin.stop());
    const { stopTimeoutMs, logFile } = options;
    const sandbox = await startSandbox({
      scale: settings.SCALE,
      lasting: false,
      logLevel: 'debug',
      redisUrl: process.env['REDIS_URL'] || undefined,
      telegramPatienceMs: settings.TELEGRAM_PATIENCE_MS,
      processes: settings.PROCESSES,
      appEnv: {
        ...settings.APP_ENV,
        PUBLIC_BASE_URL: roundRobin.url,
        ...(stopTimeoutMs === null ? {} : { STOP_TIMEOUT_MS: String(stopTimeoutMs) }),
      },
    });
    ending(() => sandbox.stop());
    if (logFile) ending(() => keepLogs(sandbox, logFile));
    const { separate } = sandbox;
    if (!separate) throw new SandboxError('The application runs in one process');
    return Promise.race([play(options, { sandbox, app: separate, roundRobin }), signal, deathOf(sandbox)]);
  });
}

async function deathOf(sandbox: Sandbox): Promise<never> {
  await sandbox.appEndedByItself;
  throw new SandboxError(`A process ended by itself. The last lines:\n${sandbox.app.lastLines()}`);
}

async function keepLogs({ logFiles }: Sandbox, path: string): Promise<void> {
  for (const file of logFiles) await copyFile(file, `${path}.${basename(file, '.log')}`);
}

interface Stage {
  sandbox: Sandbox;
  app: SeparateApp;
  roundRobin: RoundRobin;
}

async function play(options: RestartOptions, { sandbox, app, roundRobin }: Stage): Promise<boolean> {
  const startedAtMs = performance.now();
  const { world } = sandbox;
  const db = await createDataSource({ url: sandbox.databaseUrl, applicationName: 'chaos' }).initialize();
  try {
    const [updates, answers] = [new UpdateLog(), {} as Record<string, number>];
    roundRobin.lead(
      ['bot-1', 'bot-2'].map((name) => app.member(name).current.url),
      (call) => {
        const noted = call.path === WEBHOOK_PATH ? updates.note(call) : undefined;
        return (status) => {
          answers[status] = (answers[status] ?? 0) + 1;
          noted?.(status);
        };
      },
    );
    roundRobin.watchHealth(HEALTH_INTERVAL_MS);
    slowDown(sandbox);
    world.register(roundRobin.url);
    const customers = new Customers(sandbox, db, options.seed);
    const coming = customers.come(options.people);
    await loaded(db);
    const restarts = await restartAll(options, app, db);
    customers.end();
    await coming;
    const open = await settle(db, world);
    const facts = await readFacts(
      { db, world, logFiles: sandbox.logFiles },
      { restarts, customers: customers.all, lost: customers.lost, updates: updates.list(), answers, open },
    );
    const broken = findBroken(facts);
    const figures = figuresOf(facts, performance.now() - startedAtMs);
    console.log(formatRun(options, figures, broken));
    if (options.json) console.log(JSON.stringify({ ok: broken.length === 0, ...figures, broken }));
    return broken.length === 0;
  } finally {
    await db.destroy();
  }
}

/** So that there is always something in hand: a video is filmed, another one uploaded, a message on its way. */
function slowDown({ world: { clock, kie, telegram } }: Sandbox): void {
  const trueMs = (realMs: number) => realMs * clock.scale;
  kie.configure({ defaults: { durationTrueMs: settings.VIDEO_TRUE_MS } });
  const upload = { captioned: true, delayMs: trueMs(settings.UPLOAD_MS), times: FAULTS_MAX };
  telegram.failNext('sendVideo', upload);
  const message = { delayMs: trueMs(settings.MESSAGE_MS), times: FAULTS_MAX };
  for (const method of ['sendMessage', 'editMessageText']) telegram.failNext(method, message);
}

/** Waits until the first videos are there: all steps have something to do then. */
async function loaded(db: DataSource): Promise<void> {
  const deadline = performance.now() + LOAD_WAIT_MS_MAX;
  for (;;) {
    const [row] = await db.query<{ n: number }[]>(
      `select count(*)::int as n from jobs where status = 'completed'`,
    );
    if ((row?.n ?? 0) >= LOAD_JOBS_MIN) return;
    if (performance.now() > deadline) throw new SandboxError('No videos came before the first restart');
    await pause(LOOK_MS);
  }
}

async function restartAll(
  { rounds, ending }: RestartOptions,
  app: SeparateApp,
  db: DataSource,
): Promise<Restart[]> {
  const restarts: Restart[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of settings.RESTART_ORDER) restarts.push(await restartOne(app, { name, ending, db }));
  }
  return restarts;
}

/** Waits until everything under way is over. Returns what was not when the time was. */
async function settle(db: DataSource, world: Sandbox['world']): Promise<string[]> {
  const deadline = performance.now() + SETTLING_MS_MAX;
  for (;;) {
    const open = await findOpen({ db, world });
    if (open.length === 0 || performance.now() > deadline) return open;
    await pause(LOOK_MS);
  }
}
