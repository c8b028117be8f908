import pg from 'pg';

const SCHEMA = 'sandbox_page';
const CHANNEL = 'sandbox_page';
/** What the page shows of the application's database. */
const TABLES = [
  'users',
  'credits_history',
  'jobs',
  'job_events',
  'kie_tasks',
  'payments',
  'bullmq.job',
] as const;
const RETRY_PAUSE_MS = 1_000;

/** A table that the page shows something of. */
export type WatchedTable = (typeof TABLES)[number];

/** The triggers live in a schema of the sandbox's own and go with it. */
const INSTALL = `
  drop schema if exists ${SCHEMA} cascade;
  create schema ${SCHEMA};
  create function ${SCHEMA}.tell() returns trigger language plpgsql as $$
    begin perform pg_notify('${CHANNEL}', tg_argv[0]); return null; end $$;
  ${TABLES.map(
    (table) => `create trigger sandbox_page after insert or update or delete on ${table}
      for each statement execute function ${SCHEMA}.tell('${table}');`,
  ).join('\n')}`;

/** Tells what changes in the application's database as it happens, without asking again and again. */
export class TableChanges {
  private client: pg.Client | undefined;
  private isStopped = false;

  private constructor(
    private readonly databaseUrl: string,
    private readonly onChange: (table: WatchedTable) => void,
  ) {}

  /**
   * Puts triggers on the tables and listens. A connection that breaks is made anew; then everything counts as changed.
   *
   * @throws the driver's errors when the database is not there.
   */
  static async watch(databaseUrl: string, onChange: (table: WatchedTable) => void): Promise<TableChanges> {
    const changes = new TableChanges(databaseUrl, onChange);
    await changes.connect(INSTALL);
    return changes;
  }

  /** Takes the triggers away and stops listening. */
  async stop(): Promise<void> {
    this.isStopped = true;
    const client = this.client;
    await client?.query(`drop schema if exists ${SCHEMA} cascade`).catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  private async connect(before?: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.databaseUrl, application_name: 'neurocards-page' });
    // Each failure of a connection ends in this event, which must have a listener.
    client.on('error', () => undefined);
    client.on('end', () => this.comeBack());
    client.on('notification', ({ payload }) => this.onChange(payload as WatchedTable));
    await client.connect();
    this.client = client;
    if (before) await client.query(before);
    await client.query(`listen ${CHANNEL}`);
  }

  private comeBack(): void {
    if (this.isStopped) return;
    const again = (): void => {
      if (this.isStopped) return;
      this.connect().then(
        () => TABLES.forEach((table) => this.onChange(table)),
        () => undefined,
      );
    };
    // A connection that could not be made ends, too, and comes here again.
    setTimeout(again, RETRY_PAUSE_MS).unref();
  }
}
