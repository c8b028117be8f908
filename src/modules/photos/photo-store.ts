/** The most that a stored photo can have: 2048 × 2048 px of noise take a third of it. */
export const STORED_PHOTO_BYTES_MAX = 16 * 1024 * 1024;

/** Where photos are kept, by paths `inputs/<tg_user_id>/<uuid>.jpg`. Nobody reaches them but through this: no address is ever made of one. */
export abstract class PhotoStore {
  /**
   * Writes a photo; when this returns, it is there, whole, and lasts. The same path again replaces it.
   *
   * @throws PhotoPathError for any other path, PhotosAwayError when the store does not take it now.
   */
  abstract write(path: string, bytes: Buffer): Promise<void>;

  /**
   * @throws PhotoNotFoundError when it is no longer there, or is none of ours: larger than any that is written.
   * @throws PhotoPathError for a path that was never given out, PhotosAwayError when the store does not answer.
   */
  abstract read(path: string): Promise<Buffer>;

  /**
   * Removes one photo; one that is not there is removed.
   *
   * @throws PhotoPathError for a path that was never given out, PhotosAwayError when the store is not to be seen.
   */
  abstract remove(path: string): Promise<void>;

  /**
   * Makes the place of all folders, once, at the start of who stores photos. Where it is missing later, this is not the store that they are in.
   *
   * @throws PhotosAwayError when it cannot be made.
   */
  abstract prepare(): Promise<void>;

  /**
   * Removes a person's folder and what is in it; one that is not there is removed. What was stored clearly later than `olderThanMs` ago
   * is of somebody who came back, and stays.
   *
   * @throws PhotoPathError for anything but one person's folder, PhotosAwayError when the store is not to be seen.
   */
  abstract removeFolder(folder: string, olderThanMs: number): Promise<void>;

  /** One quick look whether the store can be used at all. @throws PhotosAwayError saying what is wrong. */
  abstract check(): Promise<void>;
}
