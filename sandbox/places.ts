import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTagAlive, ownTag } from './postgres/processes.js';

const RUN_NAME = /^neurocards-sandbox-(\d+-\d+)-/;
const PRIVATE = 0o700;

/** The lasting sandbox's folder in this clone, for its owner only: photos, the log, the database's address. */
export async function openLastingFolder(): Promise<string> {
  const path = join(clonePath(), '.sandbox');
  await mkdir(path, { mode: PRIVATE, recursive: true });
  await chmod(path, PRIVATE);
  return path;
}

/** A folder for this run alone. Takes away those of runs that were killed before they could do it. */
export async function openRunFolder(): Promise<string> {
  const parent = tmpdir();
  for (const name of await readdir(parent)) {
    const tag = RUN_NAME.exec(name)?.[1];
    // Somebody else's cannot be removed, and is not ours to.
    if (tag && !isTagAlive(tag)) await rm(join(parent, name), { recursive: true }).catch(() => undefined);
  }
  return mkdtemp(join(parent, `neurocards-sandbox-${ownTag()}-`));
}

/**
 * Leaves word where the lasting sandbox's database is, for `npm run audit` and `npm run sql`. The returned function takes
 * it back.
 */
export async function publishDatabaseUrl(folder: string, url: string): Promise<() => Promise<void>> {
  const path = join(folder, 'database-url');
  // An existing file would keep its own mode.
  await rm(path, { force: true });
  await writeFile(path, url, { mode: 0o600 });
  return () => rm(path, { force: true });
}

/** The nearest folder above with a package.json: the same from `sandbox/` and from `dist/sandbox/`. */
function clonePath(): string {
  let path = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(path, 'package.json')) && path !== dirname(path)) path = dirname(path);
  return path;
}
