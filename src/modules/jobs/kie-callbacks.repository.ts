import { Injectable } from '@nestjs/common';
import { EntityManager, IsNull, Not } from 'typeorm';
import { KieCallback } from './kie-callback.entity.js';

/** Different claims that are kept for one task: KIE has one to make, and whoever guesses has not more. */
const CLAIMS_MAX = 20;

/** The rows of `kie_callbacks`. */
@Injectable()
export class KieCallbacksRepository {
  /** Keeps a callback, due at once. Returns its id; null when its task has too many claims already. */
  async keep(
    manager: EntityManager,
    callback: { kieTaskId: string; claimedTaskId: string | null },
  ): Promise<string | null> {
    const rows = await manager.query<{ id: string }[]>(
      `insert into kie_callbacks as c (kie_task_id, claimed_task_id, check_at)
       select $1, $2, clock_timestamp()
        where (select count(*) from kie_callbacks
                where kie_task_id = $1 and claimed_task_id is distinct from $2) < $3
       on conflict (kie_task_id, claimed_task_id) do update set times = c.times + 1,
         received_at = clock_timestamp(), check_at = excluded.check_at
       returning id`,
      [callback.kieTaskId, callback.claimedTaskId, CLAIMS_MAX],
    );
    return rows[0]?.id ?? null;
  }

  /** A callback that is still to be checked. */
  findOpen(manager: EntityManager, id: string): Promise<KieCallback | null> {
    return manager.findOneBy(KieCallback, { id, checkAt: Not(IsNull()) });
  }

  /** Nothing more is to be learnt from it. @returns false when it came again since it was read. */
  async settle(manager: EntityManager, { id, times }: KieCallback): Promise<boolean> {
    const [, affected] = await manager.query<[unknown[], number]>(
      `update kie_callbacks set check_at = null where id = $1 and times = $2`,
      [id, times],
    );
    return affected === 1;
  }

  /** Puts the next look off, or ends the looks when it came longer than its life ago. @returns whether there is a next one. */
  async postpone(
    manager: EntityManager,
    { id }: KieCallback,
    { againInMs, lifeMs }: { againInMs: number; lifeMs: number },
  ): Promise<boolean> {
    const [rows] = await manager.query<[{ kept: boolean }[], number]>(
      `update kie_callbacks set check_at = case when received_at + $3 * interval '1 ms' > clock_timestamp()
                                                then clock_timestamp() + $2 * interval '1 ms' end
        where id = $1 returning check_at is not null as kept`,
      [id, againInMs, lifeMs],
    );
    return rows[0]?.kept ?? false;
  }

  /**
   * Removes callbacks of tasks that are over, of which nothing more is to be learnt and which came longer ago. Looks at the oldest `limit`.
   *
   * @returns how many.
   */
  async trim(manager: EntityManager, { keptMs, limit }: { keptMs: number; limit: number }): Promise<number> {
    const [, trimmed] = await manager.query<[unknown, number]>(
      `delete from kie_callbacks where check_at is null and id in (
         select c.id from (select * from kie_callbacks order by id limit $2) c join kie_tasks t on t.id = c.kie_task_id
          where c.received_at < clock_timestamp() - $1 * interval '1 ms' and t.state not in ('creating', 'unknown', 'running'))`,
      [keptMs, limit],
    );
    return trimmed;
  }

  /** Callbacks whose look is overdue by more than the given time, oldest first, at most `limit`. */
  async listOverdue(manager: EntityManager, overdueMs: number, limit: number): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select id from kie_callbacks where check_at < clock_timestamp() - $1 * interval '1 ms'
        order by check_at limit $2`,
      [overdueMs, limit],
    );
    return rows.map(({ id }) => id);
  }
}
