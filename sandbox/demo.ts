import { CreditsAudit } from '../src/modules/credits/index.js';
import { createDataSource } from '../src/platform/index.js';
import { readOptions, usage, UsageError, type DemoOptions } from './demo/options.js';
import { playStory, type ScenarioResult } from './demo/play.js';
import { formatAudit, formatScenario } from './demo/report.js';
import { startSandbox, type Sandbox } from './sandbox.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

await main();

async function main(): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === 'help') console.log(usage());
    else process.exitCode = await demo(options);
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
    process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function demo(options: DemoOptions): Promise<number> {
  const startedAt = performance.now();
  const sandbox = await startSandbox({
    scale: options.scale,
    lasting: false,
    databaseUrl: process.env['DATABASE_URL'],
    redisUrl: process.env['REDIS_URL'],
    recordFile: options.recordFile,
    logLevel: options.verbose ? 'debug' : 'info',
  });
  const interrupted = (): void => void sandbox.stop().then(() => process.exit(EXIT_FAILED));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await play(options, sandbox, startedAt);
  } finally {
    await sandbox.stop();
  }
}

async function play(options: DemoOptions, sandbox: Sandbox, startedAt: number): Promise<number> {
  const dataSource = await createDataSource({
    url: sandbox.databaseUrl,
    applicationName: 'demo',
  }).initialize();
  try {
    const ready = ((performance.now() - startedAt) / 1000).toFixed(1);
    const queues = process.env['REDIS_URL'] ? 'Redis' : 'PostgreSQL';
    console.log(
      `Ready in ${ready} s: application at ${sandbox.app.url}, queues on ${queues}, ${options.scale} times real speed`,
    );
    const results: ScenarioResult[] = [];
    for (const story of options.stories) {
      const result = await playStory(story, sandbox, dataSource);
      results.push(result);
      console.log(await formatScenario(result, dataSource));
    }
    const audit = await new CreditsAudit(dataSource).run();
    const ok = audit.drift === 0 && results.every((result) => result.ok);
    console.log(formatAudit(audit));
    const kept = results.filter((result) => result.ok).length;
    console.log(
      `${ok ? '✔' : '✘'} ${kept} of ${results.length} stories, ${((performance.now() - startedAt) / 1000).toFixed(1)} s in all`,
    );
    if (options.json) {
      const { rows_checked, drift, problems } = audit;
      console.log(
        JSON.stringify({ ok, scenarios: results.map(toJson), audit: { rows_checked, drift, problems } }),
      );
    }
    return ok ? 0 : EXIT_FAILED;
  } finally {
    await dataSource.destroy();
  }
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
