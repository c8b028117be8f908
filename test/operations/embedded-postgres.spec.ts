import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile, chown } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../sandbox/postgres/index.js';
import { readProcess } from '../../sandbox/postgres/processes.js';
import { waitFor } from '../support/wait-for.js';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const MODULE_URL = pathToFileURL(join(ROOT, 'dist/sandbox/postgres/index.js')).href;
const isRoot = process.getuid?.() === 0;

type Started = Pick<EmbeddedPostgres, 'url' | 'port' | 'dataDirectory' | 'shared'>;

/** Another Node process that starts PostgreSQL and then lives until it is killed. */
interface Owner {
  process: ChildProcess;
  started: Started;
}

const OWNER_SCRIPT = `
  const [moduleUrl, options, umask] = process.argv.slice(1);
  if (umask) process.umask(parseInt(umask, 8));
  const { startEmbeddedPostgres } = await import(moduleUrl);
  const { url, port, dataDirectory, shared } = await startEmbeddedPostgres(JSON.parse(options));
  console.log(JSON.stringify({ url, port, dataDirectory, shared }));
  setInterval(() => {}, 60_000);
`;

/** Of one case. */
let home: string;
let owners: ChildProcess[];
let servers: EmbeddedPostgres[];
let postmasters: number[];

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build-if-needed.mjs')]);
});

beforeEach(async () => {
  owners = [];
  servers = [];
  postmasters = [];
  home = await makePlace();
});

afterEach(async () => {
  for (const owner of owners) owner.kill('SIGKILL');
  await Promise.all(servers.map((server) => server.stop()));
  try {
    await waitFor(() => !postmasters.some(isRunning), { what: 'the end of every server', timeoutMs: 20_000 });
  } finally {
    // A broken launcher must not leave servers on the machine of who is mending it.
    for (const pid of postmasters.filter(isRunning)) process.kill(pid, 'SIGKILL');
    await rm(home, { recursive: true, force: true });
  }
});

/** The cases go on with the directory that the first one makes: making one takes longer than all the rest. */
describe('a lasting data directory', () => {
  let place: string;
  let dataDirectory: string;

  beforeAll(async () => {
    place = await makePlace();
    dataDirectory = join(place, 'data');
  });

  afterAll(() => rm(place, { recursive: true, force: true }));

  test('is initialised once when two processes start on it at the same time', async () => {
    const both = await Promise.all([1, 2].map(() => startOwner({ dataDirectory })));
    expect(both.map(({ started }) => started.shared).sort()).toEqual([false, true]);
    const [first, second] = both.map(({ started }) => started.url) as [string, string];
    await query(first, 'create table seen (n int); insert into seen values (1)');
    expect(await query(second, 'select n from seen')).toEqual([{ n: 1 }]);
    expect((await readdir(place)).sort()).toEqual(['data', 'data.log', 'data.password']);
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'its server ends when its owner gets %s',
    async (name) => {
      const owner = await startOwner({ dataDirectory });
      const pid = postmasterPid(owner.started);
      expect(isRunning(pid)).toBe(true);
      owner.process.kill(name);
      await waitFor(() => !isRunning(pid), { what: 'the end of the server', timeoutMs: 10_000 });
    },
  );

  test('keeps what was committed when its owner is killed and the next one starts at once', async () => {
    const owner = await startOwner({ dataDirectory });
    await query(owner.started.url, 'create table kept (n int); insert into kept values (42)');
    owner.process.kill('SIGKILL');
    const next = await start({ dataDirectory });
    expect(next.shared).toBe(false);
    expect(await query(next.url, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  test('is shared with a second process while the first lives, and the second does not stop it', async () => {
    const owner = await startOwner({ dataDirectory });
    const second = await start({ dataDirectory });
    expect(second).toMatchObject({ shared: true, port: owner.started.port, url: owner.started.url });
    await second.stop();
    expect(await query(owner.started.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('gets a new server when the old one lost its owner and its watchdog', async () => {
    const owner = await startOwner({ dataDirectory });
    await query(owner.started.url, 'create table orphaned (n int); insert into orphaned values (42)');
    const pid = postmasterPid(owner.started);
    killWatchdogOf(pid);
    owner.process.kill('SIGKILL');
    await waitFor(() => owner.process.signalCode, { what: 'the end of the owner' });
    expect(isRunning(pid)).toBe(true);
    const next = await start({ dataDirectory });
    expect(next.shared).toBe(false);
    expect(isRunning(pid)).toBe(false);
    expect(await query(next.url, 'select n from orphaned')).toEqual([{ n: 42 }]);
  });

  test('starts although a stale postmaster.pid names a living program', async () => {
    const first = await start({ dataDirectory });
    const file = join(dataDirectory, 'postmaster.pid');
    const lines = readFileSync(file, 'utf8').split('\n');
    await first.stop();
    await writeFile(file, [String(process.pid), ...lines.slice(1)].join('\n'));
    const next = await start({ dataDirectory });
    expect(await query(next.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('recovers what was committed after the server itself was killed', async () => {
    const first = await start({ dataDirectory });
    await query(first.url, 'create table recovered (n int); insert into recovered values (42)');
    await first.kill();
    const next = await start({ dataDirectory, port: first.port });
    expect(await query(next.url, 'select n from recovered')).toEqual([{ n: 42 }]);
  });

  test('a taken port is left to who has it', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await waitFor(() => occupant.listening, { what: 'the occupant' });
    const { port } = occupant.address() as AddressInfo;
    const server = await start({ dataDirectory, port });
    expect(server.port).not.toBe(port);
    expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    occupant.close();
  });

  test('a free port is taken as asked', async () => {
    const first = await start({ dataDirectory });
    await first.stop();
    const second = await start({ dataDirectory, port: first.port });
    expect(second.port).toBe(first.port);
  });

  test.runIf(isRoot)('root starts it as somebody without privileges', async () => {
    const server = await start({ dataDirectory });
    const facts = await stat(server.dataDirectory);
    expect(facts.uid).not.toBe(0);
    expect(facts.mode & 0o777).toBe(0o700);
    const columns = ['-o', 'uid=', '-o', 'gid=', '-p', String(postmasterPid(server))];
    const ids = execFileSync('ps', columns, { encoding: 'utf8' }).trim().split(/\s+/);
    expect(ids.map(Number)).toEqual([facts.uid, facts.gid]);
  });

  test('says what to do when its password is lost', async () => {
    const first = await start({ dataDirectory });
    await first.stop();
    await rm(join(place, 'data.password'));
    await expect(start({ dataDirectory })).rejects.toThrow(/password .* delete .* start afresh/);
  });
});

describe('an ephemeral server', () => {
  test('leaves nothing behind', async () => {
    const server = await start({ ephemeral: true });
    expect(await query(server.url, 'show fsync')).toEqual([{ fsync: 'off' }]);
    await server.stop();
    expect(existsSync(dirname(server.dataDirectory))).toBe(false);
  });

  test('is one of its own for each that asks, also at the same moment', async () => {
    const both = await Promise.all([start({ ephemeral: true }), start({ ephemeral: true })]);
    expect(new Set(both.map(({ port }) => port)).size).toBe(2);
    for (const { url } of both) expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('is swept away by the next start when its owner was killed', async () => {
    const owner = await startOwner({ ephemeral: true });
    const pid = postmasterPid(owner.started);
    owner.process.kill('SIGKILL');
    await waitFor(() => !isRunning(pid), { what: 'the end of the server', timeoutMs: 10_000 });
    expect(existsSync(owner.started.dataDirectory)).toBe(true);
    await start({ ephemeral: true });
    expect(existsSync(owner.started.dataDirectory)).toBe(false);
  });
});

describe('the machine', () => {
  test('four processes with umask 077 make the first copy of the programs in an empty temporary directory, and the last fills the gaps a cleaner of /tmp has torn', async () => {
    const starts = [1, 2, 3, 4].map(() =>
      startOwner({ ephemeral: true }, { umask: '077', temporaryDirectory: home }),
    );
    for (const { started } of await Promise.all(starts)) {
      expect(started.dataDirectory.startsWith(home)).toBe(true);
      expect(await query(started.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    }
    const copy = join(home, `neurocards-pg-${process.getuid?.()}`, await onlyCopy(home));
    await rm(join(copy, 'share'), { recursive: true });
    await rm(join(copy, 'bin', 'initdb'));
    const { started } = await startOwner({ ephemeral: true }, { temporaryDirectory: home });
    expect(await query(started.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test.runIf(isRoot)('root is told when the data directory lies where only root may go', async () => {
    await mkdir(join(home, 'private'), { mode: 0o700 });
    await expect(start({ dataDirectory: join(home, 'private', 'data') })).rejects.toThrow(
      /may not enter .*private/,
    );
  });

  test.runIf(isRoot)('a base directory that somebody else has made is refused', async () => {
    const foreign = join(home, 'neurocards-pg-0');
    await mkdir(foreign);
    await chown(foreign, 65_534, 65_534);
    const attempt = startOwner({ ephemeral: true }, { temporaryDirectory: home });
    await expect(attempt).rejects.toThrow(/belongs to somebody else/);
  });
});

/** A directory where PostgreSQL's user may go. */
async function makePlace(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'neurocards-test-'));
  await chmod(path, 0o755);
  return path;
}

async function start(options: Parameters<typeof startEmbeddedPostgres>[0]): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(options);
  servers.push(server);
  postmasters.push(postmasterPid(server));
  return server;
}

async function startOwner(
  options: Parameters<typeof startEmbeddedPostgres>[0],
  { umask = '', temporaryDirectory = tmpdir() } = {},
): Promise<Owner> {
  const args = ['--input-type=module', '-e', OWNER_SCRIPT, MODULE_URL, JSON.stringify(options), umask];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporaryDirectory },
  });
  owners.push(child);
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += String(chunk)));
  for await (const line of createInterface(child.stdout)) {
    const started = JSON.parse(line) as Started;
    postmasters.push(postmasterPid(started));
    return { process: child, started };
  }
  throw new Error(`The owner ended without a server: ${complaints}`);
}

/** The one copy of the programs under a temporary directory; half-made ones would be seen too. */
async function onlyCopy(temporaryDirectory: string): Promise<string> {
  const names = await readdir(join(temporaryDirectory, `neurocards-pg-${process.getuid?.()}`));
  const copies = names.filter((name) => /^(bin|copy)-/.test(name));
  expect(copies).toEqual([expect.stringMatching(/^bin-/)]);
  return copies[0] as string;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid({ dataDirectory }: Pick<EmbeddedPostgres, 'dataDirectory'>): number {
  return Number(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** The shell above the server and the subshell that waits for the owner's end, so that nobody looks after the server. */
function killWatchdogOf(pid: number): void {
  const watchdog = readProcess(pid)?.parentPid as number;
  const children = execFileSync('pgrep', ['-P', String(watchdog)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
  for (const child of children) if (child !== pid) process.kill(child, 'SIGKILL');
  process.kill(watchdog, 'SIGKILL');
}

function isRunning(pid: number): boolean {
  return readProcess(pid)?.zombie === false;
}
