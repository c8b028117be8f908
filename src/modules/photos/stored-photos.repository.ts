import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';

/** A photo whose time is over, and who has begun to remove it. */
export interface ExpiredPhoto {
  path: string;
  /** This one included. */
  attempts: number;
}

/** The pause after the first try, and the longest, doubled in between. */
const PAUSE_FIRST_S = 30;
const PAUSE_LONGEST_S = 3600;

/** The rows of `stored_photos`. One whose removal was begun is a photo that is gone, for everybody but the one who removes it. */
@Injectable()
export class StoredPhotosRepository {
  /** Before its file is written, so that no file is without a row. */
  async insert(manager: EntityManager, path: string, keptMs: number): Promise<void> {
    await manager.query(
      `insert into stored_photos (path, remove_at) values ($1, clock_timestamp() + $2 * interval '1 ms')`,
      [path, keptMs],
    );
  }

  /** Moves a photo's end further away. @returns whether the photo is there. */
  async keep(manager: EntityManager, path: string, keptMs: number): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      `update stored_photos set remove_at = greatest(remove_at, clock_timestamp() + $2 * interval '1 ms')
        where path = $1 and removal_attempts = 0`,
      [path, keptMs],
    );
    return count > 0;
  }

  async exists(manager: EntityManager, path: string): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      'select from stored_photos where path = $1 and removal_attempts = 0',
      [path],
    );
    return rows.length > 0;
  }

  /** Begins the removal of a photo, whatever its end: it is gone for everybody from now on. */
  async beginRemoval(manager: EntityManager, path: string): Promise<void> {
    await manager.query(
      `update stored_photos set removal_attempts = 1, remove_at = clock_timestamp() where path = $1 and removal_attempts = 0`,
      [path],
    );
  }

  /** Takes photos whose time is over for one try of removal each, the oldest first, at most `limit`. By `now()`, which an index can be compared with. */
  async claimExpired(manager: EntityManager, limit: number): Promise<ExpiredPhoto[]> {
    const [rows] = await manager.query<[{ path: string; removal_attempts: number }[], number]>(
      `update stored_photos p set removal_attempts = p.removal_attempts + 1,
              remove_at = clock_timestamp() + least(${PAUSE_LONGEST_S}, ${PAUSE_FIRST_S} * 2 ^ least(p.removal_attempts, 20)) * interval '1 s'
         from (select path from stored_photos where remove_at <= now()
                order by remove_at limit $1 for update skip locked) due
        where p.path = due.path
        returning p.path, p.removal_attempts`,
      [limit],
    );
    return rows.map(({ path, removal_attempts: attempts }) => ({ path, attempts }));
  }

  /** The photo is gone. */
  async delete(manager: EntityManager, path: string): Promise<void> {
    await manager.query('delete from stored_photos where path = $1', [path]);
  }

  /** Removes the rows of one person's photos; whatever lies in their folder goes with it. */
  async deleteFolder(manager: EntityManager, folder: string): Promise<void> {
    await manager.query('delete from stored_photos where path like $1', [`${folder}/%`]);
  }
}
