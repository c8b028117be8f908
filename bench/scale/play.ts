/**
 * `node play.js URL PERSON…`: the whole product on that database, each of its parts with a database role of its own, used by those people, who may have
 * been there before, and by as many new ones. Prints `{"statements"}`: what PostgreSQL counted meanwhile.
 */
import { dirname } from 'node:path';
import { DemoPerson } from '../../sandbox/demo/person.js';
import { SandboxError } from '../../sandbox/errors.js';
import type { OutsideWorld, SandboxEnv } from '../../sandbox/outside-world.js';
import { RestartableApp } from '../../sandbox/restartable-app.js';
import { SANDBOX_CONSOLE_PASSWORD, startSandbox } from '../../sandbox/sandbox.js';
import { until } from '../../sandbox/until.js';
import { execute } from '../durable-postgres.js';
import { idOfPerson } from './people.js';
import { readStatements, resetStatements, urlOfRole } from './statements.js';

/** Nothing is scaled: the times after which rows are forgotten are those that the database was filled by. */
const SCALE = 1;
const CRON_INTERVAL_MS = 500;
/** Tasks end when we say so. */
const TASK_TRUE_MS = 3_600_000;
const WAIT = { timeoutMs: 120_000, lookMs: 50 };
const CREDITS = 6;
type Ending = 'success' | 'moderation_text';
/** So often each page of the console is asked for. */
const PAGES_ASKED = 10;

const APP_ENV: SandboxEnv = {
  JOB_CRON_INTERVAL_MS: String(CRON_INTERVAL_MS),
  TELEGRAM_CHAT_SEND_INTERVAL_MS: '1',
  KIE_CREATIONS_WINDOW_MS: '100',
};

const [url = '', ...numbers] = process.argv.slice(2);
const known = numbers.map(Number);
const sandbox = await startSandbox({
  scale: SCALE,
  lasting: false,
  databaseUrl: url,
  appEnv: { ...APP_ENV, ROLES: 'bot,worker', DATABASE_URL: urlOfRole(url, 'product') },
});
const others: RestartableApp[] = [];
try {
  others.push(await startOther('scheduler'), await startOther('console'));
  const statements = await measure(sandbox.world);
  console.log(JSON.stringify({ statements }));
} finally {
  for (const other of others) await other.stop();
  await sandbox.stop();
}
process.exit();

function startOther(role: 'scheduler' | 'console'): Promise<RestartableApp> {
  return RestartableApp.start(undefined, (port) => ({
    env: { ...sandbox.env, ROLES: role, PORT: String(port), DATABASE_URL: urlOfRole(url, role) },
    logFile: `${sandbox.logFile}.${role}`,
    folder: dirname(sandbox.logFile),
  }));
}

async function measure(world: OutsideWorld) {
  world.kie.configure({ defaults: { durationTrueMs: { min: TASK_TRUE_MS, max: TASK_TRUE_MS } } });
  const people = known.map((n) => DemoPerson.add(world.telegram, `Anna ${n}`, 'ru', { id: idOfPerson(n) }));
  // In an empty database nobody is known yet. Where they are, this changes their names.
  await Promise.all(people.map((person) => person.join()));
  await execute(
    url,
    ...known.map(
      (n) => `select add_credits(${idOfPerson(n)}, ${CREDITS}, 'bonus', 'scale-${process.pid}-${n}')`,
    ),
  );
  await resetStatements(url);
  const newPeople = known.map((n) => DemoPerson.add(world.telegram, `Emma ${n}`, 'en'));
  await Promise.all([...people.map(visit), ...newPeople.map((person) => person.join())]);
  await orderAll(world, people, 'success');
  for (const person of people) person.say('/start');
  await orderAll(world, people, 'moderation_text');
  await askConsole(others[1]?.current.url ?? '');
  return readStatements(url);
}

/** Looks at everything that there is to see. */
async function visit(person: DemoPerson): Promise<void> {
  await person.join();
  await person.tap('1:cabinet');
  await person.tap('1:statement');
  await person.join();
  await person.tap('1:videos');
  await person.join();
  await person.tap('1:plans');
  await person.tap('1:plan:starter');
  await person.tap('1:buy:yookassa:starter');
  await person.sees(({ keyboard }) => keyboard?.flat().some(({ url }) => url !== undefined) ?? false);
  await person.join();
}

async function orderAll(world: OutsideWorld, people: readonly DemoPerson[], ending: Ending): Promise<void> {
  const made = world.kie.tasks().length;
  const messages = people.map((person) => person.chat().length);
  await Promise.all(
    people.map(async (person) => {
      await person.fillOrder();
      await person.tap('1:confirm:');
    }),
  );
  await until(`${people.length} tasks`, () => world.kie.tasks().length >= made + people.length, WAIT);
  for (const task of world.kie.tasks().slice(made)) world.kie.finishTask(task.id, ending);
  await until(
    `${people.length} ends`,
    () => people.every((person, index) => hasEnd(person, messages[index] ?? 0, ending)),
    WAIT,
  );
}

/** People who were there before are written to in the language of their row. */
function hasEnd(person: DemoPerson, before: number, ending: Ending): boolean {
  if (ending === 'success') return person.videos().length > 0;
  return person
    .chat()
    .slice(before)
    .some(({ text }) => /вернул|back|refund/i.test(text));
}

async function askConsole(consoleUrl: string): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-neurocards-console': '1', origin: consoleUrl };
  const login = await fetch(`${consoleUrl}/console/api/login`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ operator: 'bench', password: SANDBOX_CONSOLE_PASSWORD }),
  });
  const cookie = login.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  for (let asked = 0; asked < PAGES_ASKED; asked++) {
    for (const page of ['overview', 'figures', 'supply', 'jobs', 'people', 'payments', 'audits']) {
      const answer = await fetch(`${consoleUrl}/console/api/${page}`, { headers: { cookie } });
      if (!answer.ok)
        throw new SandboxError(`The console answers ${page} with ${answer.status}: ${await answer.text()}`);
    }
  }
}
