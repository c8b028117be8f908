import type { EntityManager } from 'typeorm';
import { ConsoleError } from './console.errors.js';
import type { SearchMeaning } from './search.rules.js';

/** So many people are looked for who may be meant, before what is theirs is. */
const PEOPLE_MAX = 100;

/**
 * The ids of people whom a search may mean, each way by an index of its own.
 *
 * @throws ConsoleError 400 for more than {@link PEOPLE_MAX}: of some of them nothing could be said about the rest.
 */
export async function findPeople(manager: EntityManager, meaning: SearchMeaning): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `(select id from users where id between $1 and $2)
     union (select id from users where tg_user_id = $3)
     union (select id from users where ${beginsWith('lower(username)', '$4')} limit $6)
     union (select u.id from unnest($5::text[]) name, users u where ${beginsWith('u.first_name', 'name')} limit $6)
     union (select u.id from unnest($5::text[]) name, users u where ${beginsWith('u.last_name', 'name')} limit $6)
     union (select u.id from unnest($7::text[], $8::text[]) as name (first, last), users u
             where ${beginsWith('u.first_name', 'name.first')} and ${beginsWith('u.last_name', 'name.last')} limit $6)
     limit $6`,
    [
      meaning.idRange?.from ?? null,
      meaning.idRange?.to ?? null,
      meaning.tgUserId,
      meaning.username,
      meaning.names,
      PEOPLE_MAX + 1,
      meaning.fullNames.map(({ first }) => first),
      meaning.fullNames.map(({ last }) => last),
    ],
  );
  if (rows.length > PEOPLE_MAX) {
    throw new ConsoleError(400, `More than ${PEOPLE_MAX} people fit this search: narrow it.`);
  }
  return rows.map(({ id }) => id);
}

/** As `like '…%'`, byte by byte, which an index of `text_pattern_ops` answers for a beginning that is known only when it runs. */
function beginsWith(column: string, beginning: string): string {
  return `(${column} ~>=~ ${beginning}::text and ${column} ~<~ (${beginning}::text || chr(1114111)))`;
}
