import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built-from');
const LOCK = join(DIST, '.build-lock');

/** What a build is made of, in the project's folder. */
export const SOURCE_DIRECTORIES = ['src', 'migrations', 'sandbox', 'chaos', 'bench', 'web'];
/** What a build is made of besides {@link SOURCE_DIRECTORIES}. */
export const SOURCE_FILES = [
  'package.json',
  'package-lock.json',
  'rolldown.config.ts',
  'tsconfig.json',
  'vite.config.ts',
  'vite.console.config.ts',
  '.swcrc',
];

const LOCK_TIMEOUT_MS = 120_000;
const LOCK_POLL_MS = 50;

/**
 * Builds the programs and the pages unless `dist/` was built from exactly the sources that are there now. Of several at the
 * same time one builds and the others wait for it. A place without sources (an image) is left as it is.
 *
 * @returns {Promise<'built' | 'fresh'>}
 * @throws {Error} with the compiler's words when the build fails.
 */
export async function buildIfNeeded() {
  if (!existsSync(join(ROOT, 'src')) || (await isFresh())) return 'fresh';
  await mkdir(DIST, { recursive: true });
  const release = await acquireLock();
  try {
    if (await isFresh()) return 'fresh';
    // Read before the build: what is edited meanwhile makes the next start build again.
    const fingerprint = await fingerprintSources();
    await rm(STAMP, { force: true });
    await build();
    await writeFile(STAMP, fingerprint);
    return 'built';
  } finally {
    await release();
  }
}

async function isFresh() {
  const stamp = await readFile(STAMP, 'utf8').catch(() => null);
  return stamp !== null && stamp === (await fingerprintSources());
}

/** A hash of every source's path, size and time: a removed or older file counts as a change too. */
async function fingerprintSources() {
  const paths = [...SOURCE_FILES];
  for (const directory of SOURCE_DIRECTORIES) {
    const entries = await readdir(join(ROOT, directory), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of entries) {
      if (entry.isFile() && !entry.name.endsWith('.spec.ts')) {
        paths.push(join(entry.parentPath ?? entry.path, entry.name).slice(ROOT.length + 1));
      }
    }
  }
  const lines = await Promise.all(paths.sort().map(describeSource));
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

async function describeSource(path) {
  const facts = await stat(join(ROOT, path)).catch(() => null);
  // Whole milliseconds: a copy of the clone keeps no more of a file's time.
  return facts ? `${path} ${facts.size} ${Math.round(facts.mtimeMs)}` : `${path} is missing`;
}

/** Programs and pages at the same time: neither needs the other. What the tools say is shown only when one fails. */
async function build() {
  const builds = await Promise.all(['build:programs', 'build:pages'].map(runScript));
  const failed = builds.filter(({ code }) => code !== 0);
  if (failed.length === 0) return;
  const outputs = failed.map(({ output }) => output.trim()).join('\n');
  throw new Error(`The build failed (have you run "npm ci"?):\n${outputs}`);
}

async function runScript(name) {
  // npm names itself in the environment of what it runs; a plain `node scripts/start.mjs` finds it on the path.
  const npmScript = process.env.npm_execpath;
  const [command, ...args] = npmScript ? [process.execPath, npmScript] : ['npm'];
  const child = spawn(command, [...args, 'run', '--silent', name], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, output };
}

/**
 * A lock file that holds its owner's pid. `link` lets exactly one make it; the lock of a dead owner is renamed away, which
 * again exactly one can do.
 *
 * @returns {Promise<() => Promise<void>>} releases the lock.
 */
async function acquireLock() {
  const own = `${LOCK}-${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    const deadline = performance.now() + LOCK_TIMEOUT_MS;
    while (performance.now() < deadline) {
      try {
        await link(own, LOCK);
        return () => rm(LOCK, { force: true });
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const owner = await readFile(LOCK, 'utf8').catch(() => null);
      if (owner !== null && !isAlive(Number(owner))) await rename(LOCK, own).catch(() => {});
      else await pause(LOCK_POLL_MS);
      await writeFile(own, String(process.pid));
    }
  } finally {
    await rm(own, { force: true });
  }
  throw new Error(
    `Another build has held ${LOCK} for ${LOCK_TIMEOUT_MS / 1000} s: delete that file if none is running.`,
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildIfNeeded().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
