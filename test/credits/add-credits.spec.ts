import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreditsService } from '../../src/modules/credits/index.js';
import {
  ForeignIdempotencyKeyError,
  InvalidCreditOperationError,
  UnknownUserError,
  type CreditsToAdd,
} from '../../src/modules/credits/index.js';
import { runInTransaction, sqlStateOf } from '../../src/platform/index.js';
import type { TestDatabase } from '../support/database.js';
import { atOnce, aUser, balanceOf, createCreditsDatabase, expectCleanAudit, historyOf } from './fixtures.js';
import { holding } from './holding.js';

let db: TestDatabase;
let credits: CreditsService;
beforeAll(async () => {
  ({ db, credits } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

const add = (given: CreditsToAdd) => runInTransaction(db.dataSource, (em) => credits.add(em, given));

describe('adding credits', () => {
  it('is a bonus unless said otherwise', async () => {
    const user = await aUser(db);
    expect(await db.query('select add_credits($1, 3) as balance', [user.tgUserId])).toEqual([{ balance: 5 }]);
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2', 'bonus +3 = 5']);
  });

  it('without a cause adds each time', async () => {
    const user = await aUser(db);
    await add({ tgUserId: user.tgUserId, amount: 1, type: 'topup' });
    expect(await add({ tgUserId: user.tgUserId, amount: 1, type: 'correction' })).toEqual({ newCredits: 4 });
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2', 'topup +1 = 3', 'correction +1 = 4']);
  });

  it('F-49 counts each of 20 at once', async () => {
    const user = await aUser(db);
    await atOnce(() => add({ tgUserId: user.tgUserId, amount: 5, type: 'bonus' }));
    expect(await balanceOf(db, user)).toBe(102);
  });

  it('with a cause adds once, also for 20 at once', async () => {
    const user = await aUser(db);
    const gift: CreditsToAdd = { tgUserId: user.tgUserId, amount: 5, type: 'bonus', cause: 'spring-gift' };
    const answers = await atOnce(() => add(gift));
    expect(answers).toEqual(Array(20).fill({ newCredits: 7 }));
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2', 'bonus +5 = 7']);
  });

  it('refuses a cause that means something else', async () => {
    const [user, other] = [await aUser(db), await aUser(db)];
    const gift: CreditsToAdd = { tgUserId: user.tgUserId, amount: 5, type: 'bonus', cause: 'autumn-gift' };
    await add(gift);
    await expect(add({ ...gift, tgUserId: other.tgUserId })).rejects.toBeInstanceOf(
      ForeignIdempotencyKeyError,
    );
    await expect(add({ ...gift, amount: 6 })).rejects.toBeInstanceOf(InvalidCreditOperationError);
    await expect(add({ ...gift, type: 'topup' })).rejects.toBeInstanceOf(InvalidCreditOperationError);
    expect(await balanceOf(db, other)).toBe(2);
  });

  it('lets nobody else have a cause that somebody is about to have', async () => {
    const [anna, boris] = [await aUser(db), await aUser(db)];
    const claim = `select add_credits($1, 1, 'bonus', 'awaited-gift')`;
    const first = await holding(db, (em) => em.query(claim, [anna.tgUserId]));
    const second = db.query(claim, [boris.tgUserId]).catch(sqlStateOf);
    await first.untilAwaited();
    await first.commit();
    expect(await second).toBe('NC002');
    expect(await balanceOf(db, boris)).toBe(2);
  });

  it('gives a cause that 20 people claim at once to one of them', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => aUser(db)));
    const answers = await atOnce((index) =>
      db.query(`select add_credits($1, 1, 'bonus', 'contested-gift')`, [people[index]!.tgUserId]),
    );
    expect(answers.filter((answer) => 'refused' in answer && answer.refused === 'NC002')).toHaveLength(19);
    const balances = await Promise.all(people.map((person) => balanceOf(db, person)));
    expect(balances.sort()).toEqual([...Array<number>(19).fill(2), 3]);
  });

  it.each<[string, Partial<CreditsToAdd>]>([
    ['nothing', { amount: 0 }],
    ['less than nothing', { amount: -5 }],
    ['more than anybody means', { amount: 1_000_001 }],
    ['a purchase', { type: 'purchase' as 'bonus' }],
    ['a refund', { type: 'refund' as 'bonus' }],
    ['an empty cause', { cause: ' ' }],
  ])('refuses %s', async (_, given) => {
    const user = await aUser(db);
    await expect(add({ tgUserId: user.tgUserId, amount: 1, type: 'bonus', ...given })).rejects.toBeInstanceOf(
      InvalidCreditOperationError,
    );
    expect(await balanceOf(db, user)).toBe(2);
  });

  it('refuses somebody unknown', async () => {
    await expect(add({ tgUserId: 1, amount: 1, type: 'bonus' })).rejects.toBeInstanceOf(UnknownUserError);
  });
});

describe('the credit history of a person', () => {
  it('is read newest first, page by page, and is theirs alone', async () => {
    const [user, other] = [await aUser(db), await aUser(db)];
    for (const amount of [1, 2, 3, 4]) {
      await add({ tgUserId: user.tgUserId, amount, type: 'bonus' });
      await add({ tgUserId: other.tgUserId, amount, type: 'topup' });
    }
    const first = await credits.listPage(user.id, { page: 0, pageSize: 3 });
    expect(first.rows.map((row) => row.amount)).toEqual([4, 3, 2]);
    expect(first.rows[0]).toMatchObject({
      userId: user.id,
      operationType: 'bonus',
      balanceAfter: 12,
      jobId: null,
      cause: null,
    });
    const rest = await credits.listPage(user.id, { page: 1, pageSize: 3 });
    expect(rest.rows.map((row) => row.operationType)).toEqual(['bonus', 'signup']);
    expect([first.pages, rest.page, rest.pages]).toEqual([2, 1, 2]);
    expect(await credits.listPage(user.id, { page: 9, pageSize: 3 })).toEqual(rest);
    expect((await credits.listPage(user.id, { page: -1, pageSize: -1 })).rows).toHaveLength(1);
  });

  it('ends in the balance', async () => {
    const user = await aUser(db);
    expect(await credits.balanceOf(user.id)).toBe(2);
    await expect(credits.balanceOf('00000000-0000-4000-8000-000000000000')).rejects.toBeInstanceOf(
      UnknownUserError,
    );
  });
});
