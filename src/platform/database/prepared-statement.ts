import type { Pool, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';

/** A statement with a name of its own among all that are prepared. Its result has columns of the same types for ever. */
export interface PreparedStatement {
  name: string;
  sql: string;
}

/** What it answered. */
export interface PreparedAnswer<Row> {
  rows: Row[];
  /** How many rows it has returned or changed. */
  rowCount: number;
}

/**
 * Runs a statement by itself, outside of any transaction, that each connection plans only once
 * (https://node-postgres.com/features/queries#prepared-statements): for those that every update runs, whose planning costs as much as
 * their work.
 *
 * @throws pg's errors as they are.
 */
export async function runPrepared<Row extends QueryResultRow>(
  dataSource: DataSource,
  { name, sql }: PreparedStatement,
  values: readonly unknown[],
): Promise<PreparedAnswer<Row>> {
  const { master } = dataSource.driver as unknown as { master: Pool };
  const { rows, rowCount } = await master.query<Row>({ name, text: sql, values: [...values] });
  return { rows, rowCount: rowCount ?? 0 };
}
