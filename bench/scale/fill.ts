import pg from 'pg';
import { FILLING } from './filling.sql.js';

/** Constraints that say "once": made after the rows, in one go, they refuse rows that break them no less. */
const UNIQUES = `
  select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'u' and connamespace = 'public'::regnamespace`;

/** Indexes that carry no constraint of their own, for the same reason. */
const INDEXES = `
  select i.indexname as name, i.indexdef as definition from pg_indexes i
   where i.schemaname = 'public' and i.tablename <> 'migrations'
     and not exists (select from pg_constraint c where c.conname = i.indexname)`;

/**
 * Fills a migrated, empty database with what a year leaves behind. Triggers and foreign keys rest meanwhile: what they keep holds by the
 * way in which the rows are made, and the audit says so afterwards.
 */
export async function fillDatabase(url: string, people: number, tell: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '1GB'`,
    );
    const { rows: uniques } = await client.query<{ table: string; name: string; definition: string }>(
      UNIQUES,
    );
    for (const { table, name } of uniques) await client.query(`alter table ${table} drop constraint ${name}`);
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(INDEXES);
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    for (const statement of FILLING) await timed(client, statement, people, tell);
    const startedAtMs = performance.now();
    for (const { table, name, definition } of uniques)
      await client.query(`alter table ${table} add constraint ${name} ${definition}`);
    for (const { definition } of indexes) await client.query(definition);
    tell(
      `${uniques.length + indexes.length} indexes were made, ${Math.round(performance.now() - startedAtMs)} ms`,
    );
    await client.query('vacuum (analyze)');
  } finally {
    await client.end();
  }
}

async function timed(
  client: pg.Client,
  statement: string,
  people: number,
  tell: (line: string) => void,
): Promise<void> {
  const startedAtMs = performance.now();
  // Statements that make tables take no parameters.
  const { rowCount } = await client.query(statement.replaceAll('$1', String(people)));
  const name = /^\s*(insert into|create unlogged table)\s+(\w+)/.exec(statement)?.[2];
  if (name) tell(`${rowCount ?? 0} rows of ${name}, ${Math.round(performance.now() - startedAtMs)} ms`);
}
