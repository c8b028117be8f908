import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { OutsideWorld } from '../../sandbox/outside-world.js';
import { doctor, type DoctorOptions } from '../../src/doctor/index.js';
import { CHECKS, FINDING_CODES, type Finding, type FindingCode } from '../../src/doctor/doctor.rules.js';
import { hasRedisServer, RedisServer } from '../queues/redis-server.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { LIVE_SETTINGS } from '../support/live-env.js';
import { TransactionPooler } from './transaction-pooler.js';

type Settings = Record<string, string | undefined>;

/** What the command says as JSON. */
interface Report {
  errors: number;
  warnings: number;
  findings: Finding[];
  well: FindingCode[];
  not_judged: FindingCode[];
}

/** A configuration with the fault: settings over those in which nothing is wrong. `done` takes back what it needed. */
interface Faulty {
  settings?: Settings;
  options?: DoctorOptions;
  done?: () => Promise<unknown>;
}

const LIMITS = { databaseConnectMs: 3_000, redisMs: 3_000 };
/** Our PostgreSQL of the tests runs without what a live one must have. */
const SAFE = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

let database: TestDatabase;
let folder: string;
let redis: RedisServer | undefined;
let world: OutsideWorld;

beforeAll(async () => {
  database = await databaseSaying(SAFE);
  folder = await mkdtemp(join(tmpdir(), 'neurocards-test-doctor-'));
  await writeFile(join(folder, 'a-file'), '');
  world = await new OutsideWorld(new SandboxClock(1)).start();
  if (hasRedisServer()) redis = await RedisServer.start();
});

afterAll(async () => {
  await redis?.kill();
  await world.stop();
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

async function examine({ settings, options }: Faulty): Promise<Report> {
  const source = {
    ...LIVE_SETTINGS,
    DATABASE_URL: database.url,
    STORAGE_BASE_PATH: join(folder, 'photos'),
    ...settings,
  };
  const { text, fit } = await doctor(source, { json: true, limits: LIMITS, ...options });
  const report = JSON.parse(text) as Report;
  expect(fit).toBe(report.errors === 0);
  return report;
}

/** A migrated database of its own, of which `change` has made something. */
async function databaseAfter(...changes: string[]): Promise<Faulty> {
  const own = await createTestDatabase();
  for (const change of changes) await own.query(change.replaceAll('$database', own.name));
  return { settings: { DATABASE_URL: own.url }, done: () => own.drop() };
}

/** A database in which `current_setting` tells of settings that only another server could have. */
async function databaseSaying(settings: Record<string, string>): Promise<TestDatabase> {
  const own = await createTestDatabase();
  const cases = Object.entries(settings).map(([name, value]) => `when '${name}' then '${value}'`);
  await own.query(
    `create function public.current_setting(text) returns text language sql as
      $$ select case $1 ${cases.join(' ')} else pg_catalog.current_setting($1) end $$`,
  );
  await own.query(`alter database ${own.name} set search_path = public, pg_catalog`);
  return own;
}

async function faultyServer(settings: Record<string, string>): Promise<Faulty> {
  const own = await databaseSaying({ ...SAFE, ...settings });
  return { settings: { DATABASE_URL: own.url }, done: () => own.drop() };
}

async function latinDatabase(): Promise<Faulty> {
  const name = `latin_test_${randomBytes(6).toString('hex')}`;
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  await server.query(
    `create database ${name} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`,
  );
  const url = Object.assign(new URL(inject('postgresUrl')), { pathname: name }).href;
  const done = async () => {
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  };
  return { settings: { DATABASE_URL: url }, done };
}

async function pooledDatabase(): Promise<Faulty> {
  const pooler = await TransactionPooler.to(database.url);
  return { settings: { DATABASE_URL: pooler.url }, done: () => pooler.close() };
}

/** The Redis of this spec after one command, which `undo` takes back. */
async function redisAfter(command: string[], undo: string[]): Promise<Faulty> {
  const { url } = await commandRedis(command);
  return { settings: { REDIS_URL: url }, done: () => commandRedis(undo) };
}

async function commandRedis([name = '', ...args]: string[]): Promise<RedisServer> {
  if (!redis) throw new Error('There is no redis-server');
  await redis.command(name, ...args);
  return redis;
}

async function clusterNode(): Promise<Faulty> {
  const server = await RedisServer.start(['--cluster-enabled', 'yes', '--dir', folder]);
  return { settings: { REDIS_URL: server.url }, done: () => server.kill() };
}

/** A server that says of itself, whatever it is asked, what an old Redis says. */
async function oldRedis(): Promise<Faulty> {
  const info =
    'redis_version:5.0.14\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\ncluster_enabled:0\r\n';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const commands = bytes.toString().match(/^\*\d+\r$/gm) ?? [];
      for (const _ of commands) socket.write(`$${info.length}\r\n${info}\r\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const done = () => Promise.resolve(server.close());
  return { settings: { REDIS_URL: `redis://127.0.0.1:${port}` }, done };
}

/** The providers of a box are asked, which only a sandbox may. */
function online(change: Settings): Faulty {
  return {
    settings: { APP_ENV: 'sandbox', ...world.env(), ...change },
    options: { online: true },
  };
}

async function strangersWebhook(): Promise<Faulty> {
  const { BOT_TOKEN = '', TELEGRAM_API_ROOT = '' } = world.env();
  const tell = (url: string) =>
    fetch(`${TELEGRAM_API_ROOT}/bot${BOT_TOKEN}/setWebhook?url=${encodeURIComponent(url)}`);
  expect((await tell('https://stranger.example/a-secret-path')).status).toBe(200);
  return { ...online({}), done: () => tell('') };
}

const settings = (change: Settings) => () => Promise.resolve<Faulty>({ settings: change });

/** For every finding a configuration that has the fault. */
const FAULTY: Record<FindingCode, () => Promise<Faulty>> = {
  ENV_INVALID: settings({ YOOKASSA_API_KEY: 'test_shop-secret' }),
  SETTINGS_OBSOLETE: settings({ USE_POSTGRES: '1' }),
  ADMIN_IDS_EMPTY: settings({ ADMIN_IDS: '' }),
  PUBLIC_BASE_URL_MISSING: settings({ PUBLIC_BASE_URL: undefined }),
  PUBLIC_BASE_URL_PLAIN: settings({ PUBLIC_BASE_URL: 'http://bot.example' }),
  TRUSTED_PROXY_HOPS_ZERO: settings({ TRUSTED_PROXY_HOPS: undefined }),
  SUPPORT_URL_MISSING: settings({ SUPPORT_URL: undefined }),
  SECRET_IS_EXAMPLE: settings({ USER_HMAC_KEY: '32-or-more-random-characters-from-openssl-rand' }),
  SECRET_REUSED: settings({ KIE_WEBHOOK_HMAC_KEY: LIVE_SETTINGS.USER_HMAC_KEY }),
  MODELS_WITHOUT_EFFECT: settings({ KIE_MODELS_OFFERED: 'veo3_fast,sora-2-image-to-video' }),
  CONCURRENCY_ABOVE_POOL: settings({ WORKER_CONCURRENCY: '20' }),
  STOP_TIMEOUT_LONG: settings({ STOP_TIMEOUT_MS: '60000' }),
  DATABASE_UNREACHABLE: settings({ DATABASE_URL: 'postgres://app:hunter22hunter22@127.0.0.1:1/neurocards' }),
  DATABASE_MIGRATIONS_PENDING: () =>
    databaseAfter('delete from migrations where id = (select max(id) from migrations)'),
  DATABASE_NEWER: () => databaseAfter(`insert into migrations (timestamp, name) values (9, 'OfTomorrow9')`),
  DATABASE_QUEUES_NEWER: () =>
    databaseAfter(
      'alter table bullmq.migration add column if not exists min_client_version int',
      'update bullmq.migration set min_client_version = 99',
    ),
  DATABASE_TOO_OLD: () => faultyServer({ server_version_num: '130022' }),
  DATABASE_NOT_UTF8: latinDatabase,
  DATABASE_READ_ONLY: () => databaseAfter('alter database $database set default_transaction_read_only = on'),
  DATABASE_CONNECTIONS_FEW: settings({ DATABASE_POOL_MAX: '100000' }),
  DATABASE_UNSAFE: () => faultyServer({ full_page_writes: 'off' }),
  DATABASE_COMMITS_LATE: () => databaseAfter('alter database $database set synchronous_commit = off'),
  DATABASE_CLOCK: () =>
    Promise.resolve({ options: { limits: { ...LIMITS, nowMs: () => Date.now() - 60_000 } } }),
  DATABASE_POOLED: pooledDatabase,
  REDIS_UNREACHABLE: settings({ REDIS_URL: 'redis://127.0.0.1:1' }),
  REDIS_REFUSES: () =>
    Promise.resolve({ settings: { REDIS_URL: redis?.url.replace('//', '//nobody:hunter22hunter22@') } }),
  REDIS_EVICTS: () =>
    redisAfter(
      ['config', 'set', 'maxmemory-policy', 'allkeys-lru'],
      ['config', 'set', 'maxmemory-policy', 'noeviction'],
    ),
  REDIS_HIDES_POLICY: async () => {
    const { url } = await commandRedis([
      'acl',
      'setuser',
      'blind',
      'on',
      '>sesame',
      '~*',
      '+@all',
      '-info',
      '-config',
    ]);
    return { settings: { REDIS_URL: url.replace('//', '//blind:sesame@') } };
  },
  REDIS_TOO_OLD: oldRedis,
  REDIS_CLUSTER: clusterNode,
  REDIS_NOT_PERSISTENT: () => Promise.resolve({ settings: { REDIS_URL: redis?.url } }),
  PHOTO_FOLDER_UNUSABLE: () =>
    Promise.resolve({ settings: { STORAGE_BASE_PATH: join(folder, 'a-file', 'photos') } }),
  PHOTO_FOLDER_NOT_SHARED: settings({ ROLES: 'worker' }),
  PROVIDER_UNUSABLE: () => Promise.resolve(online({ YOOKASSA_API_KEY: 'test_hunter22hunter22' })),
  OPENAI_MODEL_UNKNOWN: () => Promise.resolve(online({ OPENAI_MODEL: 'gpt-of-tomorrow' })),
  KIE_BALANCE_LOW: () => Promise.resolve(online({ KIE_BALANCE_MIN_CREDITS: '100000000' })),
  TELEGRAM_WEBHOOK_FOREIGN: strangersWebhook,
};

const NEEDS_REDIS = /^REDIS_(REFUSES|EVICTS|HIDES_POLICY|CLUSTER|NOT_PERSISTENT)$/;

describe('the doctor', () => {
  it('finds nothing wrong in a sound configuration', async () => {
    const report = await examine({});
    expect(report.findings).toEqual([]);
    expect(report.not_judged.filter((code) => CHECKS[code].topic === 'settings')).toEqual([]);
  });

  it('finds nothing wrong with providers that answer', async () => {
    const { findings, well } = await examine(online({}));
    expect(findings).toEqual([]);
    expect(well).toEqual(
      expect.arrayContaining(['PROVIDER_UNUSABLE', 'OPENAI_MODEL_UNKNOWN', 'KIE_BALANCE_LOW']),
    );
  });

  it('asks the second provider of prompts, too', async () => {
    const fallback = {
      OPENAI_FALLBACK_API_KEY: 'hunter22hunter22',
      OPENAI_FALLBACK_BASE_URL: 'http://127.0.0.1:1/v1',
      OPENAI_FALLBACK_MODEL: 'other-1',
    };
    const { findings } = await examine(online(fallback));
    expect(findings).toMatchObject([
      { code: 'PROVIDER_UNUSABLE', problem: expect.stringContaining('OPENAI_FALLBACK_API_KEY: ') as string },
    ]);
    const { OPENAI_BASE_URL, OPENAI_API_KEY } = world.env();
    const answering = await examine(
      online({
        ...fallback,
        OPENAI_FALLBACK_BASE_URL: OPENAI_BASE_URL,
        OPENAI_FALLBACK_API_KEY: OPENAI_API_KEY,
      }),
    );
    expect(answering.findings).toMatchObject([
      { code: 'OPENAI_MODEL_UNKNOWN', problem: expect.stringContaining('other-1') as string },
    ]);
  });

  it('has a configuration with the fault for every finding', () => {
    expect(Object.keys(FAULTY).sort()).toEqual([...FINDING_CODES].sort());
  });

  it.each(FINDING_CODES)('finds %s', async (code) => {
    if (NEEDS_REDIS.test(code) && !redis) return expect(hasRedisServer()).toBe(false);
    const faulty = await FAULTY[code]();
    try {
      const report = await examine(faulty);
      const found = report.findings.find((finding) => finding.code === code);
      expect(found).toMatchObject({ code, severity: CHECKS[code].severity, mend: CHECKS[code].mend });
      expect(JSON.stringify(report)).not.toMatch(/hunter22|a-secret-path/);
    } finally {
      await faulty.done?.();
    }
  });
});
