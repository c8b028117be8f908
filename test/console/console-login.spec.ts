import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp } from '../../src/app.js';
import { LOGIN_LOCK_ID, OperatorSessions } from '../../src/modules/console/operator-sessions.js';
import { testEnv } from '../support/env.js';
import { waitFor } from '../support/wait-for.js';
import { ConsoleWorld, PASSWORD } from './console-world.js';

let world: ConsoleWorld;

beforeAll(async () => {
  world = await ConsoleWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.db.query('delete from console_login_failures'));

const sessionOf = async (headers = {}) => (await world.get<{ session: unknown }>('session', headers)).body;

describe('logging into the console', () => {
  it('gives a cookie that no script and no other site can use, and stores no token', async () => {
    const answer = await world.logIn('Olga');
    expect(answer).toMatchObject({ status: 200, body: { session: { operator: 'Olga' } } });
    expect(answer.headers['set-cookie']).toMatch(
      /^neurocards-console=[\w-]{43}; Max-Age=43200; Path=\/console; HttpOnly; SameSite=Strict$/,
    );
    expect(await sessionOf()).toMatchObject({ session: { operator: 'Olga', timeZone: 'Europe/Moscow' } });
    const token = world.token.split('=')[1] ?? '';
    const rows = await world.db.query(
      'select encode(token_hmac, $1) as hmac, operator from console_sessions',
      ['base64'],
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('ends with the logout, for whoever still holds the cookie', async () => {
    await world.logIn();
    const cookie = world.token;
    const answer = await world.post('logout', {});
    expect(answer.headers['set-cookie']).toContain('Max-Age=0');
    expect(await sessionOf({ cookie })).toEqual({ session: null });
  });

  it('ends after twelve hours, and with another password', async () => {
    await world.logIn();
    expect(await sessionOf()).not.toEqual({ session: null });
    const other = await startApp(
      testEnv({
        ...{ ROLES: 'console', HOST: '127.0.0.1', PORT: '0', DATABASE_URL: world.db.url },
        CONSOLE_PASSWORD: 'another-password',
      }),
    );
    const answer = await other.inject({ url: '/console/api/session', headers: { cookie: world.token } });
    await other.close();
    expect(answer.json()).toEqual({ session: null });
    await world.db.query(`update console_sessions set expires_at = expires_at - interval '12 hours'`);
    expect(await sessionOf()).toEqual({ session: null });
  });

  it.each<[string, object, number]>([
    ['a wrong password', { operator: 'Olga', password: `${PASSWORD}x` }, 401],
    ['no password', { operator: 'Olga', password: '' }, 401],
    ['no name', { operator: ' ', password: PASSWORD }, 400],
    ['a name that is markup', { operator: '<b>Olga</b>', password: PASSWORD }, 400],
    ['a name of several lines', { operator: 'Olga\nroot', password: PASSWORD }, 400],
    ['a list', { operator: 'Olga', password: [PASSWORD] }, 400],
    ['something besides', { operator: 'Olga', password: PASSWORD, isAdmin: true }, 400],
  ])('refuses %s', async (_name, body, status) => {
    const answer = await world.post('login', body);
    expect(answer.status).toBe(status);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('lets an address wait after five wrong passwords, even at the same moment, and others go on', async () => {
    const guess = (password: string, address: string) =>
      world.post('login', { operator: 'Eve', password }, { 'x-forwarded-for': address });
    // No proxy of ours stands before these tests: what a caller says of its address counts for nothing.
    const statuses: number[] = [];
    for (const round of [1, 2, 3, 4]) {
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, index) => guess(`wrong-${round}`, `198.51.100.${index}`)),
      );
      statuses.push(...answers.map(({ status }) => status));
    }
    expect(statuses.sort()).toEqual([...Array<number>(5).fill(401), ...Array<number>(19).fill(429)]);
    const right = await world.post('login', { operator: 'Eve', password: PASSWORD });
    expect(right.status).toBe(429);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(800);
    await world.db.query(`update console_login_failures set address = 'somebody else'`);
    expect((await world.logIn()).status).toBe(200);
  });

  it('lets nobody in where no password is set, whatever is given', async () => {
    const env = testEnv({ ROLES: 'console', DATABASE_URL: world.db.url, CONSOLE_PASSWORD: '' });
    const sessions = new OperatorSessions(world.db.dataSource, env);
    const login = { operator: 'Eve', password: '', address: '198.51.100.8' };
    expect(await sessions.logIn(login)).toEqual({ kind: 'wrong_password' });
  });

  it('counts wrong passwords that several processes are given at the same moment', async () => {
    const env = testEnv({ ROLES: 'console', DATABASE_URL: world.db.url, CONSOLE_PASSWORD: PASSWORD });
    const processes = Array.from({ length: 8 }, () => new OperatorSessions(world.db.dataSource, env));
    const outcomes = await Promise.all(
      processes.map((sessions) =>
        sessions.logIn({ operator: 'Eve', password: 'x', address: '198.51.100.7' }),
      ),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual([
      ...Array<string>(3).fill('wait'),
      ...Array<string>(5).fill('wrong_password'),
    ]);
  });

  it('leaves the database to those who are logged in, however many try at once', async () => {
    await world.logIn();
    const runner = world.db.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('select pg_advisory_xact_lock($1)', [LOGIN_LOCK_ID]);
    const statuses: number[] = [];
    const logins = Array.from({ length: 20 }, async () => {
      statuses.push((await world.post('login', { operator: 'Eve', password: 'wrong' })).status);
    });
    try {
      await waitFor(() => statuses.length === 18, { what: 'the refusal of the other logins' });
      expect(await sessionOf()).toMatchObject({ session: { operator: 'Olga' } });
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
      await Promise.all(logins);
    }
    expect(statuses.sort()).toEqual([401, 401, ...Array<number>(18).fill(429)]);
  });

  it('lets everybody wait after thirty from many addresses, until they are a quarter of an hour old', async () => {
    await world.db.query(
      `insert into console_login_failures (address) select 'address ' || n from generate_series(1, 30) n`,
    );
    expect((await world.post('login', { operator: 'Olga', password: PASSWORD })).status).toBe(429);
    await world.db.query(`update console_login_failures set failed_at = failed_at - interval '15 minutes'`);
    expect((await world.logIn()).status).toBe(200);
    expect(await world.db.query('select from console_login_failures')).toEqual([]);
  });
});

describe('a post to the console', () => {
  it.each<[string, Record<string, string>]>([
    ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['of a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['without an origin', { origin: '' }],
    ['without our header', { 'x-neurocards-console': '' }],
    ['of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('%s is refused before the password is looked at', async (_name, headers) => {
    const answer = await world.post('login', { operator: 'Olga', password: PASSWORD }, headers);
    expect([403, 415]).toContain(answer.status);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('every answer of the console', () => {
  it.each([
    '/console',
    '/console/api/session',
    '/console/api/nothing',
    '/console/assets/none.js',
    '/console?x=1',
    // Fastify decodes a path before it looks for its route.
    '/%63onsole',
    '/%63onsole/api/session',
    '/c%6Fnsole/api/people',
    '/%63onsole/api/nothing',
    '/nothing',
    // No address at all: answered before any hook.
    '/console/%zz',
    `/console/api/jobs/${'x'.repeat(200)}`,
  ])('%s is kept from frames, scripts of others and caches', async (path) => {
    const { headers } = await world.get(path);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toMatch(/unsafe|data:|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it.each(['/health/live', '/metrics'])('leaves %s alone', async (path) => {
    const { headers } = await world.get(path);
    expect(headers['content-security-policy']).toBeUndefined();
  });
});
