import { copyFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { drawing } from '../sandbox/drawing.js';
import { SandboxError } from '../sandbox/errors.js';
import { firstSignal } from '../sandbox/first-signal.js';
import { runProgram } from '../sandbox/program.js';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { createDataSource } from '../src/platform/database/index.js';
import { readFacts, type Facts } from './facts.js';
import { readOptions, USAGE, type ChaosOptions } from './options.js';
import { PostgresKiller } from './postgres-killer.js';
import { figuresOf, formatRun } from './report.js';
import { Crowd } from './shoppers.js';
import { findDifferences } from './verdict.js';

const SHOPPING_MS_MAX = 30 * 60_000;
const SETTLING_MS_MAX = 5 * 60_000;
const LOOK_MS = 1_000;
const PROGRESS_MS = 10_000;
/** What comes twice or too much comes late: once all is right, it must still be so after this. */
const STRAGGLERS_MS = 15_000;
/** Each notification is sent so often, all of them at once. */
const COPIES = 3;
/** A tap outlives the lease of a chat that an answer was lost in. */
const TELEGRAM_PATIENCE_MS = 25_000;

/** How long calls may take, and with them the leases that guard them: all answers here come from the next room. */
const APP_ENV = {
  YOOKASSA_TIMEOUT_MS: '5000',
  TELEGRAM_TIMEOUT_MS: '5000',
  SESSION_LEASE_MS: '10000',
  TELEGRAM_STARS: 'off',
};

await runProgram({ readOptions, usage: USAGE, run });

/** Starts everything, plays, and stops everything. Returns whether all promises were kept. */
async function run(options: ChaosOptions): Promise<boolean> {
  const signal = firstSignal().then((name) => {
    throw new SandboxError(`Ended by ${name}.`);
  });
  signal.catch(() => undefined);
  const killer = await PostgresKiller.start({ everyMs: options.killEveryMs, draw: drawing(options.seed, 0) });
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await startSandbox({
      scale: options.scale,
      lasting: false,
      databaseUrl: killer.url,
      telegramPatienceMs: TELEGRAM_PATIENCE_MS,
      appEnv: APP_ENV,
    });
    return await Promise.race([play(options, sandbox, killer), killer.failed, signal, deathOf(sandbox)]);
  } finally {
    if (sandbox && options.logFile) await copyFile(sandbox.logFile, options.logFile);
    // The application needs its database to stop in good order.
    await killer.rest().catch(() => undefined);
    await sandbox?.stop();
    await killer.stop();
  }
}

async function deathOf(sandbox: Sandbox): Promise<never> {
  await sandbox.appEndedByItself;
  throw new SandboxError(`The application ended by itself. Its last lines:\n${sandbox.app.lastLines()}`);
}

async function play(options: ChaosOptions, sandbox: Sandbox, killer: PostgresKiller): Promise<boolean> {
  const startedAtMs = performance.now();
  const { world } = sandbox;
  world.yooKassa.configure({ notifications: { copies: COPIES, parallel: COPIES } });
  const crowd = new Crowd(world, options);
  const progress = setInterval(() => {
    const { opened, paid, declined } = crowd.trade;
    console.log(
      `${opened} of ${options.payments} opened, ${paid} paid, ${declined} declined, ${killer.kills} kills`,
    );
  }, PROGRESS_MS);
  killer.begin();
  await crowd.shop(AbortSignal.timeout(SHOPPING_MS_MAX)).finally(() => clearInterval(progress));
  await killer.rest();
  const restedAtMs = performance.now();
  console.log('The database stays up from now on');
  const db = await createDataSource({ url: sandbox.databaseUrl, applicationName: 'chaos' }).initialize();
  try {
    const settled = await settle(options, sandbox, db);
    const { facts, differences, settledAtMs } = settled;
    const tookMs = performance.now() - startedAtMs;
    const figures = figuresOf({
      facts,
      trade: crowd.trade,
      killer,
      settledMs: settledAtMs - restedAtMs,
      tookMs,
    });
    console.log(formatRun(figures, differences));
    if (options.json)
      console.log(
        JSON.stringify({ ok: differences.length === 0, seed: options.seed, ...figures, differences }),
      );
    return differences.length === 0;
  } finally {
    await db.destroy();
  }
}

/** Waits until nothing differs, and looks once more when stragglers have had their time. */
async function settle(
  wanted: Facts['wanted'],
  { world }: Sandbox,
  db: DataSource,
): Promise<{ facts: Facts; differences: string[]; settledAtMs: number }> {
  const deadline = performance.now() + SETTLING_MS_MAX;
  for (;;) {
    // Made, but its link reached nobody before there were enough: somebody pays it now.
    for (const { id, status } of world.yooKassa.payments()) if (status === 'pending') world.yooKassa.pay(id);
    const differences = findDifferences(await readFacts(world, db, wanted));
    const settledAtMs = performance.now();
    if (differences.length === 0 || settledAtMs > deadline) {
      if (differences.length === 0) await pause(STRAGGLERS_MS);
      const facts = await readFacts(world, db, wanted);
      return { facts, differences: findDifferences(facts), settledAtMs };
    }
    await pause(LOOK_MS);
  }
}
