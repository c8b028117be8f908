import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testEnv } from '../../test/support/env.js';
import { LIVE_SETTINGS } from '../../test/support/live-env.js';
import { formatReport } from './doctor-report.js';
import { CHECKS, FINDING_CODES, judge, type FindingCode } from './doctor.rules.js';
import type { Facts, FoundDatabase, FoundRedis, ProviderFacts } from './doctor.types.js';

const SOUND_DATABASE: FoundDatabase = {
  kind: 'found',
  where: 'db:5432/neurocards',
  versionNumber: 150_004,
  encoding: 'UTF8',
  readOnly: false,
  unsafeSettings: [],
  synchronousCommit: 'on',
  connectionsMax: 97,
  clockAheadMs: 0,
  sharesBackends: false,
  pendingMigrations: [],
  unknownMigrations: [],
  queuesTooNew: null,
};

const SOUND_REDIS: FoundRedis = {
  kind: 'found',
  where: 'redis:6379',
  version: '7.2.4',
  maxmemoryPolicy: 'noeviction',
  persistent: true,
  cluster: false,
};

const SOUND_PROVIDERS: ProviderFacts = {
  failures: [],
  openAiModels: ['gpt-6-luna'],
  fallbackModels: null,
  lowKieCredits: [],
  webhook: { foreignHost: null },
};

const SOUND: Facts = {
  system: 'production',
  settings: testEnv(LIVE_SETTINGS),
  settingProblems: [],
  obsoleteNames: [],
  modelNotes: [],
  database: SOUND_DATABASE,
  redis: SOUND_REDIS,
  queueConnectionsMax: 14,
  photoFolder: { path: '/photos/inputs', state: 'usable', reason: null },
  providers: SOUND_PROVIDERS,
};

type Change = (facts: Facts) => Partial<Facts>;
const set =
  (change: Record<string, string>): Change =>
  () => ({ settings: testEnv({ ...LIVE_SETTINGS, ...change }) });
const database =
  (change: Partial<FoundDatabase>): Change =>
  () => ({ database: { ...SOUND_DATABASE, ...change } });
const redis =
  (change: Partial<FoundRedis>): Change =>
  () => ({ redis: { ...SOUND_REDIS, ...change } });
const providers =
  (change: Partial<ProviderFacts>): Change =>
  () => ({ providers: { ...SOUND_PROVIDERS, ...change } });
const folder =
  (state: 'usable' | 'missing' | 'unusable', ROLES = 'bot,worker'): Change =>
  () => ({
    settings: testEnv({ ...LIVE_SETTINGS, ROLES }),
    photoFolder: { path: '/photos/inputs', state, reason: 'EACCES' },
  });

/** Facts with the fault, and the nearest ones without it. */
const CASES: Record<FindingCode, { fault: Change; says: RegExp; well: Change }> = {
  ENV_INVALID: {
    fault: () => ({ settingProblems: ['BOT_TOKEN: missing'] }),
    says: /^BOT_TOKEN: missing$/,
    well: () => ({}),
  },
  SETTINGS_OBSOLETE: {
    fault: () => ({ obsoleteNames: ['USE_POSTGRES', 'PROXY_LIST'] }),
    says: /USE_POSTGRES, PROXY_LIST/,
    well: () => ({}),
  },
  ADMIN_IDS_EMPTY: { fault: set({ ADMIN_IDS: '' }), says: /nobody/, well: set({ ADMIN_IDS: '7' }) },
  PUBLIC_BASE_URL_MISSING: {
    fault: set({ PUBLIC_BASE_URL: '' }),
    says: /we poll/,
    well: set({ PUBLIC_BASE_URL: 'https://a.example' }),
  },
  PUBLIC_BASE_URL_PLAIN: {
    fault: set({ PUBLIC_BASE_URL: 'http://a.example' }),
    says: /https only/,
    well: set({ PUBLIC_BASE_URL: 'https://a.example' }),
  },
  TRUSTED_PROXY_HOPS_ZERO: {
    fault: set({ TRUSTED_PROXY_HOPS: '0' }),
    says: /TRUSTED_PROXY_HOPS is 0/,
    well: set({ TRUSTED_PROXY_HOPS: '1' }),
  },
  SUPPORT_URL_MISSING: { fault: set({ SUPPORT_URL: '' }), says: /SUPPORT_URL/, well: set({}) },
  SECRET_IS_EXAMPLE: {
    fault: set({
      USER_HMAC_KEY: 'x'.repeat(40),
      WEBHOOK_SECRET_TOKEN: '16-or-more-letters-and-digits',
      CONSOLE_PASSWORD: '123412341234',
      METRICS_TOKEN: 'x'.repeat(16),
    }),
    says: /WEBHOOK_SECRET_TOKEN, USER_HMAC_KEY, CONSOLE_PASSWORD, METRICS_TOKEN/,
    well: set({ USER_HMAC_KEY: 'abcdefgh'.repeat(4), METRICS_TOKEN: 'abcdefgh'.repeat(2) }),
  },
  SECRET_REUSED: {
    fault: set({
      WEBHOOK_SECRET_TOKEN: 'one-value-for-both-of-them-0123456',
      USER_HMAC_KEY: 'one-value-for-both-of-them-0123456',
      CONSOLE_PASSWORD: 'one-value-for-both-of-them-0123456',
      METRICS_TOKEN: 'one-value-for-both-of-them-0123456',
    }),
    says: /WEBHOOK_SECRET_TOKEN, USER_HMAC_KEY, CONSOLE_PASSWORD, METRICS_TOKEN/,
    well: set({
      OPENAI_FALLBACK_API_KEY: LIVE_SETTINGS.OPENAI_API_KEY,
      OPENAI_FALLBACK_BASE_URL: 'https://other.example/v1',
      OPENAI_FALLBACK_MODEL: 'other',
    }),
  },
  MODELS_WITHOUT_EFFECT: {
    fault: () => ({ modelNotes: ['sora-2 is retired, not offered'] }),
    says: /^The model sora-2 is retired, not offered\.$/,
    well: () => ({}),
  },
  CONCURRENCY_ABOVE_POOL: {
    fault: set({ WORKER_CONCURRENCY: '11', DATABASE_POOL_MAX: '10' }),
    says: /11.*10/,
    well: set({ WORKER_CONCURRENCY: '10', DATABASE_POOL_MAX: '10' }),
  },
  STOP_TIMEOUT_LONG: {
    fault: set({ STOP_TIMEOUT_MS: '25000' }),
    says: /25000/,
    well: set({ STOP_TIMEOUT_MS: '24999' }),
  },
  DATABASE_UNREACHABLE: {
    fault: () => ({ database: { kind: 'away', where: 'db', problem: 'cannot be reached: ECONNREFUSED' } }),
    says: /^The database db cannot be reached: ECONNREFUSED\.$/,
    well: () => ({}),
  },
  DATABASE_MIGRATIONS_PENDING: {
    fault: database({ pendingMigrations: ['JobCosts1'] }),
    says: /lacks 1 migration\(s\) \(JobCosts1\)/,
    well: database({ unknownMigrations: ['JobCosts1'] }),
  },
  DATABASE_NEWER: {
    fault: database({ unknownMigrations: ['Later2'] }),
    says: /1 migration\(s\) of a newer version \(Later2\)/,
    well: database({ pendingMigrations: ['Later2'] }),
  },
  DATABASE_QUEUES_NEWER: {
    fault: database({ queuesTooNew: 'BullMQ: upgrade.' }),
    says: /^BullMQ: upgrade\.$/,
    well: () => ({}),
  },
  DATABASE_TOO_OLD: {
    fault: database({ versionNumber: 130_022 }),
    says: /PostgreSQL 13\./,
    well: database({ versionNumber: 140_000 }),
  },
  DATABASE_NOT_UTF8: {
    fault: database({ encoding: 'SQL_ASCII' }),
    says: /SQL_ASCII/,
    well: () => ({}),
  },
  DATABASE_READ_ONLY: { fault: database({ readOnly: true }), says: /read-only/, well: () => ({}) },
  DATABASE_CONNECTIONS_FEW: {
    fault: database({ connectionsMax: 23 }),
    says: /24 connections.*23 in all/,
    well: database({ connectionsMax: 24 }),
  },
  DATABASE_UNSAFE: {
    fault: database({ unsafeSettings: ['fsync', 'full_page_writes'] }),
    says: /fsync and full_page_writes off/,
    well: () => ({}),
  },
  DATABASE_COMMITS_LATE: {
    fault: database({ synchronousCommit: 'off' }),
    says: /synchronous_commit off/,
    well: database({ synchronousCommit: 'local' }),
  },
  DATABASE_CLOCK: {
    fault: database({ clockAheadMs: -61_000 }),
    says: /61 s behind/,
    well: database({ clockAheadMs: 5_000 }),
  },
  DATABASE_POOLED: { fault: database({ sharesBackends: true }), says: /pooler/, well: () => ({}) },
  REDIS_UNREACHABLE: {
    fault: () => ({ redis: { kind: 'away', where: 'redis:6379', reason: 'ECONNREFUSED' } }),
    says: /redis:6379 cannot be reached: ECONNREFUSED/,
    well: () => ({ redis: { kind: 'refused', where: 'redis:6379', reason: 'NOAUTH' } }),
  },
  REDIS_REFUSES: {
    fault: () => ({ redis: { kind: 'refused', where: 'redis:6379', reason: 'NOAUTH' } }),
    says: /redis:6379 refuses us \(NOAUTH\)/,
    well: () => ({}),
  },
  REDIS_EVICTS: {
    fault: redis({ maxmemoryPolicy: 'volatile-ttl' }),
    says: /maxmemory-policy volatile-ttl/,
    well: () => ({}),
  },
  REDIS_HIDES_POLICY: {
    fault: redis({ maxmemoryPolicy: null }),
    says: /does not tell/,
    well: redis({ maxmemoryPolicy: 'allkeys-lru' }),
  },
  REDIS_TOO_OLD: {
    fault: redis({ version: '6.0.16' }),
    says: /Redis 6\.0\.16/,
    well: redis({ version: '6.2.0' }),
  },
  REDIS_CLUSTER: { fault: redis({ cluster: true }), says: /Cluster/, well: () => ({}) },
  REDIS_NOT_PERSISTENT: { fault: redis({ persistent: false }), says: /empty/, well: () => ({}) },
  PHOTO_FOLDER_UNUSABLE: {
    fault: folder('unusable'),
    says: /\/photos\/inputs.*EACCES/,
    well: folder('usable'),
  },
  PHOTO_FOLDER_NOT_SHARED: {
    fault: folder('missing', 'worker'),
    says: /no folder \/photos\/inputs/,
    well: folder('usable', 'worker'),
  },
  PROVIDER_UNUSABLE: {
    fault: providers({ failures: [{ setting: 'BOT_TOKEN', says: 'getMe: Unauthorized' }] }),
    says: /^BOT_TOKEN: getMe: Unauthorized\.$/,
    well: () => ({}),
  },
  OPENAI_MODEL_UNKNOWN: {
    fault: providers({ openAiModels: ['another'] }),
    says: /no model gpt-6-luna/,
    well: () => ({}),
  },
  KIE_BALANCE_LOW: { fault: providers({ lowKieCredits: [7] }), says: /7 credits/, well: () => ({}) },
  TELEGRAM_WEBHOOK_FOREIGN: {
    fault: providers({ webhook: { foreignHost: 'other.example' } }),
    says: /other\.example/,
    well: () => ({}),
  },
};

const judgeWith = (change: Change, more: Partial<Facts> = {}) =>
  judge({ ...SOUND, ...change(SOUND), ...more });

describe('the doctor', () => {
  it('finds nothing where nothing is wrong', () => {
    const { findings, notJudged } = judge(SOUND);
    expect(findings).toEqual([]);
    expect(notJudged).toEqual(['PHOTO_FOLDER_NOT_SHARED']);
  });

  it.each(FINDING_CODES)('%s: finds the fault, and nothing where it is not', (code) => {
    const { fault, says, well } = CASES[code];
    const found = judgeWith(fault).findings.filter((finding) => finding.code === code);
    const { severity, mend } = CHECKS[code];
    expect(found).toEqual([{ code, severity, problem: expect.stringMatching(says) as string, mend }]);
    expect(judgeWith(well).well).toContain(code);
  });

  it.each(FINDING_CODES)('%s: is a sentence with a mend', (code) => {
    const { mend, well, fault } = CHECKS[code];
    expect(mend).toMatch(/^[A-Z][^|]*(\.|npm run migrate)$/);
    expect(well).toMatch(/^[A-Z].*[^.]$/);
    expect(fault).not.toMatch(/[|.]$/);
  });

  it.each(FINDING_CODES.filter((code) => CHECKS[code].scope === 'live'))(
    '%s: is silent in the sandbox',
    (code) => {
      const { findings, notJudged } = judgeWith(CASES[code].fault, { system: 'sandbox' });
      expect(findings.map((finding) => finding.code)).not.toContain(code);
      expect(notJudged).toContain(code);
    },
  );

  it('says of nothing that it is well when nothing is known', () => {
    const nothing: Facts = {
      ...SOUND,
      ...{ settings: null, settingProblems: null, obsoleteNames: null, modelNotes: null },
      ...{ database: null, redis: null, photoFolder: null, providers: null },
    };
    expect(judge(nothing)).toEqual({ findings: [], well: [], notJudged: FINDING_CODES });
  });

  it('knows nothing of providers that did not answer', () => {
    const silent = {
      failures: [],
      openAiModels: null,
      fallbackModels: null,
      lowKieCredits: null,
      webhook: null,
    };
    const { notJudged } = judgeWith(() => ({ providers: silent }));
    expect(notJudged).toEqual(
      expect.arrayContaining(['OPENAI_MODEL_UNKNOWN', 'KIE_BALANCE_LOW', 'TELEGRAM_WEBHOOK_FOREIGN']),
    );
  });

  it('looks at the tables of the queues only where the queues use them', () => {
    const { notJudged } = judgeWith(CASES.DATABASE_QUEUES_NEWER.fault, { queueConnectionsMax: 0 });
    expect(notJudged).toContain('DATABASE_QUEUES_NEWER');
  });

  it('knows the model of the second provider of prompts, too', () => {
    const settings = testEnv({
      ...LIVE_SETTINGS,
      OPENAI_FALLBACK_API_KEY: 'of-another',
      OPENAI_FALLBACK_BASE_URL: 'https://other.example/v1',
      OPENAI_FALLBACK_MODEL: 'other-1',
    });
    const problemsOf = (fallbackModels: string[] | null) =>
      judgeWith(providers({ fallbackModels }), { settings }).findings.map(({ problem }) => problem);
    expect(problemsOf(['other-2'])).toEqual(['OPENAI_FALLBACK_BASE_URL offers its key no model other-1.']);
    expect(problemsOf(['other-1'])).toEqual([]);
    // Some that speak OpenAI's protocol list nothing.
    expect(problemsOf([])).toEqual([]);
    expect(problemsOf(null)).toEqual([]);
  });

  it('says of a provider that cannot be used something else than that no process starts', () => {
    const report = (change: Change) => formatReport(judgeWith(change), 'head').split('\n');
    const ofProvider = report(CASES.PROVIDER_UNUSABLE.fault);
    expect(ofProvider).toContain('Errors of providers: a process starts, and does not get far');
    expect(ofProvider).not.toContain('Errors: a process does not start');
    expect(report(CASES.DATABASE_READ_ONLY.fault)).toContain('Errors: a process does not start');
  });

  it('is explained in docs/operations.md, finding by finding', () => {
    const rows = readFileSync('docs/operations.md', 'utf8')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, code]) => /^`[A-Z0-9_]+`$/.test(code ?? ''))
      .map((cells) => cells.slice(1, 5));
    const of = (code: FindingCode) => {
      const { severity, scope, fault, mend } = CHECKS[code];
      return [`\`${code}\``, scope === 'live' ? `${severity}, live` : severity, fault, mend];
    };
    expect(rows.filter(([, severity]) => /^(error|warning)/.test(severity ?? ''))).toEqual(
      FINDING_CODES.map(of),
    );
  });

  it('knows every secret that our documents give as an example', () => {
    const text = ['README.md', '.env.example'].map((name) => readFileSync(name, 'utf8')).join('\n');
    const examples = [
      ...text.matchAll(/^\s*(USER_HMAC_KEY|WEBHOOK_SECRET_TOKEN|CONSOLE_PASSWORD|METRICS_TOKEN)=(\S+)$/gm),
    ];
    expect(examples.length).toBeGreaterThanOrEqual(3);
    for (const [, name = '', value = ''] of examples) {
      expect(judgeWith(set({ [name]: value })).findings.map(({ code }) => code)).toContain(
        'SECRET_IS_EXAMPLE',
      );
    }
  });
});
