import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from 'typeorm';
import { UserNotFoundError, UsersRepository, UsersService } from '../../src/modules/users/index.js';
import { runInTransaction, sqlStateOf } from '../../src/platform/index.js';
import type { CreditsService } from '../../src/modules/credits/index.js';
import { createCreditsDatabase, expectCleanAudit, historyOf } from '../credits/fixtures.js';
import type { TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

const KEY = 'the-key-of-the-tests-of-32-characters';

let db: TestDatabase;
let credits: CreditsService;
let users: UsersService;
let lastTgUserId = 6_000_000_000;
beforeAll(async () => {
  ({ db, credits } = await createCreditsDatabase());
  users = new UsersService(db.dataSource, new UsersRepository(), { USER_HMAC_KEY: KEY });
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

const register = (tgUserId: number) => users.register({ tgUserId, firstName: 'Anna' });

async function somebody() {
  const tgUserId = (lastTgUserId += 1);
  const { user } = await register(tgUserId);
  return user;
}

/** What an erasure does to a person and their balance, in its order of locks. */
async function eraseIn(em: EntityManager, userId: string): Promise<void> {
  await credits.lockUser(em, userId);
  if (!(await users.find(userId, em))) return;
  await credits.expireAll(em, { userId, cause: `erased-${userId}` });
  await users.erase(em, userId);
}

const erase = (userId: string) => runInTransaction(db.dataSource, (em) => eraseIn(em, userId));

/** Everybody who was ever this Telegram user: how many live, and how many welcomes they got together. */
async function countOf(tgUserId: number) {
  const [row] = await db.query<{ living: number; welcomes: number }>(
    `select count(*) filter (where u.tg_user_id = $1)::int as living, count(h.id)::int as welcomes from users u
       left join credits_history h on h.user_id = u.id and h.operation_type = 'signup'
      where u.tg_user_id = $1 or u.tg_user_hmac = (select e.tg_user_hmac from users e where e.id = $2)`,
    [tgUserId, await findErased(tgUserId)],
  );
  return row;
}

/** By the command that operators find them with. */
async function findErased(tgUserId: number): Promise<string | null> {
  const hmac = createHmac('sha256', KEY).update(String(tgUserId)).digest('hex');
  const [row] = await db.query<{ id: string }>(
    `select id from users where tg_user_hmac = decode('${hmac}', 'hex') order by erased_at limit 1`,
  );
  return row?.id ?? null;
}

describe('somebody who was erased', () => {
  it('is no user any more, but for the ledger', async () => {
    const user = await somebody();
    await users.setEmail(user.id, 'anna@example.com');
    await erase(user.id);
    expect(await users.find(user.id)).toBeNull();
    expect(await users.findByTgUserId(user.tgUserId)).toBeNull();
    await expect(users.getById(user.id)).rejects.toBeInstanceOf(UserNotFoundError);
    await expect(users.setEmail(user.id, 'a@b.ru')).rejects.toBeInstanceOf(UserNotFoundError);
    await expect(users.setLanguage(user.id, 'en')).rejects.toBeInstanceOf(UserNotFoundError);
    await expect(users.agree(user.id)).rejects.toBeInstanceOf(UserNotFoundError);
    await expect(erase(user.id)).resolves.toBeUndefined();
    expect(await users.markBlocked(user.id)).toBe(false);
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2', 'expired -2 = 0']);
    expect(await findErased(user.tgUserId)).toBe(user.id);
  });

  it('is a new person without a second welcome, as often as they come back', async () => {
    const first = await somebody();
    await erase(first.id);
    for (let times = 0; times < 2; times++) {
      const { user, created } = await register(first.tgUserId);
      expect(created).toBe(true);
      expect(user).toMatchObject({ credits: 0, email: null, consentedAt: expect.any(Date) as Date });
      expect(await historyOf(db, user)).toEqual([]);
      await erase(user.id);
    }
    expect(await countOf(first.tgUserId)).toEqual({ living: 0, welcomes: 1 });
  });

  it('stays banned, unless they were forgiven before they went again', async () => {
    const first = await somebody();
    await db.query('update users set banned_at = now() where id = $1', [first.id]);
    await erase(first.id);
    const { user: banned } = await register(first.tgUserId);
    expect(banned.bannedAt).toBeInstanceOf(Date);
    await db.query('update users set banned_at = null where id = $1', [banned.id]);
    await erase(banned.id);
    expect((await register(first.tgUserId)).user.bannedAt).toBeNull();
  });

  it.each([
    ['a name', `first_name = 'Anna'`],
    ['an address', `email = 'a@b.ru'`],
    ['credits', 'credits = 1'],
    ['a Telegram id', 'tg_user_id = 4'],
    ['no HMAC', 'tg_user_hmac = null'],
  ])('cannot get %s again: the schema refuses', async (_what, change) => {
    const user = await somebody();
    await erase(user.id);
    const refused = db.query(`update users set ${change} where id = $1`, [user.id]).catch(sqlStateOf);
    expect(await refused).toBe('23514');
  });
});

describe('an erasure and registrations at one moment', () => {
  const aLockIsAwaited = () =>
    waitFor(
      async () => {
        const waiting = await db.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      },
      { what: 'a statement that waits for a lock' },
    );

  it('give no second welcome to whoever waits for the erasure’s commit', async () => {
    const user = await somebody();
    const runner = db.dataSource.createQueryRunner();
    await runner.startTransaction();
    try {
      await eraseIn(runner.manager, user.id);
      const registering = register(user.tgUserId);
      await aLockIsAwaited();
      await runner.commitTransaction();
      expect(await registering).toMatchObject({ created: true, user: { credits: 0 } });
    } finally {
      await runner.release();
    }
    expect(await countOf(user.tgUserId)).toEqual({ living: 1, welcomes: 1 });
  });

  it('end with one welcome and at most one person, whatever comes first', async () => {
    for (let round = 0; round < 5; round++) {
      const user = await somebody();
      const calls = Array.from({ length: 12 }, (_, index) =>
        index % 5 === round % 5 ? erase(user.id) : register(user.tgUserId),
      );
      await Promise.all(calls);
      expect(await countOf(user.tgUserId)).toEqual({
        living: expect.toBeOneOf([0, 1]) as number,
        welcomes: 1,
      });
    }
  });
});
