import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Env, toError } from '../../platform/index.js';
import { isPhotoFolder, isPhotoPath } from './photo-path.rules.js';
import { PhotoNotFoundError, PhotoPathError, PhotosAwayError } from './photos.errors.js';

/** Only the application's own account may look at people's photos. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/**
 * How far the clocks of the disk, of this process and of the database may be apart. No photo of an erased person may stay because of a
 * millisecond, and nobody comes back, agrees and sends a new one within this.
 */
const CLOCK_SKEW_MAX_MS = 1_000;

/** Photos on the local disk, below `STORAGE_BASE_PATH`. */
@Injectable()
export class PhotoStore {
  private readonly basePath: string;

  constructor(env: Env) {
    this.basePath = resolve(env.STORAGE_BASE_PATH);
  }

  /**
   * Writes a photo; when this returns, it is on the disk, whole, and survives a crash of the machine.
   *
   * @throws PhotoPathError for a path that is not `inputs/<tg_user_id>/<uuid>.jpg`.
   */
  async write(path: string, bytes: Buffer): Promise<void> {
    const target = this.locate(path);
    const temporary = `${target}.${randomUUID()}.tmp`;
    await mkdir(dirname(target), { recursive: true, mode: FOLDER_MODE });
    try {
      const file = await open(temporary, 'wx', FILE_MODE);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /**
   * @throws PhotoPathError for a path that was never given out.
   * @throws PhotoNotFoundError when it is no longer there.
   */
  async read(path: string): Promise<Buffer> {
    try {
      return await readFile(this.locate(path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT')
        throw new PhotoNotFoundError(`There is no photo ${path}`, { cause: error });
      throw error;
    }
  }

  /** Makes the place of all folders; for who stores photos. Where it is missing, this is not the disk that they are on. */
  async prepare(): Promise<void> {
    await mkdir(join(this.basePath, 'inputs'), { recursive: true, mode: FOLDER_MODE });
  }

  /**
   * Removes a person's folder and the files in it; one that is not there is removed. What was stored clearly later than `olderThanMs` ago
   * is of somebody who came back, and stays, with the folder. Never goes deeper: nothing of ours lies there.
   *
   * @throws PhotoPathError for anything but one person's folder, PhotosAwayError where the storage is not to be seen.
   */
  async removeFolder(folder: string, olderThanMs: number): Promise<void> {
    if (!isPhotoFolder(folder)) throw new PhotoPathError('Not the folder of one person');
    const path = join(this.basePath, folder);
    const until = Date.now() - olderThanMs + CLOCK_SKEW_MAX_MS;
    const names = await readdir(path).catch((error: unknown) => this.ifThere(error));
    for (const name of names) {
      const { mtimeMs } = await stat(join(path, name));
      if (mtimeMs <= until) await unlink(join(path, name));
    }
    await rmdir(path).catch((error: unknown) => {
      if (!['ENOENT', 'ENOTEMPTY'].includes(codeOf(error))) throw error;
    });
  }

  /** A folder that is missing says nothing where all of them are missing. */
  private async ifThere(error: unknown): Promise<string[]> {
    if (codeOf(error) !== 'ENOENT') throw error;
    const isAway = await stat(join(this.basePath, 'inputs')).then(
      () => false,
      () => true,
    );
    if (isAway) throw new PhotosAwayError(`There are no photos at all in ${this.basePath}`, { cause: error });
    return [];
  }

  private locate(path: string): string {
    if (!isPhotoPath(path)) throw new PhotoPathError('Not the path of a stored photo');
    return join(this.basePath, path);
  }
}

function codeOf(error: unknown): string {
  return (toError(error) as NodeJS.ErrnoException).code ?? '';
}
