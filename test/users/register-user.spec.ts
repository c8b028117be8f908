import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UserNotFoundError, UsersRepository, UsersService } from '../../src/modules/users/index.js';
import { atOnce, createCreditsDatabase, expectCleanAudit, historyOf } from '../credits/fixtures.js';
import type { TestDatabase } from '../support/database.js';

let db: TestDatabase;
let users: UsersService;
beforeAll(async () => {
  ({ db } = await createCreditsDatabase());
  users = new UsersService(db.dataSource, new UsersRepository(), {
    USER_HMAC_KEY: 'the-key-of-the-tests-of-32-characters',
  });
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

describe('the first /start', () => {
  it('makes the person with two welcome credits', async () => {
    const { user, created } = await users.register({
      tgUserId: 9_007_199_254_740_991,
      username: 'anna',
      firstName: 'An\0na',
      languageCode: 'uk',
    });
    expect(created).toBe(true);
    expect(user).toMatchObject({
      tgUserId: 9_007_199_254_740_991,
      username: 'anna',
      firstName: 'Anna',
      lastName: null,
      language: 'ru',
      credits: 2,
      blockedAt: null,
    });
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2']);
  });

  it('F-95 F-93 welcomes once when 20 come at once', async () => {
    const answers = await atOnce(() =>
      users.register({ tgUserId: 1001, firstName: 'Olga', languageCode: 'en' }),
    );
    const registered = answers.filter((answer) => 'user' in answer);
    expect(registered).toHaveLength(20);
    expect(registered.filter((answer) => answer.created)).toHaveLength(1);
    expect(new Set(registered.map((answer) => answer.user.id)).size).toBe(1);
    expect(registered.every((answer) => answer.user.credits === 2)).toBe(true);
    expect(await historyOf(db, registered[0]!.user)).toEqual(['signup +2 = 2']);
  });

  it('is an agreement to the terms, and takes the language that was chosen', async () => {
    const profile = { tgUserId: 1004, firstName: 'Olga', languageCode: 'en' };
    const first = await users.register(profile, { language: 'ru' });
    expect(first).toMatchObject({ created: true, user: { language: 'ru' } });
    expect(first.user.consentedAt).toBeInstanceOf(Date);
    // The same choice may come twice, and the last one counts.
    expect(await users.register(profile, { language: 'en' })).toMatchObject({
      created: false,
      user: { language: 'en', consentedAt: first.user.consentedAt },
    });
  });

  it('writes no history row when there is no welcome', async () => {
    const [row] = await db.query<{ answer: { user_id: string } }>(
      `select register_user(1002, null, 'Ivan', null, 'ru', 0) as answer`,
    );
    expect(await historyOf(db, { id: row!.answer.user_id })).toEqual([]);
  });

  it.each([
    ['no Telegram id', `null, null, null, null, 'ru'`],
    ['a group as a person', `-100, null, null, null, 'ru'`],
    ['an unknown language', `1003, null, null, null, 'de'`],
    ['a negative welcome', `1003, null, null, null, 'ru', -1`],
  ])('refuses %s with NC005', async (_, parameters) => {
    await expect(db.query(`select register_user(${parameters})`)).rejects.toMatchObject({ code: 'NC005' });
  });
});

describe('a person from before the terms', () => {
  it('has not agreed by being known, and agrees once', async () => {
    await db.query(`select register_user(1005, null, 'Ivan', null, 'ru')`);
    const { user, created } = await users.register({ tgUserId: 1005, firstName: 'Ivan' });
    expect({ created, consentedAt: user.consentedAt }).toEqual({ created: false, consentedAt: null });
    await users.agree(user.id);
    const { consentedAt } = await users.getById(user.id);
    expect(consentedAt).toBeInstanceOf(Date);
    await users.agree(user.id);
    expect((await users.getById(user.id)).consentedAt).toEqual(consentedAt);
  });
});

describe('a later /start', () => {
  it('brings the name up to date and keeps language and balance', async () => {
    const first = await users.register({ tgUserId: 1010, username: 'old', languageCode: 'ru' });
    await users.setLanguage(first.user.id, 'en');
    const again = await users.register({
      tgUserId: 1010,
      username: 'new',
      firstName: 'Pyotr',
      languageCode: 'ru',
    });
    expect(again.created).toBe(false);
    expect(again.user).toMatchObject({
      id: first.user.id,
      username: 'new',
      firstName: 'Pyotr',
      language: 'en',
      credits: 2,
    });
    expect(await historyOf(db, first.user)).toEqual(['signup +2 = 2']);
  });
});

describe('a name that is brought up to date', () => {
  it('asks the database for nothing where it is the same', async () => {
    const profile = { tgUserId: 1012, username: 'an\0na', firstName: 'Anna' };
    const { user } = await users.register(profile);
    const statements = vi.spyOn(db.dataSource, 'createQueryRunner');
    expect(await users.refresh(user, profile)).toBe(user);
    expect(statements).not.toHaveBeenCalled();
    statements.mockRestore();
  });

  it.each([
    [{ username: 'olga' }, { username: 'olga' }],
    [{ firstName: 'Olga' }, { firstName: 'Olga' }],
    [{ lastName: 'Petrova' }, { lastName: 'Petrova' }],
    [{ username: undefined }, { username: null }],
  ])('is stored where it has become %j', async (change, stored) => {
    const profile = { tgUserId: 1013, username: 'anna', firstName: 'Anna' };
    const { user } = await users.register(profile);
    const refreshed = await users.refresh(user, { ...profile, ...change });
    expect(refreshed).toMatchObject({ id: user.id, ...stored });
    expect(await users.getById(user.id)).toEqual(refreshed);
  });
});

describe('a /start that brings no news', () => {
  it('does not touch the row', async () => {
    const profile = { tgUserId: 1011, username: 'anna', firstName: 'Anna' };
    const first = await users.register(profile);
    const again = await users.register(profile);
    expect(again.user.updatedAt).toEqual(first.user.updatedAt);
    const renamed = await users.register({ ...profile, lastName: 'Ivanova' });
    expect(renamed.user.updatedAt.getTime()).toBeGreaterThan(first.user.updatedAt.getTime());
  });
});

describe('the person', () => {
  it('is found by either id, or not', async () => {
    const { user } = await users.register({ tgUserId: 1020 });
    expect(await users.getById(user.id)).toEqual(user);
    expect(await users.findByTgUserId(1020)).toEqual(user);
    expect(await users.findByTgUserId(1021)).toBeNull();
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(users.getById(nobody)).rejects.toBeInstanceOf(UserNotFoundError);
    await expect(users.setLanguage(nobody, 'en')).rejects.toBeInstanceOf(UserNotFoundError);
  });

  it('is blocked since the first refusal, and returns once', async () => {
    const { user } = await users.register({ tgUserId: 1030 });
    expect(await users.markReturned(user.id)).toBe(false);
    expect(await users.markBlocked(user.id)).toBe(true);
    const since = (await users.getById(user.id)).blockedAt;
    expect(since).toBeInstanceOf(Date);
    expect(await users.markBlocked(user.id)).toBe(false);
    expect((await users.getById(user.id)).blockedAt).toEqual(since);
    expect(await users.markReturned(user.id)).toBe(true);
    expect((await users.getById(user.id)).blockedAt).toBeNull();
  });

  it('has an e-mail for receipts once they have given one, and no other than an address', async () => {
    const { user } = await users.register({ tgUserId: 1040 });
    expect(user.email).toBeNull();
    await users.setEmail(user.id, 'anna@example.com');
    await users.setEmail(user.id, 'anna+receipts@example.com');
    expect((await users.getById(user.id)).email).toBe('anna+receipts@example.com');
    const again = await users.register({ tgUserId: 1040, firstName: 'Anna' });
    expect(again.user.email).toBe('anna+receipts@example.com');
    await expect(users.setEmail(user.id, '')).rejects.toMatchObject({ code: '23514' });
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(users.setEmail(nobody, 'a@b.ru')).rejects.toBeInstanceOf(UserNotFoundError);
  });
});
