import type pg from 'pg';
import { sqlStateOf, toError } from '../../platform/light.js';
import { CommandError } from '../command-line.js';
import { LEGACY_TABLES, type LegacyRow, type LegacyTable } from './import-legacy.types.js';

const PAGE_ROWS = 500;
const INSUFFICIENT_PRIVILEGE = '42501';
const UNDER_WAY = `t.status::text in ('queued', 'processing')`;

/** Without these it is another database; ours has no `jobs.tg_user_id`. The other tables came later. */
const REQUIRED: readonly (readonly [table: LegacyTable, column: string])[] = [
  ['users', 'tg_user_id'],
  ['users', 'credits'],
  ['jobs', 'id'],
  ['jobs', 'tg_user_id'],
  ['jobs', 'status'],
];

/**
 * The database of the Python system: one snapshot of it, read page by page, never written. Rows come as JSON, so that columns which a version
 * lacks, or has in another type, are no error.
 */
export class LegacyDatabase {
  private constructor(
    private readonly client: pg.Client,
    private readonly schema: string,
    /** The tables that this version has. */
    readonly tables: ReadonlySet<LegacyTable>,
  ) {}

  /**
   * Begins the snapshot, in which PostgreSQL refuses a table rather than hide rows of it (Supabase has policies on all); it ends with the connection.
   *
   * @throws CommandError when it is no database of the Python system.
   */
  static async open(client: pg.Client, schema: string): Promise<LegacyDatabase> {
    await client.query(
      `set time zone 'UTC'; set idle_in_transaction_session_timeout = 0; set statement_timeout = 0; set row_security = off`,
    );
    await client.query('begin transaction isolation level repeatable read read only');
    const { rows } = await client.query<{ name: LegacyTable; columns: string[] }>(
      // information_schema shows no table that the role may not read.
      `select c.relname as name, array_agg(a.attname::text) as columns from pg_class c
         join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where n.nspname = $1 and c.relname = any($2) and c.relkind in ('r', 'p', 'v', 'm', 'f') group by c.relname`,
      [schema, LEGACY_TABLES],
    );
    const columns = new Map(rows.map((row) => [row.name, row.columns]));
    const lacking = REQUIRED.find(([table, column]) => !columns.get(table)?.includes(column));
    if (lacking) {
      const { rowCount: isOurs } = await client.query('select where to_regclass($1) is not null', [
        `"${schema}".bot_sessions`,
      ]);
      throw new CommandError(
        `The old database is none of the Python system: there is no ${schema}.${lacking.join('.')}` +
          (isOurs ? '. It is one of the new system: is it the address of DATABASE_URL?' : ''),
      );
    }
    return new LegacyDatabase(client, schema, new Set(columns.keys()));
  }

  /**
   * Connections of others to it: where the old bot still runs, rows change that were read already. The type of another role's backend is
   * shown to few; its role to all, and only PostgreSQL's own processes have none.
   */
  async countOtherConnections(): Promise<number> {
    const { rows } = await this.client.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and usename is not null
          and coalesce(backend_type, 'client backend') = 'client backend'`,
    );
    return rows[0]?.n ?? 0;
  }

  /** Telegram ids that several rows have. */
  async listDuplicates(): Promise<string[]> {
    const { rows } = await this.ask<{ id: string }>(
      `select tg_user_id::text as id from ${this.quoted('users')} where tg_user_id is not null
        group by tg_user_id having count(*) > 1`,
    );
    return rows.map(({ id }) => id);
  }

  /** YooKassa's ids that both a pending payment has and one that is over. */
  async listPaymentsOverToo(): Promise<Set<string>> {
    if (!this.tables.has('payments')) return new Set();
    const { rows } = await this.ask<{ id: string }>(
      `select p.row->>'payment_id' as id from (select to_jsonb(t) as row from ${this.quoted('payments')} t) p
        where p.row->>'payment_id' is not null
        group by 1 having bool_or(p.row->>'status' = 'pending') and bool_or(p.row->>'status' <> 'pending')`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** All rows of a table, a page at a time; nothing of one that this version lacks. */
  pages(table: LegacyTable): AsyncGenerator<LegacyRow[]> {
    return this.read(table, 'true');
  }

  /** The jobs that were not over, and those of the same people that failed. */
  jobsToSettle(): AsyncGenerator<LegacyRow[]> {
    const ofThem = `t.status::text = 'failed' and t.tg_user_id::text in (${this.peopleUnderWay()})`;
    return this.read('jobs', `${UNDER_WAY} or ${ofThem}`);
  }

  /** The history of people with jobs that were not over. */
  historyToSettle(): AsyncGenerator<LegacyRow[]> {
    return this.read('credits_history', `to_json(t)->>'tg_user_id' in (${this.peopleUnderWay()})`);
  }

  private peopleUnderWay(): string {
    return `select t.tg_user_id::text from ${this.quoted('jobs')} t where ${UNDER_WAY}`;
  }

  private async *read(table: LegacyTable, where: string): AsyncGenerator<LegacyRow[]> {
    if (!this.tables.has(table)) return;
    await this.ask(
      `declare legacy_rows no scroll cursor for select to_json(t)::text as row from ${this.quoted(table)} t where ${where}`,
    );
    for (;;) {
      const { rows } = await this.ask<{ row: string }>(`fetch ${PAGE_ROWS} from legacy_rows`);
      if (rows.length > 0) yield rows.map(({ row }) => JSON.parse(row) as LegacyRow);
      if (rows.length < PAGE_ROWS) break;
    }
    await this.ask('close legacy_rows');
  }

  private async ask<Row extends pg.QueryResultRow>(sql: string): Promise<pg.QueryResult<Row>> {
    try {
      return await this.client.query<Row>(sql);
    } catch (error) {
      if (sqlStateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
      throw new CommandError(
        `The role of LEGACY_DATABASE_URL may not read all of the old database: ${toError(error).message}. ` +
          `Grant it select, take the owner's, or one with BYPASSRLS (Supabase: postgres)`,
        { cause: error },
      );
    }
  }

  private quoted(table: LegacyTable): string {
    return `"${this.schema}".${table}`;
  }
}
