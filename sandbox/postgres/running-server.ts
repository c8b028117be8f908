import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Cluster } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';
import { isTagAlive, readProcess, type ProcessFacts } from './processes.js';

/** The first words of `cluster_name`, by which a server tells who started it. */
export const CLUSTER_NAME_PREFIX = 'neurocards-';

/** What PostgreSQL writes of itself into its data directory. */
export interface PostmasterFile {
  /** 0 while the file is still empty. */
  pid: number;
  port: number;
  status: string;
  ageMs: number;
}

/**
 * What already goes on in a data directory: nothing; a server that is starting or stopping; one whose owner lives and
 * shares it; one whose owner is dead.
 */
export type Occupancy =
  | { kind: 'free' }
  | { kind: 'busy' }
  | { kind: 'shared'; pid: number; port: number }
  | { kind: 'orphaned'; pid: number };

const CONNECT_TIMEOUT_MS = 5_000;
/** A server writes its pid within microseconds after it makes the file. */
const EMPTY_FILE_AGE_MAX_MS = 5_000;

/**
 * Reads `postmaster.pid`, or null when there is none.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/pidfile.h says what stands on which line.
 */
export async function readPostmasterFile(dataDirectory: string): Promise<PostmasterFile | null> {
  const path = join(dataDirectory, 'postmaster.pid');
  try {
    const [text, facts] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const lines = text.split('\n');
    const ageMs = Date.now() - facts.mtimeMs;
    return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim(), ageMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Looks who uses the data directory. Throws EmbeddedPostgresError when a server there refuses our password. */
export async function inspectDataDirectory(cluster: Cluster): Promise<Occupancy> {
  const file = await readPostmasterFile(cluster.dataDirectory);
  if (!file) return { kind: 'free' };
  const facts = readProcess(file.pid);
  if (isRemnant(file, facts, cluster)) {
    await rm(join(cluster.dataDirectory, 'postmaster.pid'), { force: true });
    return { kind: 'free' };
  }
  // PostgreSQL itself replaces the file of a dead process.
  if (!facts) return { kind: 'free' };
  if (file.status !== 'ready') return { kind: 'busy' };
  const owner = await askForOwner(cluster, file.port);
  if (owner === null) return { kind: 'busy' };
  return isTagAlive(owner)
    ? { kind: 'shared', pid: file.pid, port: file.port }
    : { kind: 'orphaned', pid: file.pid };
}

/**
 * Whether PostgreSQL would refuse to start for ever because of a file that stands for no server: its pid now belongs to
 * another program or to a zombie that nobody reaps, or it was left empty by a crash.
 */
function isRemnant(file: PostmasterFile, facts: ProcessFacts | null, { dataDirectory }: Cluster): boolean {
  if (!file.pid) return file.ageMs > EMPTY_FILE_AGE_MAX_MS;
  return facts !== null && (facts.zombie || !facts.commandLine.includes(dataDirectory));
}

/** The superuser's URL of a cluster at a port. */
export function urlOf({ password }: Cluster, port: number): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

/** The tag of the process that started the server; null while it does not answer, or is another directory's server. */
async function askForOwner(cluster: Cluster, port: number): Promise<string | null> {
  const client = new pg.Client({
    connectionString: urlOf(cluster, port),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ directory: string; owner: string }>(
      `select current_setting('data_directory') as directory, current_setting('cluster_name') as owner`,
    );
    const row = rows[0];
    return row?.directory === cluster.dataDirectory ? row.owner.slice(CLUSTER_NAME_PREFIX.length) : null;
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') return null;
    throw new EmbeddedPostgresError(
      `A PostgreSQL runs on ${cluster.dataDirectory} and refuses the password beside it: stop it, or delete the directory.`,
    );
  } finally {
    await client.end().catch(() => {});
  }
}
