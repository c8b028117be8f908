import { copyFile } from 'node:fs/promises';
import { drawing } from '../sandbox/drawing.js';
import { SandboxError } from '../sandbox/errors.js';
import { firstSignal } from '../sandbox/first-signal.js';
import { runProgram } from '../sandbox/program.js';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { WEBHOOK_PATH } from '../src/modules/bot/index.js';
import { createDataSource } from '../src/platform/database/index.js';
import { askForMenus, foundTown, settle, walkAll } from './walks/crowd.js';
import { APP_ENV, SCALE, TELEGRAM_PATIENCE_MS } from './walks/environment.js';
import { readFacts } from './walks/facts.js';
import { Havoc } from './walks/havoc.js';
import { readOptions, USAGE, type WalkOptions } from './walks/options.js';
import { Processes } from './walks/processes.js';
import { figuresOf, formatRun } from './walks/report.js';
import { RoundRobin } from './system/round-robin.js';
import { findBroken } from './walks/verdict.js';

/** Streams of the drawing besides people's own. */
const HAVOC_STREAM = 0;

await runProgram({ readOptions, usage: USAGE, run });

/** Starts everything, walks, and stops everything. Returns whether all promises were kept. */
async function run(options: WalkOptions): Promise<boolean> {
  const signal = firstSignal().then((name) => {
    throw new SandboxError(`Ended by ${name}.`);
  });
  signal.catch(() => undefined);
  const roundRobin = await RoundRobin.start();
  let sandbox: Sandbox | undefined;
  let processes: Processes | undefined;
  try {
    sandbox = await startSandbox({
      scale: SCALE,
      lasting: false,
      logLevel: 'debug',
      telegramPatienceMs: TELEGRAM_PATIENCE_MS,
      appEnv: { ...APP_ENV, PUBLIC_BASE_URL: roundRobin.url },
    });
    processes = await Processes.start(sandbox, options.bots);
    return await Promise.race([
      play(options, { sandbox, processes, roundRobin }),
      signal,
      deathOf(processes),
    ]);
  } finally {
    if (processes && options.logFile) await keepLogs(processes, options.logFile);
    await processes?.stop();
    await sandbox?.stop();
    await roundRobin.stop();
  }
}

async function deathOf(processes: Processes): Promise<never> {
  const lastLines = await processes.deathOfOne();
  throw new SandboxError(`A process ended by itself. The last lines:\n${lastLines}`);
}

async function keepLogs({ logFiles }: Processes, path: string): Promise<void> {
  for (const [index, file] of logFiles.entries()) await copyFile(file, index === 0 ? path : `${path}.second`);
}

interface Stage {
  sandbox: Sandbox;
  processes: Processes;
  roundRobin: RoundRobin;
}

async function play(options: WalkOptions, { sandbox, processes, roundRobin }: Stage): Promise<boolean> {
  const startedAtMs = performance.now();
  const db = await createDataSource({ url: sandbox.databaseUrl, applicationName: 'chaos' }).initialize();
  try {
    const town = await foundTown(options, sandbox, db);
    roundRobin.lead(processes.urls, (call) =>
      call.path === WEBHOOK_PATH ? town.updates.note(call) : undefined,
    );
    sandbox.world.register(roundRobin.url);
    const havoc = new Havoc(town, processes, drawing(options.seed, HAVOC_STREAM));
    await walkAll(options, town, havoc);
    const walkedAtMs = performance.now();
    await settle(town);
    const settledAtMs = performance.now();
    await askForMenus(town);
    const open = await settle(town);
    const { logFiles } = processes;
    const facts = await readFacts(town, { logFiles, weathers: [...havoc.weathers.keys()], open });
    const broken = findBroken(facts);
    const figures = figuresOf({
      ...{ facts, counts: town.counts, people: town.people.length, restarts: processes },
      ...{ weathers: havoc.weathers, settledMs: settledAtMs - walkedAtMs, tookMs: settledAtMs - startedAtMs },
    });
    console.log(formatRun(options, facts, figures, broken));
    if (options.json) {
      const { seed, bots } = options;
      console.log(
        JSON.stringify({ ok: broken.length === 0, seed, bots, ...figures, visits: facts.visits, broken }),
      );
    }
    return broken.length === 0;
  } finally {
    await db.destroy();
  }
}
