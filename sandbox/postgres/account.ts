import { execFileSync, spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { EmbeddedPostgresError } from './errors.js';

/** Who PostgreSQL runs as. Without ids: the user who runs Node. */
export interface Account {
  name: string;
  uid?: number;
  gid?: number;
}

const UNPRIVILEGED_NAMES = ['postgres', 'nobody'];

/**
 * The user to run PostgreSQL as: ourselves, or, because PostgreSQL refuses to run as root, `postgres` or else `nobody`.
 * Throws EmbeddedPostgresError when there is no such user.
 */
export function chooseAccount(): Account {
  if (process.getuid?.() !== 0) return { name: nameOfOurselves() };
  for (const name of UNPRIVILEGED_NAMES) {
    const uid = askForId('-u', name);
    const gid = askForId('-g', name);
    if (uid && gid) return { name, uid, gid };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and this machine has neither a user "postgres" nor "nobody": ' +
      'run as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/**
 * Whether the account may enter a directory, and so every directory above it.
 * Throws EmbeddedPostgresError when we are a root that cannot become the account, as in some containers.
 */
export function canEnter(account: Account, directory: string): boolean {
  const options = { ...idsOf(account), cwd: '/', stdio: 'ignore' } as const;
  const { status, error } = spawnSync('/bin/sh', ['-c', 'cd "$0"', directory], options);
  if (!error) return status === 0;
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and this root may not become ${account.name} (${error.message}): ` +
      'run as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
    { cause: error },
  );
}

/** The ids for `spawn`, none when PostgreSQL runs as ourselves. */
export function idsOf({ uid, gid }: Account): { uid?: number; gid?: number } {
  return uid === undefined ? {} : { uid, gid };
}

function nameOfOurselves(): string {
  try {
    return userInfo().username;
  } catch {
    throw new EmbeddedPostgresError(
      `The user id ${process.getuid?.()} has no name on this machine, and PostgreSQL needs one: ` +
        'run as a user listed in /etc/passwd, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
}

function askForId(flag: '-u' | '-g', name: string): number | null {
  try {
    return Number(
      execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return null;
  }
}
