import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Env, logger, toError } from '../../platform/index.js';
import { PhotoStore } from './photo-store.js';
import { StoredPhotosRepository } from './stored-photos.repository.js';

const LOUD_FROM_ATTEMPT = 4;
const NOT_REMOVED = 'A photo whose time is over is still there';

/**
 * How long photos are kept: `PHOTO_KEPT_MS` since they were sent, or last ordered with. Whether one is there is decided by its row alone, in
 * one statement, so that a photo which an order takes and its removal exclude each other.
 */
@Injectable()
export class PhotoRetention {
  private readonly log = logger('photos');

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: StoredPhotosRepository,
    private readonly store: PhotoStore,
    private readonly env: Env,
  ) {}

  /** To be called before the photo is written: a file without a row would stay for ever, a row without a file goes by itself. */
  begin(path: string): Promise<void> {
    return this.rows.insert(this.dataSource.manager, path, this.env.PHOTO_KEPT_MS);
  }

  /**
   * Keeps a photo for whoever orders with it, in their transaction: it is there for another `PHOTO_KEPT_MS` once that is committed.
   *
   * @returns false when it is gone, or about to be.
   */
  keep(manager: EntityManager, path: string): Promise<boolean> {
    return this.rows.keep(manager, path, this.env.PHOTO_KEPT_MS);
  }

  /** Whether a photo can still be ordered with, as things stand now. */
  isKept(path: string): Promise<boolean> {
    return this.rows.exists(this.dataSource.manager, path);
  }

  /** Gives up a photo that cannot be read any more. Nobody is offered it again; what is left of its file goes with its row, by the schedule. */
  forget(path: string): Promise<void> {
    return this.rows.beginRemoval(this.dataSource.manager, path);
  }

  /** One try at each photo whose time is over, at most `limit`. Returns how many are gone. */
  async removeExpired(limit: number): Promise<number> {
    let removed = 0;
    for (const { path, attempts } of await this.rows.claimExpired(this.dataSource.manager, limit)) {
      try {
        // The file first: after a crash in between, its row has it removed once more.
        await this.store.remove(path);
        await this.rows.delete(this.dataSource.manager, path);
        removed += 1;
      } catch (error) {
        const line = { err: toError(error), path, attempts };
        // It may mend itself at first; later somebody must look at the store.
        if (attempts < LOUD_FROM_ATTEMPT) this.log.warn(line, NOT_REMOVED);
        else this.log.error(line, NOT_REMOVED);
      }
    }
    return removed;
  }
}
