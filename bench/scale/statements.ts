import pg from 'pg';
import { execute } from '../durable-postgres.js';

/** Parts of the product that have a database role of their own here, by which PostgreSQL counts their statements apart. */
export const PARTS = ['product', 'scheduler', 'console'] as const;
export type Part = (typeof PARTS)[number];

/** One statement of one part, as PostgreSQL counted it. */
export interface Statement {
  part: Part;
  /** Its text, with the constants taken out. */
  sql: string;
  calls: number;
  /** Planning and execution in the server, the mean of the calls. */
  ms: number;
  /** The longest execution. */
  longestMs: number;
  /** How many rows a call has returned or changed, the mean of the calls. */
  rows: number;
}

/** Those that name a table or a function of ours: BullMQ has a schema of its own. */
const READ = `
  with ours as (
    select '\\m(' || string_agg(name, '|') || ')\\M' as pattern from (
      select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
      union all select proname::text from pg_proc where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype) n)
  select r.rolname as part, s.query as sql, s.calls::integer,
         (s.total_exec_time + s.total_plan_time) / s.calls as ms, s.max_exec_time as "longestMs",
         s.rows::float8 / s.calls as rows
    from pg_stat_statements s join pg_roles r on r.oid = s.userid, ours
   where s.dbid = (select oid from pg_database where datname = current_database()) and r.rolname = any($1) and s.toplevel
     and s.query ~ ours.pattern
   order by 1, 2`;

/** Makes the roles of the server. */
export async function makeRoles(serverUrl: string): Promise<void> {
  await execute(serverUrl, ...PARTS.map((part) => `create role ${part} superuser login password '${part}'`));
}

/** The URL with which a part connects. */
export function urlOfRole(databaseUrl: string, part: Part): string {
  const url = new URL(databaseUrl);
  url.username = part;
  url.password = part;
  return url.href;
}

/** Begins to count. */
export async function resetStatements(url: string): Promise<void> {
  await execute(url, 'select pg_stat_statements_reset()');
}

/** What was counted since. */
export async function readStatements(url: string): Promise<Statement[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Statement>(READ, [PARTS]);
    return rows;
  } finally {
    await client.end();
  }
}
