import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { PhotoLooksRepository } from './photo-looks.repository.js';

/**
 * The jobs' part of an erasure, in the caller's transaction and under the person's lock. What a job cost and how it ended stays; what the
 * person wrote, sent and got goes, and so does whatever providers said about it.
 */
@Injectable()
export class JobErasure {
  constructor(private readonly photoLooks: PhotoLooksRepository) {}

  /** The person's videos that are not over, or are over and still to be sent: nobody is erased meanwhile. */
  async countOpen(manager: EntityManager, userId: string): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      `select count(*)::int as n from jobs where user_id = $1 and (status in ('queued', 'processing') or wake_at is not null)`,
      [userId],
    );
    return row?.n ?? 0;
  }

  /** Forgets it all. A video that waited for a person who had blocked the bot stays parked for ever, without its link. */
  async erase(
    manager: EntityManager,
    { id: userId, tgUserId }: { id: string; tgUserId: number },
  ): Promise<void> {
    await this.photoLooks.eraseOf(manager, tgUserId);
    await manager.query(
      `update jobs set prompt_input = '', options = '{}', prompt = null, photo_path = null, photo_url = null,
              photo_framing = null, photo_url_expires_at = null, result_url = null, result_expires_at = null, video_file_id = null, error_details = null
        where user_id = $1`,
      [userId],
    );
    // A failed task keeps a reason, and where it has no other, the word that there was one.
    await manager.query(
      `update kie_tasks t set result_url = null, error_details = null,
              error_text = case when t.error_text is not null then 'erased' end
         from jobs j where j.id = t.job_id and j.user_id = $1`,
      [userId],
    );
    await manager.query(
      `update job_events e set details = '{}' from jobs j where j.id = e.job_id and j.user_id = $1`,
      [userId],
    );
  }
}
