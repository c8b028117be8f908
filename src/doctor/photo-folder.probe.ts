import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Env } from '../platform/light.js';
import type { PhotoFolderFacts } from './doctor.types.js';

const { R_OK, W_OK, X_OK } = constants;
/** Deeper than any path: the loop upwards ends at the root before. */
const PARENTS_MAX = 100;

/** Looks at the folder of the photos, and makes nothing; null where photos are kept elsewhere, or are no matter of this process. */
export async function probePhotoFolder(env: Env): Promise<PhotoFolderFacts | null> {
  if (env.STORAGE_TYPE !== 'local' || env.ROLES.every((role) => role === 'console')) return null;
  const path = join(resolve(env.STORAGE_BASE_PATH), 'inputs');
  try {
    await access(path, R_OK | W_OK | X_OK);
    return { path, state: 'usable', reason: null };
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT') return { path, state: 'unusable', reason: code };
    // Only the role "bot" makes it.
    if (!env.ROLES.includes('bot')) return { path, state: 'missing', reason: null };
    const reason = await whyNotMade(path);
    return { path, state: reason === null ? 'usable' : 'unusable', reason };
  }
}

/** Whether the nearest folder above that is there may be written. */
async function whyNotMade(path: string): Promise<string | null> {
  let above = dirname(path);
  for (let tried = 0; tried < PARENTS_MAX; tried += 1) {
    try {
      if (!(await stat(above)).isDirectory()) return 'ENOTDIR';
      await access(above, W_OK | X_OK);
      return null;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') return codeOf(error);
      above = dirname(above);
    }
  }
  return 'ENAMETOOLONG';
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
