import { isPhotoFolder, isPhotoPath } from './photo-path.rules.js';
import { PhotoStore } from './photo-store.js';
import { PhotoNotFoundError, PhotoPathError } from './photos.errors.js';
import type { S3Bucket, S3Object } from './s3-bucket.js';

const CONTENT_TYPE = 'image/jpeg';
/** The most that S3 gives at once. */
const PAGE_OBJECTS_MAX = 1_000;
/** Far more photos than one person sends; what is left is taken by the next try. */
const FOLDER_PAGES_MAX = 100;
/** `DeleteObjects` would take 1000 at once, but wants a checksum that the stores do not agree on. */
const DELETES_AT_ONCE_MAX = 8;
/** The store's clock, which counts whole seconds, and the database's; see the local store. */
const CLOCK_SKEW_MAX_MS = 2_000;
/** Below the time that a readiness check has, so that it is our sentence that says why. */
const CHECK_TIMEOUT_MS = 1_500;
/** Every look is a request that is paid for. */
const CHECK_LIFE_MS = 30_000;

/** Photos in a bucket of an S3-compatible store, below `<prefix>/` where there is one. */
export class S3PhotoStore extends PhotoStore {
  private readonly root: string;
  private checkedUntilMs = 0;

  constructor(
    private readonly bucket: S3Bucket,
    prefix?: string,
  ) {
    super();
    this.root = prefix === undefined ? '' : `${prefix}/`;
  }

  async write(path: string, bytes: Buffer): Promise<void> {
    await this.bucket.put(this.keyOf(path), bytes, CONTENT_TYPE);
  }

  async read(path: string): Promise<Buffer> {
    const bytes = await this.bucket.get(this.keyOf(path));
    if (!bytes) throw new PhotoNotFoundError(`There is no photo ${path}`);
    return bytes;
  }

  async remove(path: string): Promise<void> {
    await this.bucket.delete(this.keyOf(path));
  }

  /** A bucket is there, or says that it is not. */
  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async removeFolder(folder: string, olderThanMs: number): Promise<void> {
    if (!isPhotoFolder(folder)) throw new PhotoPathError('Not the folder of one person');
    const until = Date.now() - olderThanMs + CLOCK_SKEW_MAX_MS;
    // The slash at the end keeps user 1 apart from user 11.
    const prefix = `${this.root}${folder}/`;
    let from: string | undefined;
    for (let pages = 0; pages < FOLDER_PAGES_MAX; pages++) {
      const { objects, next } = await this.bucket.list(prefix, { from, pageMax: PAGE_OBJECTS_MAX });
      await this.deleteAll(objects.filter(({ storedAtMs }) => storedAtMs <= until));
      if (next === null) return;
      from = next;
    }
    throw new Error(`The folder of one person has more than ${FOLDER_PAGES_MAX * PAGE_OBJECTS_MAX} photos`);
  }

  async check(): Promise<void> {
    if (performance.now() < this.checkedUntilMs) return;
    const limits = { pageMax: 1, timeoutMs: CHECK_TIMEOUT_MS };
    await this.bucket.list(`${this.root}inputs/`, limits);
    this.checkedUntilMs = performance.now() + CHECK_LIFE_MS;
  }

  private async deleteAll(objects: readonly S3Object[]): Promise<void> {
    for (let at = 0; at < objects.length; at += DELETES_AT_ONCE_MAX) {
      const some = objects.slice(at, at + DELETES_AT_ONCE_MAX);
      await Promise.all(some.map(({ key }) => this.bucket.delete(key)));
    }
  }

  private keyOf(path: string): string {
    if (!isPhotoPath(path)) throw new PhotoPathError('Not the path of a stored photo');
    return this.root + path;
  }
}
