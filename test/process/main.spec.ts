import { createServer, type AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hasRedisServer, RedisServer } from '../queues/redis-server.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { build, Program, run, type Outcome } from './programs.js';

const MAIN = 'dist/app/main.js';
const LOGGING = './dist/src/platform/logging.js';

/** Everything that a process needs, with nobody behind the addresses. */
const COMPLETE = {
  APP_ENV: 'sandbox',
  ROLES: 'console',
  HOST: '127.0.0.1',
  PORT: '0',
  BOT_TOKEN: '123456:AAsecretsecretsecretsecretsecret',
  OPENAI_API_KEY: 'openai-secret',
  KIE_API_KEY: 'kie-secret',
  YOOKASSA_SHOP_ID: '100500',
  YOOKASSA_API_KEY: 'test_shop-secret',
};

let db: TestDatabase;

beforeAll(async () => {
  await build();
  db = await createTestDatabase();
});

afterAll(() => db.drop());

/** A start that failed as it should: exit code 1, words for a person, no stack, no secret. */
function expectRefusal(outcome: Outcome): string {
  expect(outcome).toMatchObject({ code: 1, signal: null });
  expect(`${outcome.stdout}${outcome.stderr}`).not.toMatch(
    /a-secret|[-A]secret|\n\s+at |node_modules|hunter22/,
  );
  return outcome.stderr;
}

/** Breaks every connection to a database and refuses new ones, as if its server were gone. */
async function cutOff({ name, dataSource }: TestDatabase): Promise<void> {
  await dataSource.destroy();
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  await server.query(`alter database ${name} with allow_connections false`);
  await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await server.end();
}

describe.concurrent('the application refuses to start', () => {
  it('with a wrong environment, naming every problem', async () => {
    const outcome = await run([MAIN], {
      env: {
        APP_ENV: 'production',
        ROLES: 'bot,cook',
        PORT: 'http',
        BOT_TOKEN: 'a-secret-that-is-no-token',
        KIE_BASE_URL: 'http://127.0.0.1:1/secret',
        JOB_DEADLINE_MS: '15min',
        PUBLIC_BASE_URL: 'https://bot.example',
      },
    });
    const words = expectRefusal(outcome);
    expect(outcome.stdout).toBe('');
    const named = [...words.matchAll(/^ {2}- (\w+): /gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([
      'BOT_TOKEN',
      'DATABASE_URL',
      'JOB_DEADLINE_MS',
      'KIE_API_KEY',
      'KIE_BASE_URL',
      'OPENAI_API_KEY',
      'PORT',
      'PRIVACY_URL',
      'ROLES',
      'TERMS_URL',
      'USER_HMAC_KEY',
      'WEBHOOK_SECRET_TOKEN',
      'YOOKASSA_API_KEY',
      'YOOKASSA_SHOP_ID',
    ]);
    expect(words).toMatch(/^The environment has 14 problem\(s\):\n/);
  });

  it('with a bot token but no word on which system this is, and with no role at all', async () => {
    const outcome = await run([MAIN], {
      env: { ...COMPLETE, APP_ENV: undefined, ROLES: '', DATABASE_URL: db.url },
    });
    const words = expectRefusal(outcome);
    expect(words).toMatch(/^ {2}- APP_ENV: .*sandbox, staging or production$/m);
    expect(words).toMatch(/^ {2}- ROLES: .*the roles are bot, worker, scheduler, console$/m);
  });

  it('with what the doctor forbids, saying all of it, and what it only warns of in its log', async () => {
    const outcome = await run([MAIN], {
      env: {
        ...COMPLETE,
        DATABASE_URL: db.url,
        ROLES: 'worker',
        DATABASE_POOL_MAX: '100000',
        WORKER_CONCURRENCY: '200000',
        STORAGE_BASE_PATH: 'package.json',
      },
    });
    const words = expectRefusal(outcome);
    expect(words).toMatch(/^Neurocards could not start\. The doctor has found 2 faults:\n/);
    expect(words).toMatch(/^ {2}- This process opens up to \d+ connections, .* lower DATABASE_POOL_MAX\.$/m);
    expect(words).toMatch(/^ {2}- The folder \S+\/package\.json\/inputs .* ENOTDIR\. Set STORAGE_BASE_PATH/m);
    const warned = outcome.stdout.split('\n').filter((line) => line.includes('"finding":'));
    expect(warned.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        level: 'warn',
        finding: 'CONCURRENCY_ABOVE_POOL',
        mend: 'Set DATABASE_POOL_MAX to at least WORKER_CONCURRENCY.',
      }),
    ]);
  });

  it('on a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await run([MAIN], { env: { ...COMPLETE, PORT: String(port), DATABASE_URL: db.url } });
    server.close();
    expect(expectRefusal(outcome)).toBe(
      `Neurocards could not start. Port ${port} of 127.0.0.1 is taken by another program: stop that one, or set PORT to a free port.\n`,
    );
  });

  it('on a database that cannot be reached', async () => {
    const outcome = await run([MAIN], {
      env: { ...COMPLETE, DATABASE_URL: 'postgres://app:hunter22hunter22@localhost:1/neurocards' },
    });
    expect(expectRefusal(outcome)).toMatch(
      /^Neurocards could not start\. The database localhost:1\/neurocards cannot be reached: .*ECONNREFUSED.*\n$/,
    );
  });

  it.skipIf(!hasRedisServer())('F-26 on a Redis that throws keys away when it is full', async () => {
    const redis = await RedisServer.start(['--maxmemory-policy', 'allkeys-lru', '--requirepass', 'hunter22']);
    const url = redis.url.replace('//', '//:hunter22@');
    const outcome = await run([MAIN], { env: { ...COMPLETE, DATABASE_URL: db.url, REDIS_URL: url } });
    await redis.kill();
    expect(expectRefusal(outcome)).toBe(
      `Neurocards could not start. The Redis ${new URL(url).host} throws keys away when it is full (maxmemory-policy ` +
        'allkeys-lru), queue entries among them. Set its maxmemory-policy to noeviction, in redis.conf or by CONFIG SET.\n',
    );
  });

  it('on a database that was not migrated, naming the command that mends it', async () => {
    const name = `empty_test_${randomBytes(6).toString('hex')}`;
    const server = new pg.Client({ connectionString: inject('postgresUrl') });
    await server.connect();
    await server.query(`create database ${name}`);
    try {
      const url = Object.assign(new URL(inject('postgresUrl')), { pathname: name }).href;
      const outcome = await run([MAIN], { env: { ...COMPLETE, DATABASE_URL: url } });
      expect(expectRefusal(outcome)).toMatch(/lacks \d+ migration\(s\).*Run: npm run migrate\n$/);
      const migrate = () => run(['dist/src/commands/migrate.js'], { env: { DATABASE_URL: url } });
      expect(await migrate()).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(
          new RegExp(`/${name}: applied \\w+, .*; \\d+ migrations in all\\n$`),
        ) as string,
      });
      expect(await migrate()).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/: nothing to do; \d+ migrations in all\n$/) as string,
      });
    } finally {
      await server.query(`drop database ${name} with (force)`);
      await server.end();
    }
  });
});

describe.concurrent('the application', () => {
  it('ends with one line when the program breaks, without what the error carries', async () => {
    const breaking = `setInterval(() => {
      if (process.listenerCount('uncaughtException') === 0) return;
      throw Object.assign(new Error('boom'), { config: { headers: { Authorization: 'Bearer openai-secret' } } });
    }, 5)`;
    const outcome = await run(['--import', `data:text/javascript,${encodeURIComponent(breaking)}`, MAIN], {
      env: { ...COMPLETE, DATABASE_URL: db.url },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toBe('Neurocards broke: boom\n');
    expect(outcome.stdout).not.toContain('secret');
  });

  it('stops in good order when nobody reads its log any more and the database is gone', async () => {
    const own = await createTestDatabase();
    const program = Program.start([MAIN], {
      env: { ...COMPLETE, ROLES: 'worker,scheduler', DATABASE_URL: own.url },
    });
    try {
      await program.says(/Neurocards is ready/);
      program.stopReading();
      await cutOff(own);
      program.kill('SIGTERM');
      expect(await program.ended).toMatchObject({ code: 0, signal: null });
    } finally {
      await program.destroy();
      await own.drop();
    }
  });

  it('ends although its last lines meet a broken pipe', async () => {
    const talk = `
      import { configureLogging, logger } from ${JSON.stringify(LOGGING)};
      configureLogging('info');
      process.on('SIGTERM', () => {
        for (const word of ['one', 'two', 'three']) logger('test').info({}, word);
        process.exit(0);
      });
      setInterval(() => undefined, 1000);
      logger('test').info({}, 'ready');`;
    const program = Program.start(['--input-type=module', '--eval', talk]);
    try {
      await program.says(/ready/);
      program.stopReading();
      program.kill('SIGTERM');
      expect(await program.ended).toMatchObject({ code: 0, signal: null });
    } finally {
      await program.destroy();
    }
  });
});
