import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvError, findObsoleteNames, parseEnv, secretsOf } from './env.js';
import { envSchema } from './env.schema.js';

const complete = {
  DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/app',
  BOT_TOKEN: '123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  OPENAI_API_KEY: 'sk-test',
  KIE_API_KEY: 'key-a',
  YOOKASSA_SHOP_ID: '100500',
  YOOKASSA_API_KEY: 'test_shop-secret',
  APP_ENV: 'sandbox',
};

/** What is needed besides where people are real. */
const live = {
  USER_HMAC_KEY: 'a-key-of-32-characters-and-a-few',
  TERMS_URL: 'https://shop.example/terms',
  PRIVACY_URL: 'https://shop.example/privacy',
  CONSOLE_PASSWORD: 'a-password-of-the-tests',
};

function problemsOf(source: Record<string, string>): readonly string[] {
  try {
    parseEnv(source);
    return [];
  } catch (error) {
    return (error as EnvError).problems;
  }
}

describe('parseEnv', () => {
  it('takes a complete sandbox environment and plays every role by default', () => {
    const env = parseEnv(complete);
    expect(env.ROLES).toEqual(['bot', 'worker', 'scheduler', 'console']);
    expect(env.TELEGRAM_MODE).toBe('polling');
    expect(Object.isFrozen(env)).toBe(true);
  });

  it('names every problem at once', () => {
    const problems = problemsOf({
      APP_ENV: 'production',
      ROLES: 'bot,cook',
      PORT: 'x',
      JOB_DEADLINE_MS: '-1',
    });
    for (const name of [
      'ROLES',
      'PORT',
      'JOB_DEADLINE_MS',
      'BOT_TOKEN',
      'DATABASE_URL',
      'OPENAI_API_KEY',
      'KIE_API_KEY',
      'YOOKASSA_SHOP_ID',
      'YOOKASSA_API_KEY',
      'USER_HMAC_KEY',
    ]) {
      expect(problems.join('\n')).toContain(`${name}:`);
    }
    expect(problems.join('\n')).toContain('the roles are bot, worker, scheduler, console');
  });

  it.each([
    ['ROLES', ''],
    ['ROLES', ' '],
    ['ROLES', ','],
    ['ROLES', 'bot,,worker'],
    ['ROLES', 'Bot'],
  ])('refuses %s=%j', (name, value) => {
    expect(problemsOf({ ...complete, [name]: value }).join()).toContain(
      'the roles are bot, worker, scheduler, console',
    );
  });

  it('wants the key of erased people and the terms outside of the sandbox only', () => {
    expect(parseEnv(complete).USER_HMAC_KEY.length).toBeGreaterThanOrEqual(32);
    const missingIn = (change: Record<string, string>) =>
      problemsOf({ ...complete, APP_ENV: 'staging', ...change }).map((problem) => problem.split(':')[0]);
    expect(missingIn({})).toEqual(['USER_HMAC_KEY', 'TERMS_URL', 'PRIVACY_URL', 'CONSOLE_PASSWORD']);
    expect(missingIn({ ROLES: 'worker, bot' })).toEqual(['USER_HMAC_KEY', 'TERMS_URL', 'PRIVACY_URL']);
    expect(missingIn({ ROLES: 'worker,scheduler' })).toEqual(['USER_HMAC_KEY']);
    expect(problemsOf({ ...complete, USER_HMAC_KEY: 'a'.repeat(31) })).toEqual([
      'USER_HMAC_KEY: must have at least 32 characters',
    ]);
    const env = parseEnv({ ...complete, ...live, APP_ENV: 'staging' });
    expect(env).toMatchObject(live);
    expect(secretsOf(env)).toContain(live.USER_HMAC_KEY);
  });

  it('wants a password of the console outside of the sandbox, where the console is', () => {
    expect(problemsOf(complete)).toEqual([]);
    const { CONSOLE_PASSWORD, ...rest } = live;
    const problemsIn = (change: Record<string, string>) =>
      problemsOf({ ...complete, ...rest, APP_ENV: 'staging', ...change });
    const sentence =
      'CONSOLE_PASSWORD: missing; set one of 12 characters or more, or leave console out of ROLES';
    expect(problemsIn({})).toEqual([sentence]);
    expect(problemsIn({ ROLES: 'bot, console' })).toEqual([sentence]);
    expect(problemsIn({ ROLES: 'bot,worker,scheduler' })).toEqual([]);
    expect(problemsIn({ CONSOLE_PASSWORD: 'elevenchars' })).toEqual([
      'CONSOLE_PASSWORD: must have at least 12 characters',
    ]);
    const env = parseEnv({ ...complete, ...live, APP_ENV: 'staging' });
    expect(secretsOf(env)).toContain(CONSOLE_PASSWORD);
  });

  it('refuses a bot token without APP_ENV', () => {
    const { APP_ENV: _left, ...rest } = complete;
    expect(problemsOf(rest).join()).toContain('APP_ENV');
  });

  it('refuses what belongs to the sandbox in production', () => {
    const production = {
      ...{ ...complete, ...live },
      ...{ APP_ENV: 'production', YOOKASSA_API_KEY: 'live_shop-secret' },
    };
    expect(problemsOf(production)).toEqual([]);
    for (const name of ['KIE_BASE_URL', 'YOOKASSA_BASE_URL']) {
      const problems = problemsOf({ ...production, [name]: 'http://127.0.0.1:1' });
      expect(problems).toEqual([expect.stringContaining(name)]);
    }
    const senders = problemsOf({ ...production, YOOKASSA_SENDER_CIDRS: '0.0.0.0/0' });
    expect(senders).toEqual([expect.stringContaining('YOOKASSA_SENDER_CIDRS')]);
  });

  it('F-05 takes a shop only where its money belongs', () => {
    const shopIn = (appEnv: string, key: string) =>
      problemsOf({ ...complete, ...live, APP_ENV: appEnv, YOOKASSA_API_KEY: key });
    expect(shopIn('production', 'test_shop-secret').join()).toContain('key of a test shop');
    expect(shopIn('staging', 'live_shop-secret').join()).toContain('key of a real shop');
    expect(shopIn('staging', 'test_shop-secret')).toEqual([]);
    for (const appEnv of ['staging', 'production']) {
      const problems = problemsOf({
        ...complete,
        ...live,
        APP_ENV: appEnv,
        YOOKASSA_SHOP_ID: '',
        YOOKASSA_API_KEY: '',
      });
      expect(problems).toEqual(['YOOKASSA_SHOP_ID: missing', 'YOOKASSA_API_KEY: missing']);
    }
  });

  it('takes a second provider of prompts whole or not at all', () => {
    const second = {
      OPENAI_FALLBACK_API_KEY: 'sk-second',
      OPENAI_FALLBACK_BASE_URL: 'https://openrouter.ai/api/v1',
      OPENAI_FALLBACK_MODEL: 'vendor/small',
    };
    expect(parseEnv({ ...complete, ...second })).toMatchObject(second);
    for (const name of Object.keys(second)) {
      const problems = problemsOf({ ...complete, ...second, [name]: ' ' });
      expect(problems).toEqual([expect.stringMatching(`^${name}: missing; the second provider needs `)]);
    }
    expect(problemsOf({ ...complete, OPENAI_FALLBACK_MODEL: 'vendor/small' })).toHaveLength(2);
  });

  it('F-16 lets no key be sent again when YooKassa may have forgotten it', () => {
    expect(problemsOf({ ...complete, PAYMENT_KEY_LIFE_MS: String(24 * 3_600_000) })).toEqual([
      expect.stringContaining('PAYMENT_KEY_LIFE_MS'),
    ]);
  });

  it('wants the VAT code of receipts, and knows networks', () => {
    expect(problemsOf({ ...complete, YOOKASSA_RECEIPTS: 'on' }).join()).toContain('YOOKASSA_VAT_CODE');
    expect(problemsOf({ ...complete, YOOKASSA_RECEIPTS: 'on', YOOKASSA_VAT_CODE: '11' })).toEqual([]);
    expect(problemsOf({ ...complete, YOOKASSA_SENDER_CIDRS: '10.0.0.0/33' }).join()).toContain('10.0.0.0/33');
  });

  it('tells the time by the clocks of Moscow, or of any other place that there is', () => {
    expect(parseEnv(complete).TIME_ZONE).toBe('Europe/Moscow');
    expect(parseEnv({ ...complete, TIME_ZONE: 'Asia/Vladivostok' }).TIME_ZONE).toBe('Asia/Vladivostok');
    for (const nowhere of ['Moscow', 'Europe/Atlantis', '+25:00']) {
      expect(problemsOf({ ...complete, TIME_ZONE: nowhere }).join()).toContain('TIME_ZONE: ');
    }
  });

  it('takes a token for /metrics that nobody guesses, and never logs it', () => {
    expect(parseEnv(complete).METRICS_TOKEN).toBeUndefined();
    const METRICS_TOKEN = 'a-token.of+16/characters==';
    expect(secretsOf(parseEnv({ ...complete, METRICS_TOKEN }))).toContain(METRICS_TOKEN);
    for (const wrong of ['short', 'with spaces in between', 'кириллица-кириллица']) {
      expect(problemsOf({ ...complete, METRICS_TOKEN: wrong })).toEqual([
        expect.stringContaining('METRICS_TOKEN: must have 16 to 256 characters'),
      ]);
    }
  });

  it('wants all of an S3-compatible store where photos are kept in one, and nothing of it elsewhere', () => {
    const needed = { S3_BUCKET: 'photos', S3_REGION: 'eu-central-1', S3_ACCESS_KEY_ID: 'an-id' };
    const s3 = { ...complete, STORAGE_TYPE: 's3', ...needed, S3_SECRET_ACCESS_KEY: 'a-secret-of-s3' };
    expect(problemsOf({ ...complete, STORAGE_TYPE: 's3' })).toEqual(
      [...Object.keys(needed), 'S3_SECRET_ACCESS_KEY'].map(
        (name) => `${name}: needed when STORAGE_TYPE is s3`,
      ),
    );
    expect(problemsOf({ ...complete, STORAGE_TYPE: 'local' })).toEqual([]);
    expect(problemsOf({ ...complete, STORAGE_TYPE: 'ftp' }).join()).toContain('STORAGE_TYPE:');
    const env = parseEnv(s3);
    expect(env).toMatchObject({ S3_FORCE_PATH_STYLE: false, S3_TIMEOUT_MS: 5_000 });
    expect(secretsOf(env)).toContain('a-secret-of-s3');
    for (const S3_ENDPOINT of ['http://10.0.0.1:9000', 'https://[::1]']) {
      expect(problemsOf({ ...s3, S3_ENDPOINT })).toEqual([expect.stringContaining('S3_FORCE_PATH_STYLE: ')]);
      expect(problemsOf({ ...s3, S3_ENDPOINT, S3_FORCE_PATH_STYLE: 'on' })).toEqual([]);
    }
    const wrong = { S3_BUCKET: 'My_Bucket', S3_ENDPOINT: 'ftp://x', S3_PREFIX: '/a', S3_REGION: 'a/b' };
    for (const [name, value] of Object.entries(wrong)) {
      expect(problemsOf({ ...s3, [name]: value })).toEqual([expect.stringContaining(`${name}: `)]);
    }
  });

  it('keeps photos for longer than a video may need them', () => {
    const keeping = (ms: number) =>
      problemsOf({
        ...{ ...complete, JOB_QUEUE_DEADLINE_MS: '2000', JOB_DEADLINE_MS: '1000' },
        ...{ PHOTO_KEPT_MS: String(ms) },
      });
    expect(keeping(3_001)).toEqual([]);
    expect(keeping(3_000)).toEqual([expect.stringContaining('PHOTO_KEPT_MS: must be more than')]);
  });

  it.each([
    ['SESSION_KEPT_MS', 'PAYMENT_CHECK_LIFE_MS'],
    ['NOTICE_KEPT_MS', 'VIDEO_PARKED_FOR_MS'],
  ])('keeps what is in use: %s is more than %s', (name, neededUntil) => {
    const keeping = (ms: string) => problemsOf({ ...complete, [neededUntil]: '3000', [name]: ms });
    expect(keeping('3001')).toEqual([]);
    expect(keeping('3000')).toEqual([
      expect.stringContaining(`${name}: must be more than ${neededUntil} (3000)`),
    ]);
  });

  it('gives a broadcast a quarter of the sends, and never all of them', () => {
    const at = (change: Record<string, string>) => parseEnv({ ...complete, ...change });
    expect(at({}).BROADCAST_SENDS_PER_SECOND_MAX).toBe(5);
    expect(at({ TELEGRAM_SENDS_PER_SECOND_MAX: '3' }).BROADCAST_SENDS_PER_SECOND_MAX).toBe(1);
    expect(at({ BROADCAST_SENDS_PER_SECOND_MAX: '19' }).BROADCAST_SENDS_PER_SECOND_MAX).toBe(19);
    expect(problemsOf({ ...complete, BROADCAST_SENDS_PER_SECOND_MAX: '20' })).toEqual([
      expect.stringContaining(
        'BROADCAST_SENDS_PER_SECOND_MAX: must be less than TELEGRAM_SENDS_PER_SECOND_MAX (20)',
      ),
    ]);
  });

  it('takes webhook mode from an https address and then wants the secret', () => {
    const withUrl = { ...complete, PUBLIC_BASE_URL: 'https://bot.example/' };
    expect(problemsOf(withUrl).join()).toContain('WEBHOOK_SECRET_TOKEN');
    const env = parseEnv({ ...withUrl, WEBHOOK_SECRET_TOKEN: 'a'.repeat(32) });
    expect(env.TELEGRAM_MODE).toBe('webhook');
    expect(env.PUBLIC_BASE_URL).toBe('https://bot.example');
  });

  it('joins the keys of KIE from both spellings, in order, once each', () => {
    const env = parseEnv({
      ...complete,
      KIE_API_KEY: 'key-a, key-b',
      KIE_API_KEY_10: 'key-d',
      KIE_API_KEY_2: 'key-b',
      KIE_API_KEY_3: 'key-c',
    });
    expect(env.KIE_API_KEYS).toEqual(['key-a', 'key-b', 'key-c', 'key-d']);
  });

  it('offers at most 8 models', () => {
    const offering = (models: number) => ({
      ...complete,
      KIE_MODELS_OFFERED: Array.from({ length: models }, (_, index) => `m${index}`).join(', '),
    });
    expect(parseEnv(offering(8)).KIE_MODELS_OFFERED).toHaveLength(8);
    expect(problemsOf(offering(9))).toEqual([expect.stringMatching(/^KIE_MODELS_OFFERED: .*at most 8/)]);
    expect(parseEnv(complete).KIE_MODELS_OFFERED).toEqual([]);
  });

  it('F-50 refuses a number that is none, and has one default where none is given, for every number there is', () => {
    const numbers = Object.entries(parseEnv(complete)).filter(([, value]) => typeof value === 'number');
    expect(numbers.length).toBeGreaterThan(40);
    for (const [name, value] of numbers) {
      for (const wrong of ['NaN', 'ten', '-1', '1,5', 'Infinity', '1e999', 'null', 'undefined', '10 ms']) {
        expect(problemsOf({ ...complete, [name]: wrong }).join(), `${name}=${wrong}`).toContain(`${name}:`);
      }
      expect(value, name).toBeGreaterThanOrEqual(0);
      expect(parseEnv({ ...complete, [name]: ' ' })[name as 'PORT'], name).toBe(value);
    }
  });

  it('takes an empty string as not set', () => {
    expect(problemsOf({ ...complete, BOT_TOKEN: ' ' }).join()).toContain('BOT_TOKEN');
    expect(parseEnv({ ...complete, REDIS_URL: '' }).REDIS_URL).toBeUndefined();
  });

  it('finds the names of the old system', () => {
    expect(findObsoleteNames({ USE_POSTGRES: '1', PROXY_LIST: 'x', PORT: '1' })).toEqual([
      'USE_POSTGRES',
      'PROXY_LIST',
    ]);
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  const named = [...example.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name as string);
  const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
  const ofCompose = [...compose.matchAll(/\$\{([A-Z][A-Z0-9_]*)/g)].map(([, name]) => name as string);

  it('has every name, and none that means nothing', () => {
    const known = Object.keys(envSchema.shape);
    expect([...known, ...ofCompose].filter((name) => !named.includes(name))).toEqual([]);
    // The sandbox's own, and the numbered keys of KIE.
    const others = named.filter(
      (name) => ![...known, ...ofCompose].includes(name) && !/^(SANDBOX_|KIE_API_KEY_\d)/.test(name),
    );
    expect(others).toEqual([]);
  });

  it('says the defaults as they are', () => {
    const defaults = envSchema.partial().parse({});
    for (const [, name, said] of example.matchAll(/^#([A-Z][A-Z0-9_]*)=(\S+)$/gm)) {
      const found = (defaults as Record<string, unknown>)[name as string];
      if (typeof found === 'number') expect(Number(said), name).toBe(found);
    }
  });
});
