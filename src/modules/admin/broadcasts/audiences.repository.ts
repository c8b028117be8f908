import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Audience, BroadcastWho } from './broadcast.types.js';

/** Who can be written to at all. */
const REACHABLE = `u.consented_at is not null and u.blocked_at is null and u.banned_at is null and u.erased_at is null`;

/** `offset 0` keeps PostgreSQL from joining: for a few people it looks each one up, instead of reading all jobs once more each second. */
const ONE_BY_ONE = 'offset 0';

/** What makes somebody one of those who are meant; `how` ends the look at what they did. */
function conditionOf(who: BroadcastWho, how = ''): string {
  const ordered = `exists (select from jobs j where j.user_id = u.id ${how})`;
  switch (who) {
    case 'everybody':
      return 'true';
    case 'ordered':
      return ordered;
    case 'never_ordered':
      return `not ${ordered}`;
    case 'bought':
      return `exists (select from payments p where p.user_id = u.id and p.status = 'completed' ${how})`;
  }
}

/** The people of a broadcast: how many they are, and the next of them. */
@Injectable()
export class AudiencesRepository {
  async count(manager: EntityManager, { who, language }: Audience): Promise<number> {
    const [row] = await manager.query<{ people: number }[]>(
      `select count(*)::int as people from users u
        where ${REACHABLE} and ($1::text is null or u.language = $1) and ${conditionOf(who)}`,
      [language],
    );
    return row?.people ?? 0;
  }

  /**
   * Lists the next people of a broadcast, each once, in the order of our ids, so that no look begins anew. Who came after it began is not among
   * them.
   *
   * @returns how many are new, and how far it went; null when nobody is left.
   */
  async listNext(
    manager: EntityManager,
    broadcast: { id: string; audience: Audience; afterUserId: string | null },
    limit: number,
  ): Promise<{ lastUserId: string; listed: number } | null> {
    const { who, language } = broadcast.audience;
    const rows = await manager.query<{ id: string }[]>(
      `with next as (
         select u.id from users u
          where ${REACHABLE} and ($2::text is null or u.language = $2) and ${conditionOf(who, ONE_BY_ONE)}
            and u.created_at <= (select created_at from broadcasts where id = $1)
            and ($3::uuid is null or u.id > $3)
          order by u.id limit $4),
       listed as (
         insert into broadcast_deliveries (broadcast_id, user_id) select $1, id from next on conflict do nothing)
       select id from next order by id desc`,
      [broadcast.id, language, broadcast.afterUserId, limit],
    );
    const last = rows[0];
    return last ? { lastUserId: last.id, listed: rows.length } : null;
  }
}
