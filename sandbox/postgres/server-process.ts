import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { idsOf, type Account } from './account.js';
import type { Binaries } from './binaries.js';
import { halfDonePath } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';
import { ownTag, readProcess } from './processes.js';
import { CLUSTER_NAME_PREFIX, readPostmasterFile } from './running-server.js';

/** A PostgreSQL of ours under its watchdog. */
export interface ServerProcess {
  /** Ends connections, writes a checkpoint, stops; harder and harder when that takes too long. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would; returns when the server is gone. */
  kill(): Promise<void>;
}

/** How a start ended. `port_taken` and `locked` (another server holds the directory) are worth another try. */
export type SpawnOutcome =
  { kind: 'started'; server: ServerProcess } | { kind: 'port_taken' } | { kind: 'locked' };

export interface SpawnOptions {
  binaries: Binaries;
  account: Account;
  dataDirectory: string;
  port: number;
  /** `postgres -c name=value`. */
  settings: Record<string, string>;
}

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 10;
const STOP_STEP_TIMEOUT_MS = 10_000;
const LOG_TAIL_CHARS = 2_000;

/**
 * Runs PostgreSQL and stops it when its standard input closes, which the kernel does when we die, even of SIGKILL.
 * The server gets no standard input itself, and the shell ignores what a terminal sends to the whole group.
 */
const WATCHDOG =
  'exec 3<&0; "$@" </dev/null 3<&- & p=$!; trap "" INT TERM HUP; ' +
  '(cat <&3 >/dev/null; kill -INT $p 2>/dev/null) & exec 3<&-; wait $p';

/**
 * Starts PostgreSQL and waits until it accepts connections.
 * Throws EmbeddedPostgresError with the end of the server's log when it will not start.
 */
export async function spawnServer(options: SpawnOptions): Promise<SpawnOutcome> {
  // Under a name of its own until the server is up: of two starts on one directory each must read its own log.
  const logPath = halfDonePath(options.dataDirectory);
  const watchdog = spawnWatchdog(options, logPath);
  const failure = once(watchdog, 'error').then(([error]) => error as Error);
  const exit = once(watchdog, 'exit').then(
    () => 'exited' as const,
    () => 'exited' as const,
  );
  if (watchdog.pid === undefined) {
    const { message } = await failure;
    await rm(logPath);
    throw new EmbeddedPostgresError(`PostgreSQL could not be started as ${options.account.name}: ${message}`);
  }
  const pid = await waitUntilReady(options, watchdog);
  if (pid !== null) {
    await rename(logPath, `${options.dataDirectory}.log`);
    letNodeExit(watchdog);
    return { kind: 'started', server: handleOf(watchdog, pid, exit) };
  }
  watchdog.stdin?.end();
  await exit;
  const log = await readFile(logPath, 'utf8');
  await rm(logPath);
  return explainExit(log, options.dataDirectory);
}

function spawnWatchdog(options: SpawnOptions, logPath: string): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
    cluster_name: CLUSTER_NAME_PREFIX + ownTag(),
  };
  const command = [options.binaries.postgres, '-D', options.dataDirectory, '-p', String(options.port)];
  for (const [name, value] of Object.entries(settings)) command.push('-c', `${name}=${value}`);
  // A file rather than a pipe: the server must be able to log after we are gone.
  const log = openSync(logPath, 'w', 0o600);
  try {
    return spawn('/bin/sh', ['-c', WATCHDOG, 'pgwatch', ...command], {
      ...idsOf(options.account),
      cwd: '/',
      detached: true,
      stdio: ['pipe', log, log],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
  } finally {
    closeSync(log);
  }
}

/** The server's pid, or null when it has ended or did not get ready in time. */
async function waitUntilReady(
  { dataDirectory }: SpawnOptions,
  watchdog: ChildProcess,
): Promise<number | null> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline && watchdog.exitCode === null && watchdog.signalCode === null) {
    const file = await readPostmasterFile(dataDirectory);
    // Another start may have won the directory: only a child of our watchdog is ours.
    if (file?.status === 'ready' && readProcess(file.pid)?.parentPid === watchdog.pid) return file.pid;
    await pause(READY_POLL_MS);
  }
  return null;
}

function explainExit(log: string, dataDirectory: string): SpawnOutcome {
  if (/could not bind|could not create any TCP\/IP sockets/.test(log)) return { kind: 'port_taken' };
  if (/lock file ".*" (already exists|is empty)|pre-existing shared memory block/.test(log))
    return { kind: 'locked' };
  throw new EmbeddedPostgresError(
    `PostgreSQL did not start on ${dataDirectory} (delete that directory to start afresh). The end of its log:\n` +
      log.slice(-LOG_TAIL_CHARS),
  );
}

/** Whoever forgets to stop the server can still exit: the watchdog stops it then. */
function letNodeExit(watchdog: ChildProcess): void {
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
}

function handleOf(watchdog: ChildProcess, pid: number, exit: Promise<unknown>): ServerProcess {
  const goneWithin = async (timeoutMs: number) => {
    const timeout = new AbortController();
    const late = pause(timeoutMs, 'late', { signal: timeout.signal }).catch(() => 'late');
    const winner = await Promise.race([exit, late]);
    timeout.abort();
    return winner !== 'late';
  };
  return {
    async stop() {
      watchdog.ref();
      watchdog.stdin?.end();
      if (await goneWithin(STOP_STEP_TIMEOUT_MS)) return;
      signal(pid, 'SIGQUIT');
      if (await goneWithin(STOP_STEP_TIMEOUT_MS)) return;
      signal(pid, 'SIGKILL');
      await exit;
    },
    async kill() {
      watchdog.ref();
      signal(pid, 'SIGKILL');
      await exit;
    },
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
