import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../sandbox/postgres/index.js';
import { migrateDatabase } from '../../src/platform/index.js';
import { execute, urlOfDatabase } from '../durable-postgres.js';
import type { BenchContext } from '../measurement.js';
import { fillDatabase } from './fill.js';
import { makeRoles } from './statements.js';

/** Nothing must outlive a power cut yet, and all of it fits. */
const WHILE_FILLING = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '2GB',
  max_wal_size: '16GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
};
/** As in production, and it counts. Between two checkpoints lie more than the rounds of one side. */
const AS_IN_PRODUCTION = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
  'pg_stat_statements.track_utility': 'off',
  'pg_stat_statements.max': '10000',
};

/** A full database and an empty one, in one PostgreSQL. */
export interface Databases {
  largeUrl: string;
  emptyUrl: string;
  filledInMs: number;
}

/** Makes and fills them, which takes minutes, and some 8 GB for a million people. They are removed at the end. */
export async function makeDatabases(
  people: number,
  { tell, ending }: Pick<BenchContext, 'tell' | 'ending'>,
): Promise<Databases> {
  const folder = await mkdtemp(join(tmpdir(), 'neurocards-scale-'));
  ending(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL runs as somebody else where we are root.
  await chmod(folder, 0o711);
  const dataDirectory = join(folder, 'data');
  const filledInMs = await fill(dataDirectory, people, tell);
  const server = await startEmbeddedPostgres({ dataDirectory, settings: AS_IN_PRODUCTION });
  ending(() => server.stop());
  await makeRoles(server.url);
  const [largeUrl, emptyUrl] = urlsOf(server);
  for (const url of [largeUrl, emptyUrl]) await execute(url, 'create extension pg_stat_statements');
  return { largeUrl, emptyUrl, filledInMs };
}

async function fill(dataDirectory: string, people: number, tell: (line: string) => void): Promise<number> {
  const server = await startEmbeddedPostgres({ dataDirectory, settings: WHILE_FILLING });
  try {
    await execute(server.url, 'create database large', 'create database empty');
    const [largeUrl, emptyUrl] = urlsOf(server);
    for (const url of [largeUrl, emptyUrl]) await migrateDatabase(url);
    const startedAtMs = performance.now();
    await fillDatabase(largeUrl, people, tell);
    // A stop has ten seconds for it.
    await execute(server.url, 'checkpoint');
    return performance.now() - startedAtMs;
  } finally {
    await server.stop();
  }
}

function urlsOf({ url }: EmbeddedPostgres): [largeUrl: string, emptyUrl: string] {
  return [urlOfDatabase(url, 'large'), urlOfDatabase(url, 'empty')];
}
