import type { DataSource } from 'typeorm';
import { CreditsAudit } from '../src/modules/credits/light.js';
import { createDataSource } from '../src/platform/database/index.js';
import { UsageError } from './arguments.js';
import { readOptions, USAGE, type DemoOptions } from './demo/options.js';
import { playProgramme, type ScenarioResult } from './demo/play.js';
import { formatAudit, formatScenario } from './demo/report.js';
import { roleKillerFor, sandboxFor } from './demo/separate-roles.js';
import { explain, SandboxError } from './errors.js';
import { firstSignal } from './first-signal.js';
import { KillMode } from './kill/kill-mode.js';
import { playKills } from './kill/play-kills.js';
import { formatPoints } from './kill/points.js';
import { formatKills } from './kill/role-killer.js';
import { startSandbox, type Sandbox } from './sandbox.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As a shell counts a program that a signal ended. */
const EXIT_INTERRUPTED = 130;

const signal = firstSignal();
let interrupted = false;
void signal.then(() => (interrupted = true));

const exitCode = await main();
// Where output goes through a pipe, its end may still be on its way.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(exitCode);

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (typeof options === 'object') return await demo(options);
    console.log(options === 'help' ? USAGE : formatPoints());
    return 0;
  } catch (error) {
    if (interrupted) return EXIT_INTERRUPTED;
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : explain(error));
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** Plays the stories until they are over, a signal comes, or the application ends by itself. Returns the exit code. */
async function demo(options: DemoOptions): Promise<number> {
  const startedAt = performance.now();
  refuseRealSystems();
  const mode = options.kill && new KillMode();
  const sandbox = await startSandbox({
    ...(mode?.options ?? sandboxFor(options)),
    scale: options.scale,
    lasting: false,
    databaseUrl: process.env['DATABASE_URL'] || undefined,
    redisUrl: process.env['REDIS_URL'] || undefined,
    recordFile: options.recordFile,
    logLevel: options.verbose ? 'debug' : 'info',
  });
  try {
    const playing = interrupted
      ? Promise.resolve(EXIT_INTERRUPTED)
      : play(options, sandbox, { startedAt, mode });
    // What comes of it after a signal concerns nobody.
    playing.catch(() => undefined);
    const end = await Promise.race([
      playing,
      signal.then(() => EXIT_INTERRUPTED),
      sandbox.appEndedByItself.then(() => null),
    ]);
    if (end !== null) return end;
    if (interrupted) return EXIT_INTERRUPTED;
    throw new SandboxError(`The application ended by itself. Its last lines:\n${sandbox.app.lastLines()}`);
  } finally {
    await sandbox.stop();
  }
}

/** A story makes people, jobs and credits, in whatever database it is given. */
function refuseRealSystems(): void {
  const system = process.env['APP_ENV']?.trim();
  if (system && system !== 'sandbox') {
    throw new SandboxError(`The demo invents people and credits: it does not run with APP_ENV=${system}.`);
  }
}

async function play(
  options: DemoOptions,
  sandbox: Sandbox,
  { startedAt, mode }: { startedAt: number; mode: KillMode | null },
): Promise<number> {
  const { databaseUrl: url } = sandbox;
  const dataSource = await createDataSource({ url, applicationName: 'demo' }).initialize();
  try {
    const ready = ((performance.now() - startedAt) / 1000).toFixed(1);
    const queues = process.env['REDIS_URL'] ? 'Redis' : 'PostgreSQL';
    console.log(
      `Ready in ${ready} s: application at ${sandbox.app.url}${options.isSeparate ? ', one process for each role' : ''}, queues on ${queues}, ${options.scale} times real speed`,
    );
    const ok =
      options.kill && mode
        ? await playKills(options.kill, { json: options.json, mode, sandbox, dataSource })
        : await playStories(options, { sandbox, dataSource, startedAt });
    return ok ? 0 : EXIT_FAILED;
  } finally {
    await dataSource.destroy();
  }
}

async function playStories(
  { stories, json, roleKillSeed }: DemoOptions,
  { sandbox, dataSource, startedAt }: { sandbox: Sandbox; dataSource: DataSource; startedAt: number },
): Promise<boolean> {
  const killer = roleKillerFor(sandbox, roleKillSeed);
  killer?.begin();
  const results = await playProgramme(stories, sandbox, dataSource, {
    onResult: async (result) => console.log(await formatScenario(result, dataSource)),
    playUndisturbed: killer && ((play) => killer.rest(play)),
  });
  await killer?.end();
  if (killer) console.log(formatKills(killer.results, roleKillSeed ?? 0));
  const audit = await new CreditsAudit(dataSource).run();
  const ok = audit.drift === 0 && results.every((result) => result.ok);
  console.log(formatAudit(audit));
  console.log(formatVerdict(results, ok, performance.now() - startedAt));
  if (json) {
    const { rows_checked, drift, problems } = audit;
    console.log(
      JSON.stringify({
        ok,
        scenarios: results.map(toJson),
        audit: { rows_checked, drift, problems },
        ...(killer ? { seed: roleKillSeed, kills: killer.results } : {}),
      }),
    );
  }
  return ok;
}

function formatVerdict(results: readonly ScenarioResult[], ok: boolean, tookMs: number): string {
  const broken = results.filter((result) => !result.ok).map(({ name }) => name);
  const kept = `${results.length - broken.length} of ${results.length} stories`;
  const which = broken.length > 0 ? `, not kept: ${broken.join(', ')}` : '';
  return `${ok ? '✔' : '✘'} ${kept}${which}, ${(tookMs / 1000).toFixed(1)} s in all`;
}

function toJson(result: ScenarioResult) {
  const { name, ok, problem, jobs, transcript } = result;
  return {
    name,
    ok,
    ...(problem === undefined ? {} : { problem }),
    jobs,
    balance_before: result.balanceBefore,
    balance_after: result.balanceAfter,
    messages: transcript.map(({ atS, from, what, text }) => ({
      at_s: Number(atS.toFixed(3)),
      from,
      what,
      text,
    })),
  };
}
