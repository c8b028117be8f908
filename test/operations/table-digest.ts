import type { TestDatabase } from '../support/database.js';

/** Of each table of ours its number of rows and a hash of them all, and of each sequence where it stands. */
export async function digestOf(database: TestDatabase): Promise<Record<string, string>> {
  const tables = await database.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const digest: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await database.query<{ digest: string }>(
      `select count(*) || ' rows, ' || coalesce(md5(string_agg(hash, '' order by hash)), '-') as digest
         from (select md5(t::text) as hash from ${name} t) hashed`,
    );
    digest[name] = row?.digest ?? '';
  }
  const sequences = await database.query<{ name: string; value: string | null }>(
    `select sequencename as name, last_value::text as value from pg_sequences where schemaname = 'public' order by 1`,
  );
  for (const { name, value } of sequences) digest[name] = `at ${value}`;
  return digest;
}
