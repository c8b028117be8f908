import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../sandbox/free-port.js';
import { chooseAccount } from '../../sandbox/postgres/account.js';
import type { Binaries } from '../../sandbox/postgres/binaries.js';
import { prepareCluster } from '../../sandbox/postgres/data-directory.js';
import { urlOf } from '../../sandbox/postgres/running-server.js';
import { spawnServer } from '../../sandbox/postgres/server-process.js';

/** Where Debian's packages put each major version (wiki.debian.org/PostgreSql). */
const DEBIAN_PATH = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'psql'];
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/** A server of Debian's package, with the tools that belong to it. */
export interface DebianPostgres {
  /** The superuser's URL. */
  url: string;
  /** Where `pg_dump` and `psql` of the same version are. */
  toolsPath: string;
  /** Makes an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** The folder with a whole PostgreSQL of Debian, the newest; null where there is none, as on a machine without the package `postgresql`. */
export function findDebianPostgres(): string | null {
  if (!existsSync(DEBIAN_PATH)) return null;
  const majors = readdirSync(DEBIAN_PATH).sort((a, b) => Number(b) - Number(a));
  const paths = majors.map((major) => join(DEBIAN_PATH, major, 'bin'));
  return paths.find((path) => PROGRAMS.every((program) => existsSync(join(path, program)))) ?? null;
}

/** The title of what needs it, saying so where it is not there. */
export function rehearsed(title: string): string {
  return findDebianPostgres()
    ? title
    : `${title} (not rehearsed: no PostgreSQL of Debian here, apt install postgresql)`;
}

/** Starts a server of its own in a temporary directory, never a cluster of the system's. */
export async function startDebianPostgres(toolsPath: string): Promise<DebianPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'neurocards-debian-pg-'));
  // PostgreSQL refuses to run as root, and then runs as another user than the test.
  await chmod(home, 0o755);
  const account = chooseAccount();
  const [initdb, postgres] = [join(toolsPath, 'initdb'), join(toolsPath, 'postgres')];
  const binaries: Binaries = { initdb, postgres, major: 'of Debian' };
  const cluster = await prepareCluster(join(home, 'data'), binaries, account);
  const { dataDirectory } = cluster;
  const port = await freePort();
  const outcome = await spawnServer({ binaries, account, dataDirectory, port, settings: SETTINGS });
  if (outcome.kind !== 'started') throw new Error(`PostgreSQL of Debian did not start: ${outcome.kind}`);
  const url = urlOf(cluster, port);
  return {
    url,
    toolsPath,
    async createDatabase(name) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`create database ${name}`).finally(() => client.end());
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    async stop() {
      await outcome.server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
