import pg from 'pg';
import { readSchemaState } from '../platform/database/index.js';
import { describeDatabase, toError } from '../platform/light.js';
import type { DatabaseFacts, FoundDatabase } from './doctor.types.js';

const QUERY_TIMEOUT_MS = 3_000;
/** How many connections try to be given the backend of another one. */
const RIVALS_MAX = 4;

export interface DatabaseProbe {
  connectTimeoutMs: number;
  /** Our clock. */
  nowMs: () => number;
}

/** Of our user, our database and the server. Superusers have no limit of their own, and may use what is reserved. */
const QUESTION = `
  select current_setting('server_version_num')::int as "versionNumber",
    pg_encoding_to_char(d.encoding) as encoding,
    pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "readOnly",
    array_remove(array[
      case when current_setting('fsync') = 'off' then 'fsync' end,
      case when current_setting('full_page_writes') = 'off' then 'full_page_writes' end], null) as "unsafeSettings",
    current_setting('synchronous_commit') as "synchronousCommit",
    case when r.rolsuper then current_setting('max_connections')::int
      else least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true), '0')::int,
        nullif(d.datconnlimit, -1), nullif(r.rolconnlimit, -1)) end as "connectionsMax",
    pg_backend_pid() as pid,
    extract(epoch from clock_timestamp())::float8 * 1000 as "theirMs"
  from pg_database d, pg_roles r
  where d.datname = current_database() and r.rolname = current_user`;

interface Answer extends Pick<
  FoundDatabase,
  'versionNumber' | 'encoding' | 'readOnly' | 'unsafeSettings' | 'synchronousCommit' | 'connectionsMax'
> {
  pid: number;
  theirMs: number;
}

/** Looks at PostgreSQL over a connection of its own, and changes nothing. Never throws: a database that is away is a fact. */
export async function probeDatabase(url: string, probe: DatabaseProbe): Promise<DatabaseFacts> {
  const where = describeDatabase(url);
  const client = makeClient(url, probe);
  let problem = 'cannot be reached';
  try {
    await client.connect();
    problem = 'cannot be read';
    const answer = await ask(client);
    const sentMs = probe.nowMs();
    const { theirMs } = await ask(client);
    const clockAheadMs = clockAhead(sentMs, theirMs, probe.nowMs());
    const { pending, unknown, queuesTooNew } = await readSchemaState(client);
    const { pid: _pid, theirMs: _theirMs, ...settings } = answer;
    return {
      kind: 'found',
      where,
      ...settings,
      clockAheadMs,
      sharesBackends: await sharesBackends(client, answer.pid, () => makeClient(url, probe)),
      pendingMigrations: pending,
      unknownMigrations: unknown,
      queuesTooNew,
    };
  } catch (error) {
    return { kind: 'away', where, problem: `${problem}: ${reasonOf(error)}` };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function makeClient(url: string, { connectTimeoutMs }: DatabaseProbe): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'neurocards-doctor',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: QUERY_TIMEOUT_MS,
    statement_timeout: QUERY_TIMEOUT_MS,
  });
  // The statement in hand fails of it too.
  client.on('error', () => undefined);
  return client;
}

async function ask(client: pg.Client): Promise<Answer> {
  const { rows } = await client.query<Answer>(QUESTION);
  return rows[0] as Answer;
}

/** Their clock was read at some moment between; only what lies outside of that is a difference. */
function clockAhead(sentMs: number, theirMs: number, answeredMs: number): number {
  if (theirMs < sentMs) return sentMs - theirMs;
  return theirMs > answeredMs ? answeredMs - theirMs : 0;
}

/**
 * PostgreSQL itself names the backend when it greets; whoever names another one stands in between. Whether it shares backends is
 * seen by taking some of them in transactions: the one that answered us must not be among them, as we are still connected.
 */
async function sharesBackends(client: pg.Client, pid: number, makeRival: () => pg.Client): Promise<boolean> {
  if ((client as pg.Client & { processID: number }).processID === pid) return false;
  const rivals: pg.Client[] = [];
  try {
    while (rivals.length < RIVALS_MAX) {
      const rival = makeRival();
      rivals.push(rival);
      await rival.connect();
      await rival.query('begin');
      if ((await ask(rival)).pid === pid) return true;
    }
    return false;
  } catch {
    return false;
  } finally {
    await Promise.all(rivals.map((rival) => rival.end().catch(() => undefined)));
  }
}

/** An error that stands for several attempts (IPv4 and IPv6) has no message of its own. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = toError(error) as Error & { code?: string; errors?: Error[] };
  return message || errors?.[0]?.message || code || 'unknown error';
}
