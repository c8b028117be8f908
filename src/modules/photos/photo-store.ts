import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Env, toError } from '../../platform/index.js';
import { isPhotoPath } from './photo-path.rules.js';
import { PhotoNotFoundError, PhotoPathError } from './photos.errors.js';

/** Only the application's own account may look at people's photos. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

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
      const { code } = toError(error) as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new PhotoNotFoundError(`There is no photo ${path}`, { cause: error });
      throw error;
    }
  }

  private locate(path: string): string {
    if (!isPhotoPath(path)) throw new PhotoPathError('Not the path of a stored photo');
    return join(this.basePath, path);
  }
}
