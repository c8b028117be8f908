import { access, constants, mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError, toError } from '../../platform/index.js';
import { isPhotoFolder, isPhotoPath } from './photo-path.rules.js';
import { PhotoStore, STORED_PHOTO_BYTES_MAX } from './photo-store.js';
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
export class LocalPhotoStore extends PhotoStore {
  private readonly basePath: string;

  constructor(env: { STORAGE_BASE_PATH: string }) {
    super();
    this.basePath = resolve(env.STORAGE_BASE_PATH);
  }

  /** When this returns, the photo survives a crash of the machine. */
  async write(path: string, bytes: Buffer): Promise<void> {
    const target = this.locate(path);
    await this.onDisk(async () => {
      await mkdir(dirname(target), { mode: FOLDER_MODE }).catch(unless('EEXIST'));
      try {
        await writeWhole(temporaryOf(target), bytes);
        await rename(temporaryOf(target), target);
      } catch (error) {
        await rm(temporaryOf(target), { force: true });
        throw error;
      }
    });
  }

  async read(path: string): Promise<Buffer> {
    const target = this.locate(path);
    return this.onDisk(async () => {
      const file = await open(target, 'r').catch(async (error: unknown) => {
        await this.ifThere(error);
        throw new PhotoNotFoundError(`There is no photo ${path}`, { cause: error });
      });
      try {
        if ((await file.stat()).size > STORED_PHOTO_BYTES_MAX)
          throw new PhotoNotFoundError(`The file ${path} is too large to be a photo of ours`);
        return await file.readFile();
      } finally {
        await file.close();
      }
    });
  }

  /** The folder stays, where it is the last one of a person, too: they may be sending another. */
  async remove(path: string): Promise<void> {
    const target = this.locate(path);
    await this.onDisk(async () => {
      for (const file of [target, temporaryOf(target)]) {
        await unlink(file).catch((error: unknown) => this.ifThere(error));
      }
    });
  }

  async prepare(): Promise<void> {
    await this.onDisk(() => mkdir(join(this.basePath, 'inputs'), { recursive: true, mode: FOLDER_MODE }));
  }

  /** Never goes deeper than the folder: nothing of ours lies there. */
  async removeFolder(folder: string, olderThanMs: number): Promise<void> {
    if (!isPhotoFolder(folder)) throw new PhotoPathError('Not the folder of one person');
    const path = join(this.basePath, folder);
    const until = Date.now() - olderThanMs + CLOCK_SKEW_MAX_MS;
    await this.onDisk(async () => {
      const names = await readdir(path).catch((error: unknown) => this.ifThere(error));
      for (const name of names) {
        const { mtimeMs } = await stat(join(path, name));
        if (mtimeMs <= until) await unlink(join(path, name));
      }
      await rmdir(path).catch(unless('ENOENT', 'ENOTEMPTY'));
    });
  }

  async check(): Promise<void> {
    const path = join(this.basePath, 'inputs');
    await this.onDisk(() => access(path, constants.R_OK | constants.W_OK | constants.X_OK));
  }

  /** A folder that is missing says nothing where all of them are missing. */
  private async ifThere(error: unknown): Promise<string[]> {
    if (codeOf(error) !== 'ENOENT') throw error;
    await stat(join(this.basePath, 'inputs'));
    return [];
  }

  /** Whatever the disk refuses, but a photo that is not there, says that the store is away: a full disk, a missing right, no disk. */
  private async onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError) throw error;
      const path = join(this.basePath, 'inputs');
      throw new PhotosAwayError(`The folder ${path} cannot be used: ${codeOf(error)}`, { cause: error });
    }
  }

  private locate(path: string): string {
    if (!isPhotoPath(path)) throw new PhotoPathError('Not the path of a stored photo');
    return join(this.basePath, path);
  }
}

/** One writer per path, so that what a process left that ended meanwhile has a name that is known. */
function temporaryOf(target: string): string {
  return `${target}.tmp`;
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', FILE_MODE);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function unless(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes(codeOf(error))) throw error;
  };
}

function codeOf(error: unknown): string {
  return (toError(error) as NodeJS.ErrnoException).code ?? '';
}
