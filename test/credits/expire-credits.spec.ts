import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ForeignIdempotencyKeyError,
  InvalidCreditOperationError,
  UnknownUserError,
  type CreditsService,
} from '../../src/modules/credits/index.js';
import { runInTransaction } from '../../src/platform/index.js';
import type { TestDatabase } from '../support/database.js';
import { atOnce, aUser, createCreditsDatabase, expectCleanAudit, historyOf, order } from './fixtures.js';

let db: TestDatabase;
let credits: CreditsService;
beforeAll(async () => {
  ({ db, credits } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

const expire = (userId: string, cause: string) =>
  runInTransaction(db.dataSource, (em) => credits.expireAll(em, { userId, cause }));

it('takes what is left, once, however often and by however many it is asked', async () => {
  const user = await aUser(db, { credits: 7 });
  const answers = await atOnce(() => expire(user.id, `gone-${user.id}`));
  expect(answers).toEqual(answers.map(() => ({ expiredCredits: 7 })));
  expect(await historyOf(db, user)).toEqual(['signup +7 = 7', 'expired -7 = 0']);
});

it('writes nothing where nothing is left', async () => {
  const user = await aUser(db, { credits: 1 });
  await order(db, user);
  expect(await expire(user.id, `gone-${user.id}`)).toEqual({ expiredCredits: 0 });
  expect(await historyOf(db, user)).toEqual(['signup +1 = 1', 'usage -1 = 0']);
});

it('refuses a cause of somebody else or of something else, nobody, and no cause', async () => {
  const [user, other] = [await aUser(db), await aUser(db)];
  await db.query(`select add_credits($1, 1, 'bonus', 'a-gift')`, [user.tgUserId]);
  await expect(expire(user.id, 'a-gift')).rejects.toBeInstanceOf(ForeignIdempotencyKeyError);
  await expire(user.id, 'a-cause');
  await expect(expire(other.id, 'a-cause')).rejects.toBeInstanceOf(ForeignIdempotencyKeyError);
  const nobody = '00000000-0000-4000-8000-000000000000';
  await expect(expire(nobody, 'of-nobody')).rejects.toBeInstanceOf(UnknownUserError);
  await expect(expire(user.id, ' ')).rejects.toBeInstanceOf(InvalidCreditOperationError);
});
