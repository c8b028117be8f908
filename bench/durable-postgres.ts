import pg from 'pg';
import { DURABLE_SETTINGS, startEmbeddedPostgres } from '../sandbox/postgres/index.js';

/** A PostgreSQL of this bench's own, whose data are thrown away in the end. */
export interface DurablePostgres {
  /** Makes an empty database. Returns its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL that keeps what it has answered. */
export async function startDurablePostgres(): Promise<DurablePostgres> {
  const server = await startEmbeddedPostgres({ ephemeral: true, settings: DURABLE_SETTINGS });
  return {
    createDatabase: async (name) => {
      await execute(server.url, `create database ${name}`);
      return urlOfDatabase(server.url, name);
    },
    stop: () => server.stop(),
  };
}

/** The URL of another database of the same server. */
export function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

/** Runs statements on a connection of their own. */
export async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
