import { startSandbox } from './sandbox.js';

/** How much faster than real time `npm start` runs: a video takes about ten seconds. */
const SCALE_DEFAULT = 12;
const PORT_DEFAULT = 3000;

const sandbox = await startSandbox({
  scale: Number(process.env['SANDBOX_TIME_SCALE'] ?? SCALE_DEFAULT),
  lasting: true,
  port: Number(process.env['PORT'] ?? PORT_DEFAULT),
  databaseUrl: process.env['DATABASE_URL'],
  redisUrl: process.env['REDIS_URL'],
  logLevel: process.env['LOG_LEVEL'],
});

const { world, app, databaseUrl, logFile } = sandbox;
console.log(`
Neurocards runs in the sandbox: nothing here is real, no account is needed, no money is spent.

  application     ${app.url}/health/ready
  its log         ${logFile}
  database        ${databaseUrl}
  fake Telegram   ${world.telegram.url}
  fake KIE.AI     ${world.kie.url}
  fake OpenAI     ${world.openAi.url}/v1
  time            ${world.clock.scale} times faster than real

What to do next:
  npm run demo                        watch a person order a video, from /start to the finished MP4
  npm run demo -- --scenario all      every story
  npm run audit                       prove that no credit was lost (DATABASE_URL=${databaseUrl})

To go live, set APP_ENV=staging or production and the keys: see "Going live" in README.md.
Ctrl+C stops everything.
`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void sandbox.stop().then(() => process.exit(0));
  });
}
