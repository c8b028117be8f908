import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../free-port.js';
import { prepareBinaries, type Binaries } from './binaries.js';
import { defaultDataDirectory, prepareCluster, type Cluster } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';
import { inspectDataDirectory, urlOf } from './running-server.js';
import { spawnServer, type ServerProcess } from './server-process.js';
import { openWorkspace, removeLeftovers, temporaryPath, type Workspace } from './workspace.js';

export { EmbeddedPostgresError } from './errors.js';

export interface EmbeddedPostgresOptions {
  /** Where the data lie; by default a lasting directory of this clone's. Cannot be combined with `ephemeral`. */
  dataDirectory?: string;
  /** A new, empty directory, no durability, all removed by `stop`: for tests. */
  ephemeral?: boolean;
  /** The port to try first; when it is taken, or none is named, a free one. */
  port?: number;
  /** PostgreSQL settings by name, such as `{ max_connections: '300' }`. A server that already runs keeps its own. */
  settings?: Record<string, string>;
}

/** A running PostgreSQL on 127.0.0.1. It stops when this process ends, however it ends. */
export interface EmbeddedPostgres {
  /** The superuser's URL: `postgres://postgres:<password>@127.0.0.1:<port>/postgres`. */
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** True when another process had already started the server: then it is the other's to stop. */
  readonly shared: boolean;
  /** Stops the server, and removes an ephemeral one's data. Does nothing to a shared one. May be called twice. */
  stop(): Promise<void>;
  /** Kills the server as a crash would and keeps its data: start again with its `dataDirectory`. */
  kill(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const RETRY_PAUSE_MS = 20;

const DEFAULT_SETTINGS = { max_connections: '200' };
/** A commit is on disk before it is answered, as in production: for an ephemeral server whose speed or recovery counts. */
export const DURABLE_SETTINGS = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
/** Nothing here must survive a power cut. */
const EPHEMERAL_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts PostgreSQL from the npm package, without anything installed on the machine and, as root, under an unprivileged
 * user. On a data directory where a server already runs, shares that one while its owner lives, and replaces it when the
 * owner is dead.
 * Throws EmbeddedPostgresError, whose message says what to do.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  if (options.ephemeral && options.dataDirectory) {
    throw new TypeError('An ephemeral PostgreSQL makes its own data directory: name none');
  }
  const workspace = await openWorkspace();
  const binaries = await prepareBinaries(workspace);
  await removeLeftovers(workspace);
  if (!options.ephemeral) {
    const path = options.dataDirectory ?? (await defaultDataDirectory(workspace, binaries));
    const cluster = await prepareCluster(path, binaries, workspace.account);
    return start({ workspace, binaries, cluster, port: options.port, settings: settingsOf(options) });
  }
  const runPath = temporaryPath(workspace, 'run');
  const removeRun = () => rm(runPath, { recursive: true, force: true });
  try {
    await mkdir(runPath);
    await chmod(runPath, 0o711);
    const cluster = await prepareCluster(join(runPath, 'data'), binaries, workspace.account);
    return await start({
      workspace,
      binaries,
      cluster,
      port: options.port,
      settings: settingsOf(options),
      removeRun,
    });
  } catch (error) {
    await removeRun();
    throw error;
  }
}

interface StartRequest {
  workspace: Workspace;
  binaries: Binaries;
  cluster: Cluster;
  port?: number;
  settings: Record<string, string>;
  removeRun?: () => Promise<void>;
}

async function start(request: StartRequest): Promise<EmbeddedPostgres> {
  const { cluster } = request;
  const deadline = performance.now() + START_TIMEOUT_MS;
  let port = request.port ?? (await freePort());
  while (performance.now() < deadline) {
    const occupancy = await inspectDataDirectory(cluster);
    if (occupancy.kind === 'shared') return sharedServer(cluster, occupancy.port, occupancy.pid);
    if (occupancy.kind === 'orphaned') stopOrphan(occupancy.pid);
    if (occupancy.kind === 'free') {
      const { account } = request.workspace;
      const { binaries, settings } = request;
      const outcome = await spawnServer({
        binaries,
        account,
        dataDirectory: cluster.dataDirectory,
        port,
        settings,
      });
      if (outcome.kind === 'started') return ownServer(request, port, outcome.server);
      if (outcome.kind === 'port_taken') port = await freePort();
    }
    await pause(RETRY_PAUSE_MS);
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL could not get hold of ${cluster.dataDirectory} within ${START_TIMEOUT_MS / 1000} s: another server is ` +
      'still starting or stopping there.',
  );
}

function ownServer(request: StartRequest, port: number, server: ServerProcess): EmbeddedPostgres {
  const { cluster, removeRun } = request;
  let ended: Promise<void> | undefined;
  return {
    url: urlOf(cluster, port),
    port,
    dataDirectory: cluster.dataDirectory,
    shared: false,
    stop: async () => {
      await (ended ??= server.stop());
      await removeRun?.();
    },
    kill: () => (ended ??= server.kill()),
  };
}

function sharedServer(cluster: Cluster, port: number, pid: number): EmbeddedPostgres {
  return {
    url: urlOf(cluster, port),
    port,
    dataDirectory: cluster.dataDirectory,
    shared: true,
    stop: async () => {},
    kill: () => Promise.resolve(void process.kill(pid, 'SIGKILL')),
  };
}

/** SIGINT is PostgreSQL's fast shutdown: https://www.postgresql.org/docs/18/server-shutdown.html */
function stopOrphan(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended by itself; the next look at the directory shows it.
  }
}

function settingsOf({ ephemeral, settings }: EmbeddedPostgresOptions): Record<string, string> {
  return { ...DEFAULT_SETTINGS, ...(ephemeral ? EPHEMERAL_SETTINGS : {}), ...settings };
}
