import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';

/** The old rows of `job_events`; new ones are written by who moves the job. */
@Injectable()
export class JobEventsRepository {
  /**
   * Removes from the timelines of jobs that are over what happened longer ago. Looks at the oldest `limit` events of all, by their ids: there
   * is no index on their times, which would be the largest of all. @returns how many.
   */
  async trim(manager: EntityManager, { keptMs, limit }: { keptMs: number; limit: number }): Promise<number> {
    const [, trimmed] = await manager.query<[unknown, number]>(
      `delete from job_events where id in (
         select e.id from (select id, job_id, at from job_events order by id limit $2) e
           join jobs j on j.id = e.job_id
          where e.at < clock_timestamp() - $1 * interval '1 ms' and j.status in ('completed', 'failed') and j.wake_at is null)`,
      [keptMs, limit],
    );
    return trimmed;
  }
}
