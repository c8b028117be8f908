import { copyFile } from 'node:fs/promises';
import { withEndings } from '../sandbox/endings.js';
import { SandboxError } from '../sandbox/errors.js';
import { endedBySignal } from '../sandbox/first-signal.js';
import { runProgram } from '../sandbox/program.js';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { WEBHOOK_PATH } from '../src/modules/bot/index.js';
import { createDataSource } from '../src/platform/database/index.js';
import { foundTown } from './walks/crowd.js';
import { APP_ENV, SCALE, TELEGRAM_PATIENCE_MS } from './walks/environment.js';
import { readOptions, USAGE, type WalkOptions } from './walks/options.js';
import { Processes } from './walks/processes.js';
import { playWalk } from './walks/play.js';
import { formatRun } from './walks/report.js';
import { RoundRobin } from './system/round-robin.js';
import { UpdateLog } from './system/update-log.js';

await runProgram({ readOptions, usage: USAGE, run });

/** Starts everything, walks, and stops everything. Returns whether all promises were kept. */
async function run(options: WalkOptions): Promise<boolean> {
  const signal = endedBySignal();
  return withEndings(async (ending) => {
    const roundRobin = await RoundRobin.start();
    ending(() => roundRobin.stop());
    const sandbox = await startSandbox({
      scale: SCALE,
      lasting: false,
      logLevel: 'debug',
      telegramPatienceMs: TELEGRAM_PATIENCE_MS,
      appEnv: { ...APP_ENV, PUBLIC_BASE_URL: roundRobin.url },
    });
    ending(() => sandbox.stop());
    const processes = await Processes.start(sandbox, options.bots);
    ending(() => processes.stop());
    const { logFile } = options;
    if (logFile) ending(() => keepLogs(processes, logFile));
    return Promise.race([play(options, { sandbox, processes, roundRobin }), signal, deathOf(processes)]);
  });
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
  const db = await createDataSource({ url: sandbox.databaseUrl, applicationName: 'chaos' }).initialize();
  try {
    const { world } = sandbox;
    const town = await foundTown(options, { world, db, updates: new UpdateLog() });
    roundRobin.lead(processes.urls, (call) =>
      call.path === WEBHOOK_PATH ? town.updates.note(call) : undefined,
    );
    world.register(roundRobin.url);
    const { facts, figures, broken } = await playWalk(options, town, processes);
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
