import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../sandbox/postgres/index.js';
import { migrateDatabase } from '../../src/platform/index.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

/** How a server goes away: as a crash, or as an operator stops it. */
export type Ending = 'SIGKILL' | 'SIGINT';

/** A PostgreSQL of one test's own, which may die and come back with its data, at the same address. */
export interface OwnPostgres {
  /** Migrated. What the application and the test talk to; `drop` only closes the test's connections. */
  database: TestDatabase;
  goesAway(how: Ending): Promise<void>;
  comesBack(): Promise<void>;
  stop(): Promise<void>;
}

/** What a crash of the process may not lose is kept; a power cut is not tried, so nothing waits for the disk. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off' };

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'neurocards-test-'));
  // PostgreSQL may run as another user than the test.
  await chmod(home, 0o755);
  const start = (port?: number) =>
    startEmbeddedPostgres({ dataDirectory: join(home, 'data'), port, settings: SETTINGS });
  let server: EmbeddedPostgres = await start();
  const { url, port } = server;
  await migrateDatabase(url);
  return {
    database: await openTestDatabase(url, () => Promise.resolve()),
    goesAway: (how) => (how === 'SIGKILL' ? server.kill() : server.stop()),
    async comesBack() {
      server = await start(port);
      if (server.port !== port) throw new Error(`PostgreSQL came back at another port: ${server.port}`);
    },
    async stop() {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
