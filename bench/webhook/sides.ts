import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DURABLE_SETTINGS, startEmbeddedPostgres } from '../../sandbox/postgres/index.js';
import { SANDBOX_BOT_TOKEN } from '../../sandbox/telegram/index.js';
import { startSandbox } from '../../sandbox/sandbox.js';
import type { BenchContext } from '../measurement.js';
import { baseline, Child } from '../programs.js';
import { BotDatabase } from './bot-database.js';

const SECRET = 'a-secret-token-of-the-bench';
const WEBHOOK_PATH = '/telegram/webhook';

/** Somebody who answers updates. */
export interface Side {
  name: string;
  /** The webhook's whole address. */
  url: string;
  secret: string;
  /** What works for it. */
  processes: readonly { name: string; pid: number }[];
  /** Null where nothing is kept. */
  database: BotDatabase | null;
}

/** The whole bot, which knows so many people, in a process of its own with the role `bot`. */
export async function startWholeBot(
  api: Child,
  people: number,
  ending: BenchContext['ending'],
): Promise<Side> {
  const postgres = await startEmbeddedPostgres({ ephemeral: true, settings: DURABLE_SETTINGS });
  ending(() => postgres.stop());
  const sandbox = await startSandbox({
    scale: 1,
    lasting: false,
    databaseUrl: postgres.url,
    appEnv: { ROLES: 'bot', TELEGRAM_API_ROOT: api.url, WEBHOOK_SECRET_TOKEN: SECRET },
  });
  ending(() => sandbox.stop());
  const database = await BotDatabase.open(postgres.url);
  ending(() => database.close());
  await database.addPeople(people);
  const postmaster = await readFile(join(postgres.dataDirectory, 'postmaster.pid'), 'utf8');
  const processes = [
    { name: 'whole bot', pid: sandbox.app.pid },
    { name: 'its PostgreSQL', pid: Number.parseInt(postmaster, 10) },
  ];
  return { name: 'whole bot', url: `${sandbox.app.url}${WEBHOOK_PATH}`, secret: SECRET, processes, database };
}

/** A program of `baselines/` that only replies. */
export async function startBaseline(
  name: string,
  api: Child,
  { program, ending }: { program: string; ending: BenchContext['ending'] },
): Promise<Side> {
  const child = await Child.start(baseline(program), {
    BOT_TOKEN: SANDBOX_BOT_TOKEN,
    TELEGRAM_API_ROOT: api.url,
    WEBHOOK_SECRET_TOKEN: SECRET,
  });
  ending(() => child.stop());
  const url = `${child.url}${WEBHOOK_PATH}`;
  return { name, url, secret: SECRET, processes: [{ name, pid: child.pid }], database: null };
}
