import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPhotoPath } from '../../modules/photos/light.js';

const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);

/** What is at the path of a photo. */
export type PhotoFound = 'found' | 'missing' | 'unreadable';

/** The photos of the Python system, where the new one will look for them: the folder of `STORAGE_BASE_PATH`. */
export class LegacyPhotos {
  private constructor(
    private readonly basePath: string | null,
    /** Whether the folder `inputs` is there. */
    readonly isThere: boolean,
  ) {}

  /** @param basePath null where photos are kept in S3: those of the Python system are not there. */
  static async open(basePath: string | null): Promise<LegacyPhotos> {
    if (basePath === null) return new LegacyPhotos(null, false);
    const inputs = await stat(join(basePath, 'inputs')).catch(() => null);
    return new LegacyPhotos(basePath, inputs?.isDirectory() ?? false);
  }

  /** Looks at the beginning of the file. `unreadable`: it is there, and this account may not read it, or it is no JPEG. */
  async find(path: string): Promise<PhotoFound> {
    if (this.basePath === null || !this.isThere || !isPhotoPath(path)) return 'missing';
    try {
      const file = await open(join(this.basePath, path), constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        const start = Buffer.alloc(JPEG_START.length);
        await file.read(start, 0, start.length, 0);
        return start.equals(JPEG_START) ? 'found' : 'unreadable';
      } finally {
        await file.close();
      }
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable';
    }
  }
}
