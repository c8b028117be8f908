import type { TestDatabase } from '../support/database.js';

const MARK = 'mark-of-the-scan';

/** What is ours, the operators' or a provider's, and nobody's in particular. */
const TABLES_OF_NOBODY = [
  'migrations',
  'pricing_plans',
  'kie_parked_keys',
  'kie_creation_slots',
  'kie_balances',
  'payment_reconciliations',
];

/** Providers' ids: by these rows find each other, and the ledger, where nothing can be changed, a refund. */
const PROVIDERS_IDS = [
  ...['payments.provider_payment_id', 'payment_refunds.charge_id', 'payment_refunds.provider_refund_id'],
  'payment_notifications.object_id',
];

interface TextColumn {
  table: string;
  column: string;
  isJson: boolean;
}

/**
 * Adds a mark to every text and every JSON of every row, wherever the schema takes it: what a column may hold, it does. So a scan for the
 * mark finds also what no test has ever filled.
 */
export async function leaveMarks(database: TestDatabase): Promise<void> {
  for (const { table, column, isJson } of await listTextColumns(database)) {
    const value = isJson
      ? `coalesce(${column}, '{}') || '{"${MARK}": "${MARK}"}'`
      : `coalesce(${column}, gen_random_uuid()::text) || '${MARK}'`;
    // An enumeration, a key or an append-only row refuses: then nothing can be in it that anybody wrote.
    await database.query(`update ${table} set ${column} = ${value}`).catch(() => undefined);
  }
}

/** The columns that hold the mark, as `table.column`. */
export async function listMarked(database: TestDatabase): Promise<string[]> {
  const marked: string[] = [];
  for (const { table, column } of await listTextColumns(database)) {
    const rows = await database.query(
      `select from ${table} where position('${MARK}' in ${column}::text) > 0`,
    );
    if (rows.length > 0) marked.push(`${table}.${column}`);
  }
  return marked;
}

/** Of tables: a view holds nothing of its own. */
async function listTextColumns(database: TestDatabase): Promise<TextColumn[]> {
  const rows = await database.query<{ table: string; column: string; type: string }>(
    `select table_name as table, column_name as column, data_type as type from information_schema.columns
      join information_schema.tables using (table_schema, table_name)
      where table_type = 'BASE TABLE' and table_schema = 'public' and data_type in ('text', 'jsonb') and is_generated = 'NEVER' and table_name <> all($1)
      order by table_name, column_name`,
    [TABLES_OF_NOBODY],
  );
  return rows
    .filter(({ table, column }) => !PROVIDERS_IDS.includes(`${table}.${column}`))
    .map(({ table, column, type }) => ({ table, column, isJson: type === 'jsonb' }));
}
