import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';

/** A folder that is to be removed. */
export interface PhotoRemoval {
  id: string;
  /** `inputs/<tg_user_id>`. */
  folder: string;
  /** Since its person was erased, by the database's clock. */
  ageMs: number;
  /** This one included. */
  attempts: number;
}

/** The pause after the first try, and the longest, doubled in between. */
const PAUSE_FIRST_S = 30;
const PAUSE_LONGEST_S = 3600;

/** The rows of `photo_removals`. */
@Injectable()
export class PhotoRemovalsRepository {
  async insert(manager: EntityManager, folder: string): Promise<string> {
    const [row] = await manager.query<{ id: string }[]>(
      'insert into photo_removals (folder) values ($1) returning id',
      [folder],
    );
    if (!row) throw new Error('A removal was not written');
    return row.id;
  }

  /** Takes a removal for one try, due or not; null when it is done. */
  async claim(manager: EntityManager, id: string): Promise<PhotoRemoval | null> {
    const [removal] = await this.take(manager, 'id = $1', [id]);
    return removal ?? null;
  }

  /** Takes what is due for one try each, the oldest first, at most `limit`. */
  claimDue(manager: EntityManager, limit: number): Promise<PhotoRemoval[]> {
    return this.take(
      manager,
      'next_at <= clock_timestamp() order by next_at limit $1 for update skip locked',
      [limit],
    );
  }

  /** The folder is gone. */
  async delete(manager: EntityManager, id: string): Promise<void> {
    await manager.query('delete from photo_removals where id = $1', [id]);
  }

  private async take(manager: EntityManager, which: string, parameters: unknown[]): Promise<PhotoRemoval[]> {
    const [rows] = await manager.query<
      [{ id: string; folder: string; age_ms: number; attempts: number }[], number]
    >(
      `update photo_removals r set attempts = r.attempts + 1,
              next_at = clock_timestamp() + least(${PAUSE_LONGEST_S}, ${PAUSE_FIRST_S} * 2 ^ least(r.attempts, 20)) * interval '1 s'
         from (select id from photo_removals where ${which}) due
        where r.id = due.id
        returning r.id, r.folder, r.attempts, (extract(epoch from clock_timestamp() - r.created_at) * 1000)::float8 as age_ms`,
      parameters,
    );
    return rows.map(({ id, folder, attempts, age_ms: ageMs }) => ({ id, folder, attempts, ageMs }));
  }
}
