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

/** The function that the triggers call lives in a schema of the sandbox's own. */
const INSTALL_FUNCTION = `
  create schema if not exists ${SCHEMA};
  create or replace function ${SCHEMA}.tell() returns trigger language plpgsql as $$
    begin perform pg_notify('${CHANNEL}', tg_argv[0]); return null; end $$;`;
const installTrigger = (table: WatchedTable): string =>
  `create or replace trigger sandbox_page after insert or update or delete on ${table}
     for each statement execute function ${SCHEMA}.tell('${table}')`;
const removeTrigger = (table: WatchedTable): string => `drop trigger if exists sandbox_page on ${table}`;
/** The application works meanwhile: no table is waited for long, and none while another is held. */
const LOCK_TIMEOUT_MS = 1_000;
const LOCK_TRIES_MAX = 10;
const LOCK_NOT_AVAILABLE = '55P03';

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
    try {
      const client = await changes.connect();
      await client.query(INSTALL_FUNCTION);
      for (const table of TABLES) await insist(client, installTrigger(table));
    } catch (error) {
      await changes.stop();
      throw error;
    }
    return changes;
  }

  /** Takes the triggers away and stops listening. What is left after a crash is used again by the next start. */
  async stop(): Promise<void> {
    this.isStopped = true;
    const client = this.client;
    if (!client) return;
    try {
      for (const table of TABLES) await insist(client, removeTrigger(table));
      await client.query(`drop schema if exists ${SCHEMA} cascade`);
    } catch {
      // The database is away, or too busy: triggers that nobody hears do no harm.
    }
    await client.end().catch(() => undefined);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'neurocards-page-changes',
    });
    // Each failure of a connection ends in this event, which must have a listener.
    client.on('error', () => undefined);
    client.on('end', () => this.comeBack());
    client.on('notification', ({ payload }) => this.onChange(payload as WatchedTable));
    await client.connect();
    if (this.isStopped) await client.end();
    this.client = client;
    await client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}; listen ${CHANNEL}`);
    return client;
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

/** Tries again where a lock was not to be had in time. */
async function insist(client: pg.Client, sql: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || tries >= LOCK_TRIES_MAX) throw error;
    }
  }
}
