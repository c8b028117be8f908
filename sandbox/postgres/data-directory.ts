import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  link,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { canEnter, idsOf, type Account } from './account.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './errors.js';
import { isTagAlive, ownTag } from './processes.js';
import type { Workspace } from './workspace.js';

/** An initialised data directory and the password of its superuser `postgres`. */
export interface Cluster {
  dataDirectory: string;
  password: string;
}

const run = promisify(execFile);

/** The lasting data directory of this clone: outside of it, named after a hash of the clone's path. */
export async function defaultDataDirectory(workspace: Workspace, binaries: Binaries): Promise<string> {
  const hash = createHash('sha256')
    .update(await realpath(clonePath()))
    .digest('hex')
    .slice(0, 12);
  return join(workspace.basePath, `clone-${hash}-pg${binaries.major}`);
}

/**
 * Initialises the directory unless it is already. Safe to run twice at once: each run initialises a directory of its own
 * under the one shared password and renames it into place; who comes second throws its own away.
 * Throws EmbeddedPostgresError when the account cannot reach the place, or initdb fails.
 */
export async function prepareCluster(
  requestedPath: string,
  binaries: Binaries,
  account: Account,
): Promise<Cluster> {
  const wanted = resolve(requestedPath);
  await makeParents(dirname(wanted));
  const parent = await realpath(dirname(wanted));
  if (account.uid !== undefined && !canEnter(account, parent)) {
    throw new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root and would run as ${account.name}, who may not enter ${parent}: ` +
        'choose another data directory, or run as an ordinary user.',
    );
  }
  const dataDirectory = join(parent, basename(wanted));
  await removeHalfDone(dataDirectory);
  if (existsSync(join(dataDirectory, 'PG_VERSION'))) {
    return { dataDirectory, password: await readPassword(dataDirectory) };
  }
  const password = await sharedPassword(dataDirectory);
  await initialise(dataDirectory, password, binaries, account);
  return { dataDirectory, password };
}

/** The nearest directory above with a package.json: the same from `sandbox/` and from `dist/sandbox/`. */
function clonePath(): string {
  let path = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(path, 'package.json')) && path !== dirname(path)) path = dirname(path);
  return path;
}

async function makeParents(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeParents(dirname(path));
  await mkdir(path, { recursive: true });
  await chmod(path, 0o711);
}

async function initialise(
  dataDirectory: string,
  password: string,
  binaries: Binaries,
  account: Account,
): Promise<void> {
  const halfDone = halfDonePath(dataDirectory);
  const passwordFile = `${halfDone}.pw`;
  try {
    await mkdir(halfDone, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) {
      await chown(halfDone, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const flags = ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C'];
    const args = ['-D', halfDone, '-U', 'postgres', ...flags, '--no-sync', '--no-instructions'];
    await run(binaries.initdb, args, {
      ...idsOf(account),
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
    await rename(halfDone, dataDirectory);
  } catch (cause) {
    if (existsSync(join(dataDirectory, 'PG_VERSION'))) return;
    const said = (cause as { stderr?: string }).stderr || (cause as Error).message;
    throw new EmbeddedPostgresError(`initdb could not make ${dataDirectory}: ${said.trim()}`, { cause });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(halfDone, { recursive: true, force: true });
  }
}

/** A name beside the data directory for what is not finished; when we are killed, the next start removes it. */
export function halfDonePath(dataDirectory: string): string {
  return `${dataDirectory}.new-${ownTag()}-${randomBytes(4).toString('hex')}`;
}

/** Never fails: an initdb whose owner was killed may still be writing, and the start after this one tries again. */
async function removeHalfDone(dataDirectory: string): Promise<void> {
  const prefix = `${basename(dataDirectory)}.new-`;
  for (const name of await readdir(dirname(dataDirectory))) {
    const tag = name.startsWith(prefix) ? /^\d+-\d+/.exec(name.slice(prefix.length))?.[0] : undefined;
    if (!tag || isTagAlive(tag)) continue;
    await rm(join(dirname(dataDirectory), name), { recursive: true, force: true }).catch(() => {});
  }
}

/** Makes the password, or takes the one that another start has just made: `link` lets exactly one of them win. */
async function sharedPassword(dataDirectory: string): Promise<string> {
  const own = halfDonePath(dataDirectory);
  await writeFile(own, randomBytes(24).toString('hex'), { mode: 0o600 });
  try {
    await link(own, passwordPath(dataDirectory));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  return readPassword(dataDirectory);
}

async function readPassword(dataDirectory: string): Promise<string> {
  const path = passwordPath(dataDirectory);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The password of ${dataDirectory} is not in ${path}: bring it back, or delete ${dataDirectory} to start afresh.`,
      { cause },
    );
  }
}

function passwordPath(dataDirectory: string): string {
  return `${dataDirectory}.password`;
}
