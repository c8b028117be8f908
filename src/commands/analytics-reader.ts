import pg from 'pg';
import { sqlStateOf } from '../platform/light.js';
import { CommandError } from './command-line.js';
import { scramVerifier } from './scram.js';

/** Who reads the schema `analytics`. */
export interface AnalyticsReader {
  /** The role's name. */
  role: string;
  /** Printable ASCII. Without one, a role that is there keeps its own. */
  password?: string | undefined;
  /** Where its days begin, of the IANA list; a connection may say otherwise. */
  timeZone: string;
}

/** One number for "somebody makes this role", the same in every process. */
const LOCK_ID = 7_203_115;
const CONNECTIONS_MAX = 10;
const STATEMENT_TIMEOUT_MS = 60_000;

const INSUFFICIENT_PRIVILEGE = '42501';
const INVALID_SCHEMA_NAME = '3F000';

/**
 * Makes the role where it is missing, and lets it read the views of the schema `analytics` in this database and nothing else. Repeatable, and over
 * several databases of one cluster. Views that later migrations of the same owner add are readable as they come.
 *
 * @returns what we may not do, as statements for an administrator: the role can read without them, but in transactions of any length.
 * @throws CommandError when the role may do more than read, is missing and there is no password, or we may not make it.
 */
export async function admitAnalyticsReader(
  client: pg.ClientBase,
  reader: AnalyticsReader,
): Promise<string[]> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK_ID]);
    await makeRole(client, reader);
    await admit(client, reader);
    const left = await limit(client, reader);
    await client.query('commit');
    return left;
  } catch (error) {
    await client.query('rollback');
    throw explained(error, reader.role);
  }
}

async function makeRole(client: pg.ClientBase, { role, password }: AnalyticsReader): Promise<void> {
  const { rows } = await client.query<{ powerful: boolean }>(
    `select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
            or exists (select from pg_auth_members m where m.member = r.oid) as powerful
       from pg_roles r where rolname = $1`,
    [role],
  );
  if (rows[0]?.powerful)
    throw new CommandError(`The role ${role} may do more than read: give another name or take that away`);
  if (!rows[0] && !password) throw new CommandError(`The role ${role} is missing: set ANALYTICS_PASSWORD`);
  const name = pg.escapeIdentifier(role);
  if (!rows[0]) await client.query(`create role ${name}`);
  if (!password) return;
  const verifier = pg.escapeLiteral(scramVerifier(password));
  await client.query(`alter role ${name} login connection limit ${CONNECTIONS_MAX} password ${verifier}`);
}

async function admit(client: pg.ClientBase, { role }: AnalyticsReader): Promise<void> {
  const name = pg.escapeIdentifier(role);
  await client.query(`
    revoke all on all tables in schema public from ${name};
    revoke all on all sequences in schema public from ${name};
    grant connect on database ${await currentDatabase(client)} to ${name};
    grant usage on schema analytics to ${name};
    grant select on all tables in schema analytics to ${name};
    alter default privileges in schema analytics grant select on tables to ${name};
  `);
}

/** Settings of a role are for those who may change roles; who owns the tables, and no more, may still let it in. */
async function limit(client: pg.ClientBase, { role, timeZone }: AnalyticsReader): Promise<string[]> {
  const settings = {
    default_transaction_read_only: 'on',
    statement_timeout: `${STATEMENT_TIMEOUT_MS}ms`,
    search_path: 'analytics',
    timezone: timeZone,
  };
  const of = `alter role ${pg.escapeIdentifier(role)} in database ${await currentDatabase(client)}`;
  const statements = Object.entries(settings).map(
    ([setting, value]) => `${of} set ${setting} = ${pg.escapeLiteral(value)}`,
  );
  await client.query('savepoint settings');
  try {
    for (const statement of statements) await client.query(statement);
    return [];
  } catch (error) {
    if (sqlStateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    await client.query('rollback to settings');
    return statements;
  }
}

async function currentDatabase(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ database: string }>('select current_database() as database');
  return pg.escapeIdentifier(rows[0]?.database ?? '');
}

function explained(error: unknown, role: string): unknown {
  switch (sqlStateOf(error)) {
    case INSUFFICIENT_PRIVILEGE:
      return new CommandError(
        `The user of DATABASE_URL may not make or change the role ${role}: run this as one with CREATEROLE who also owns the tables, ` +
          `or have an administrator make the role, and run this without ANALYTICS_PASSWORD`,
        { cause: error },
      );
    case INVALID_SCHEMA_NAME:
      return new CommandError('The database lacks the schema analytics. Run: npm run migrate', {
        cause: error,
      });
    default:
      return error;
  }
}
