import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  configureLogging,
  logger,
  NestLogger,
  parseEnv,
  registerSecrets,
  runWithLogContext,
  secretsOf,
} from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

interface Line {
  level: string;
  time: string;
  msg: string;
  [field: string]: unknown;
}

let text = '';

/** The lines written since the last look. */
function lines(): Line[] {
  const written = text.split('\n').filter(Boolean);
  text = '';
  return written.map((line) => JSON.parse(line) as Line);
}

beforeAll(() => configureLogging('debug', { write: (chunk: string) => void (text += chunk) }));
afterAll(() => configureLogging('silent'));
beforeEach(() => {
  text = '';
});

const log = logger('test');

describe('a log line', () => {
  it('is one JSON object with time, level, part, words and fields', () => {
    log.info({ count: 2 }, 'Two of them\nand a second line');
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'info',
        part: 'test',
        msg: 'Two of them\nand a second line',
        count: 2,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      }),
    ]);
  });

  it('carries the ids of what it is about, through every await and nested work', async () => {
    await runWithLogContext({ requestId: 'r-1' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await runWithLogContext({ userId: 'u-1', jobId: 'j-1' }, async () => {
        await Promise.resolve();
        log.info({}, 'inside');
      });
      log.info({}, 'outside');
    });
    log.info({}, 'after');
    const [inside, outside, after] = lines();
    expect(inside).toMatchObject({ requestId: 'r-1', userId: 'u-1', jobId: 'j-1' });
    expect(outside).toMatchObject({ requestId: 'r-1' });
    expect(outside).not.toHaveProperty('jobId');
    expect(after).not.toHaveProperty('requestId');
  });

  it('says nothing of what an earlier line about the same thing said', () => {
    runWithLogContext({ jobId: 'j-1' }, () => {
      log.warn({ provider: 'openai', err: new Error('x') }, 'first');
      log.info({}, 'second');
    });
    const [, second] = lines();
    expect(second).not.toHaveProperty('provider');
    expect(second).not.toHaveProperty('err');
  });

  it('is written for Nest’s own words too, with their stack', () => {
    const nest = new NestLogger();
    nest.log('Routes are mapped', 'RouterExplorer');
    nest.error('It broke', 'Error: It broke\n  at x', 'Somewhere');
    nest.error(new Error('It broke again'));
    const [mapped, broke, again] = lines();
    expect(mapped).toMatchObject({ level: 'debug', part: 'RouterExplorer', msg: 'Routes are mapped' });
    expect(broke).toMatchObject({
      level: 'error',
      part: 'Somewhere',
      stack: expect.stringContaining('at x') as string,
    });
    expect(again).toMatchObject({ msg: 'Error: It broke again', err: { message: 'It broke again' } });
  });

  it.each(['error', 'silent'] as const)('is left out below level %s', (level) => {
    configureLogging(level, { write: (chunk: string) => void (text += chunk) });
    log.warn({}, 'not a matter of now');
    configureLogging('debug', { write: (chunk: string) => void (text += chunk) });
    expect(lines()).toEqual([]);
  });
});

describe('an error on a log line', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  it('says what, where and why, and how it came to it', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    log.error({ err: new Error('KIE was not reached', { cause }) }, 'Failed');
    expect(lines()[0]?.err).toEqual({
      type: 'Error',
      message: 'KIE was not reached',
      stack: expect.stringContaining('logging.spec.ts') as string,
      cause: expect.objectContaining({ message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' }) as object,
    });
  });

  it('never holds the values of a refused statement', async () => {
    const error: unknown = await db
      .query('select $1::text, $2::int / 0', ['a seller’s own words', 1])
      .catch((failure: unknown) => failure);
    log.error({ err: error }, 'Failed');
    expect(text).not.toContain('own words');
    expect(lines()[0]?.err).toMatchObject({ code: '22012', message: 'division by zero' });
  });

  it('never holds the headers and the body of a call that failed', async () => {
    const server = createServer((request) => request.socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const error: unknown = await axios
      .post(
        `http://127.0.0.1:${port}/v1`,
        { prompt: 'a seller’s own words' },
        {
          headers: {
            Authorization: 'Key not-registered-0123456789',
            'X-Api-Key': 'not-registered-0123456789',
          },
        },
      )
      .catch((failure: unknown) => failure);
    server.close();
    log.warn({ err: error }, 'Failed');
    expect(text).not.toMatch(/own words|not-registered/);
    expect(lines()[0]?.err).toMatchObject({ code: 'ECONNRESET' });
  });

  it('stays one readable line when the error is huge, circular or no error', () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const loop = new Error('loop', { cause: undefined });
    loop.cause = loop;
    for (const err of [new Error('x'.repeat(1_000_000)), loop, circular, 'text', undefined]) {
      log.warn({ err }, 'Failed');
    }
    expect(text.length).toBeLessThan(60_000);
    expect(lines()).toHaveLength(5);
  });
});

describe('secrets', () => {
  const TOKEN = '7654321:AAsandboxTokenOfTheLoggingSpec_123';
  const source = {
    APP_ENV: 'sandbox',
    BOT_TOKEN: TOKEN,
    DATABASE_URL: 'postgres://app:p%40ss"word%2Fof-ours@db:5432/app',
    REDIS_URL: 'redis://:redis-password-of-ours@redis:6379',
    OPENAI_API_KEY: 'openai-key-of-ours',
    OPENAI_FALLBACK_API_KEY: 'fallback-key-of-ours',
    OPENAI_FALLBACK_BASE_URL: 'https://fallback.example/v1',
    OPENAI_FALLBACK_MODEL: 'a-model',
    KIE_API_KEY: 'kie-key-one-of-ours,kie-key-two-of-ours',
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_API_KEY: 'test_shop-secret',
    KIE_WEBHOOK_HMAC_KEY: 'hmac-"key"\\of-ours',
    WEBHOOK_SECRET_TOKEN: 'webhook-secret-of-ours',
  };
  const env = parseEnv(source);

  beforeAll(() => registerSecrets(secretsOf(env)));

  it.each([
    ['the bot token', TOKEN],
    ['a file’s address at Telegram', `https://api.telegram.org/file/bot${TOKEN}/photos/file_1.jpg`],
    ['a token in an encoded address', `https://api.telegram.org/bot${encodeURIComponent(TOKEN)}/getMe`],
    ['the database’s address', env.DATABASE_URL],
    ['the database’s password as it is typed', 'p@ss"word/of-ours'],
    ['Redis’s address', env.REDIS_URL ?? ''],
    ['Redis’s password', 'redis-password-of-ours'],
    ['OpenAI’s keys', 'openai-key-of-ours and fallback-key-of-ours'],
    ['each key of KIE', 'kie-key-one-of-ours and kie-key-two-of-ours'],
    ['a key with signs that JSON writes otherwise', 'hmac-"key"\\of-ours'],
    ['the webhook’s secret', 'webhook-secret-of-ours'],
    ['a foreign database’s password with an @', 'postgres://them:their@strong:pass@host/db'],
  ])('hides %s, in words, fields and errors', (_what, secret) => {
    log.info({ field: secret, deep: { url: [secret] } }, `the words ${secret}`);
    log.error({ err: new Error(`the error ${secret}`) }, 'Failed');
    expect(text).not.toMatch(/of-ours|AAsandboxToken|redis-password|strong|p@ss|p%40ss/);
    expect(lines()).toHaveLength(2);
  });

  it('of an address that is not well encoded do not stop the start', () => {
    const odd = parseEnv({ ...source, DATABASE_URL: 'postgres://app:50%off-today@db/app' });
    expect(secretsOf(odd)).toContain('50%off-today');
  });
});
