import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { logger, toError } from '../../platform/index.js';
import { composePhotoFolder } from './photo-path.rules.js';
import { PhotoRemovalsRepository, type PhotoRemoval } from './photo-removals.repository.js';
import { PhotoStore } from './photo-store.js';
import { StoredPhotosRepository } from './stored-photos.repository.js';

const LOUD_FROM_ATTEMPT = 4;
const NOT_REMOVED = 'The photos of an erased person are still there';

/** The photos' part of an erasure: rows in its transaction, and the folder's end after the commit, tried until it has come about. */
@Injectable()
export class PhotoErasure {
  private readonly log = logger('photos');

  constructor(
    private readonly dataSource: DataSource,
    private readonly removals: PhotoRemovalsRepository,
    private readonly store: PhotoStore,
    private readonly rows: StoredPhotosRepository,
  ) {}

  /** Writes down, in the caller's transaction, that all photos of a person are to go. Returns the removal for `removeNow`. */
  async erase(manager: EntityManager, tgUserId: number): Promise<string> {
    const folder = composePhotoFolder(tgUserId);
    await this.rows.deleteFolder(manager, folder);
    return this.removals.insert(manager, folder);
  }

  /** Removes the folder after the commit, where photos are stored. Never rejects: the scheduler goes on with what fails. */
  async removeNow(removalId: string): Promise<void> {
    try {
      const removal = await this.removals.claim(this.dataSource.manager, removalId);
      if (removal) await this.remove(removal);
    } catch (error) {
      this.log.warn({ err: toError(error), removalId }, NOT_REMOVED);
    }
  }

  /** One try at each folder that is due, at most `limit`. Returns how many are gone. */
  async removeDue(limit: number): Promise<number> {
    let removed = 0;
    for (const removal of await this.removals.claimDue(this.dataSource.manager, limit)) {
      try {
        await this.remove(removal);
        removed += 1;
      } catch (error) {
        const { id: removalId, attempts } = removal;
        const line = { err: toError(error), removalId, attempts };
        // It may mend itself at first; later somebody must look at the disk.
        if (attempts < LOUD_FROM_ATTEMPT) this.log.warn(line, NOT_REMOVED);
        else this.log.error(line, NOT_REMOVED);
      }
    }
    return removed;
  }

  private async remove({ id, folder, ageMs }: PhotoRemoval): Promise<void> {
    await this.store.removeFolder(folder, ageMs);
    await this.removals.delete(this.dataSource.manager, id);
  }
}
