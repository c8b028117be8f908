import { describeDatabase } from '../src/platform/light.js';
import { SCALE_MAX } from './clock.js';
import { explain, SandboxError } from './errors.js';
import { firstSignal } from './first-signal.js';
import { ChatPage } from './page/index.js';
import { SANDBOX_CONSOLE_PASSWORD, startSandbox, type Sandbox } from './sandbox.js';

/** How much faster than real time `npm start` runs: a video takes about ten seconds. */
const SCALE_DEFAULT = 12;
const PORT_DEFAULT = 3000;
const PAGE_PORT_DEFAULT = 4000;
const PORT_MAX = 65_535;
const EXIT_FAILED = 1;
/** Half a US cent, so that the console has a margin to show. */
const KIE_CREDIT_PRICE_KOPECKS = '42';

const signal = firstSignal();
let interrupted = false;
void signal.then(() => (interrupted = true));

try {
  process.exit(await serve());
} catch (error) {
  if (!interrupted) console.error(explain(error));
  process.exit(interrupted ? 0 : EXIT_FAILED);
}

/** Serves until a signal comes, or the application ends by itself. Returns the exit code. */
async function serve(): Promise<number> {
  const port = readNumber('PORT', PORT_DEFAULT, { min: 0, max: PORT_MAX });
  const pagePort = readNumber('SANDBOX_PAGE_PORT', PAGE_PORT_DEFAULT, { min: 0, max: PORT_MAX });
  const sandbox = await startSandbox({
    scale: readNumber('SANDBOX_TIME_SCALE', SCALE_DEFAULT, { min: 1, max: SCALE_MAX }),
    lasting: true,
    showcase: true,
    appEnv: { KIE_CREDIT_PRICE_KOPECKS },
    port,
    databaseUrl: process.env['DATABASE_URL'] || undefined,
    redisUrl: process.env['REDIS_URL'] || undefined,
    logLevel: process.env['LOG_LEVEL'] || undefined,
  });
  let page: ChatPage | undefined;
  try {
    page = await ChatPage.open(sandbox, { port: pagePort });
    if (!interrupted) console.log(greeting(sandbox, page, port));
    const end = await Promise.race([signal, sandbox.appEndedByItself]);
    if (typeof end === 'string') return 0;
    console.error(`The application ended by itself. Its last lines:\n${sandbox.app.lastLines()}`);
    return EXIT_FAILED;
  } finally {
    await page?.close().catch((error: unknown) => console.error(explain(error)));
    await sandbox.stop();
  }
}

function readNumber(name: string, byDefault: number, { min, max }: { min: number; max: number }): number {
  const value = Number(process.env[name]?.trim() || byDefault);
  if (value >= min && value <= max) return value;
  throw new SandboxError(`${name} takes a number from ${min} to ${max}, not "${process.env[name]}".`);
}

function greeting({ world, app, databaseUrl, logFile }: Sandbox, page: ChatPage, portWanted: number): string {
  const isElsewhere = portWanted !== 0 && new URL(app.url).port !== String(portWanted);
  const lines = [
    '',
    'Neurocards runs in the sandbox (APP_ENV=sandbox): nothing here is real, no account is needed, no money is spent.',
    '',
    `  the chat page   ${page.url}   ← open this: the bot in your browser, what happens inside, and what can go wrong`,
    '',
    `  the console     ${app.url}/console   ← the operators' page; the password is ${SANDBOX_CONSOLE_PASSWORD}`,
    '',
    `  application     ${app.url}/health/ready${isElsewhere ? `   (port ${portWanted} is taken by another program)` : ''}`,
    `  its log         ${logFile}`,
    `  database        ${describeDatabase(databaseUrl)}`,
    `  queues          ${process.env['REDIS_URL'] ? 'Redis' : 'PostgreSQL'}`,
    `  fake Telegram   ${world.telegram.url}`,
    `  fake KIE.AI     ${world.kie.url}`,
    `  fake OpenAI     ${world.openAi.url}/v1`,
    `  fake YooKassa   ${world.yooKassa.url}`,
    `  time            ${world.clock.scale} times faster than real`,
    '',
    'Or in another terminal:',
    '  npm run demo                        watch a person order a video, from /start to the finished MP4',
    '  npm run demo -- --scenario all      every story',
    '  npm run audit                       prove that no credit was lost in this database',
    '  npm run sql -- "select * from jobs" look into it',
    '',
    'How to write to this bot and how to make its providers fail: sandbox/README.md.',
    'To go live, set APP_ENV=staging or production and the keys: see "Going live" in README.md.',
    'Ctrl+C stops everything; the database of this sandbox is kept for the next start.',
    '',
  ];
  return lines.join('\n');
}
