import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canEnter, chooseAccount, type Account } from './account.js';
import { EmbeddedPostgresError } from './errors.js';
import { isTagAlive, ownTag } from './processes.js';

/** Where the launcher keeps its files outside the clone, and as whom PostgreSQL runs. */
export interface Workspace {
  account: Account;
  /** Our own directory under the system's temporary one: others may pass through it, not list it. */
  basePath: string;
}

const TEMPORARY_NAME = /^(?:run|copy)-(\d+-\d+)-/;

/**
 * Makes the base directory. A clone may lie where PostgreSQL's user cannot go (root's home is 0700), so nothing that
 * PostgreSQL reads or writes stays in the clone.
 * Throws EmbeddedPostgresError when the directory is there and is not ours: in a shared /tmp anybody may make it first.
 */
export async function openWorkspace(): Promise<Workspace> {
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      'The embedded PostgreSQL does not run on Windows: use WSL, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  const account = chooseAccount();
  const basePath = join(temporaryDirectory(account), `neurocards-pg-${process.getuid?.()}`);
  await mkdir(basePath, { mode: 0o711, recursive: true });
  const facts = await lstat(basePath);
  if (!facts.isDirectory() || facts.uid !== process.getuid?.()) {
    throw new EmbeddedPostgresError(
      `${basePath} belongs to somebody else: set TMPDIR to a directory of your own.`,
    );
  }
  await chmod(basePath, 0o711);
  return { account, basePath };
}

/** A path for something that is only ours while we live; `removeLeftovers` takes it away when we are gone. */
export function temporaryPath(workspace: Workspace, kind: 'run' | 'copy'): string {
  return join(workspace.basePath, `${kind}-${ownTag()}-${randomBytes(4).toString('hex')}`);
}

/** Removes what processes left that were killed before they could tidy up. Never fails: the next start tries again. */
export async function removeLeftovers({ basePath }: Workspace): Promise<void> {
  for (const name of await readdir(basePath)) {
    const tag = TEMPORARY_NAME.exec(name)?.[1];
    if (tag && !isTagAlive(tag))
      await rm(join(basePath, name), { recursive: true, force: true }).catch(() => {});
  }
}

function temporaryDirectory(account: Account): string {
  const candidates = [tmpdir(), '/tmp', '/var/tmp'];
  const found = account.uid === undefined ? tmpdir() : candidates.find((path) => canEnter(account, path));
  if (found) return found;
  throw new EmbeddedPostgresError(
    `PostgreSQL would run as ${account.name}, who may enter none of ${candidates.join(', ')}: ` +
      'run as an ordinary user, or set TMPDIR to a directory that everybody may enter.',
  );
}
