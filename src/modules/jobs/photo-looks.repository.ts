import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import type { PhotoSight } from '../prompts/index.js';
import { PhotoLook } from './photo-look.entity.js';

/** The rows of `photo_looks`. */
@Injectable()
export class PhotoLooksRepository {
  find(manager: EntityManager, photoPath: string): Promise<PhotoLook | null> {
    return manager.findOneBy(PhotoLook, { photoPath });
  }

  /** Asks for a look, once per photo. @returns whether somebody is still to look. */
  async ask(manager: EntityManager, photoPath: string): Promise<boolean> {
    const rows = await manager.query<Pick<PhotoLook, 'state'>[]>(
      `with asked as (
         insert into photo_looks (photo_path) values ($1) on conflict (photo_path) do nothing returning state)
       select state from asked union all select l.state from photo_looks l where l.photo_path = $1`,
      [photoPath],
    );
    return rows[0]?.state === 'waiting';
  }

  /**
   * Begins a look, at most `attemptsMax` times per photo.
   *
   * @returns whose photo it is; null when nobody waits for a look, or it was begun too often.
   */
  async begin(
    manager: EntityManager,
    photoPath: string,
    attemptsMax: number,
  ): Promise<{ userId: string | null } | null> {
    const [rows] = await manager.query<[{ user_id: string | null }[], number]>(
      `update photo_looks l set attempts = l.attempts + 1
        where l.photo_path = $1 and l.state = 'waiting' and l.attempts < $2
        returning (select u.id from users u where u.tg_user_id = split_part(l.photo_path, '/', 2)::bigint) as user_id`,
      [photoPath, attemptsMax],
    );
    return rows[0] ? { userId: rows[0].user_id } : null;
  }

  /** Writes what was seen, unless somebody else was faster or the row is gone. */
  async finish(manager: EntityManager, photoPath: string, sight: PhotoSight): Promise<void> {
    const seen = sight.kind === 'looked' ? sight : { flagged: null, people: null, brand: null };
    await manager.query(
      `update photo_looks set state = $2, flagged = $3, people = $4, brand = $5, tokens_in = $6, tokens_out = $7, looked_at = clock_timestamp()
        where photo_path = $1 and state = 'waiting'`,
      [
        ...[photoPath, sight.kind, seen.flagged, seen.people, seen.brand],
        ...[sight.usage?.tokensIn ?? null, sight.usage?.tokensOut ?? null],
      ],
    );
  }

  /** Removes rows that were asked for longer ago, oldest first, at most `limit`. By `now()`, which an index can be compared with. */
  async trim(manager: EntityManager, { keptMs, limit }: { keptMs: number; limit: number }): Promise<void> {
    await manager.query(
      `delete from photo_looks where photo_path in (
         select photo_path from photo_looks where asked_at < now() - $1 * interval '1 ms'
          order by asked_at limit $2)`,
      [keptMs, limit],
    );
  }

  /** Removes all rows of one person's photos. */
  async eraseOf(manager: EntityManager, tgUserId: number): Promise<void> {
    await manager.query('delete from photo_looks where photo_path like $1', [`inputs/${tgUserId}/%`]);
  }
}
