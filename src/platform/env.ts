import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { AppError } from './errors.js';
import { envSchema, ROLES, type RawEnv, type Role } from './env.schema.js';

/** The values that the application reads: the schema's, and what follows from them. */
export interface EnvValues extends Omit<
  RawEnv,
  'KIE_API_KEY' | 'WELCOME_VIDEO_FILE_ID' | 'BROADCAST_SENDS_PER_SECOND_MAX'
> {
  readonly DATABASE_URL: string;
  readonly BOT_TOKEN: string;
  readonly TELEGRAM_MODE: 'webhook' | 'polling';
  readonly WEBHOOK_SECRET_TOKEN: string;
  readonly USER_HMAC_KEY: string;
  readonly YOOKASSA_SHOP_ID: string;
  readonly YOOKASSA_API_KEY: string;
  /** From `KIE_API_KEY` (comma-separated) and `KIE_API_KEY_1…n`, in that order, without repeats. */
  readonly KIE_API_KEYS: readonly string[];
  /** A quarter of `TELEGRAM_SENDS_PER_SECOND_MAX` where it is not set. */
  readonly BROADCAST_SENDS_PER_SECOND_MAX: number;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- the class is the injection token of its own values
export interface Env extends Readonly<EnvValues> {}

/** The checked environment, frozen. Inject it by type. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class Env {}

/** The environment is wrong; `problems` holds every fault, one sentence each. */
export class EnvError extends AppError {
  readonly code = 'ENV_INVALID';

  constructor(readonly problems: readonly string[]) {
    super(
      `The environment has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
  }
}

const SECRET_NAMES = [
  'BOT_TOKEN',
  'WEBHOOK_SECRET_TOKEN',
  'OPENAI_API_KEY',
  'OPENAI_FALLBACK_API_KEY',
  'KIE_WEBHOOK_HMAC_KEY',
  'YOOKASSA_API_KEY',
  'USER_HMAC_KEY',
  'S3_SECRET_ACCESS_KEY',
  'METRICS_TOKEN',
  'CONSOLE_PASSWORD',
] as const;

/** In the sandbox all people are made up; the same at every start, because its database may last. */
const SANDBOX_USER_HMAC_KEY = 'of-the-sandbox-where-all-people-are-made-up';

/** Settings as a process has them: names and what is set, unchecked. */
export type Source = Readonly<Record<string, string | undefined>>;

const SANDBOX_ONLY = [
  ...['TELEGRAM_API_ROOT', 'KIE_BASE_URL', 'KIE_UPLOAD_BASE_URL', 'DOWNLOAD_ALLOWED_ORIGINS'],
  ...['YOOKASSA_BASE_URL', 'YOOKASSA_SENDER_CIDRS'],
];
/** What an S3-compatible store cannot be reached without. */
const S3_NEEDED = ['S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'];
const OBSOLETE = /^(DATABASE_TYPE|USE_POSTGRES|PROXY_\w+)$/;

/**
 * Checks the environment and freezes it. Empty strings count as not set, but for ROLES: a process that was told to play
 * no role must not play them all.
 *
 * @throws EnvError with all problems at once.
 */
export function parseEnv(source: Source): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
  const result = envSchema.safeParse(given);
  const problems = result.success
    ? []
    : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (source['ROLES']?.trim() === '') problems.push(`ROLES: is empty; the roles are ${ROLES.join(', ')}`);
  problems.push(...problemsBetweenValues(given));
  if (result.success)
    problems.push(...problemsOfDurations(result.data), ...problemsOfBroadcasts(result.data));
  if (!result.success || problems.length > 0) throw new EnvError(problems);
  return Object.freeze(withDerivedValues(result.data, given));
}

/** The settings of this process, after the file `.env` of its folder where there is one; what is set wins over the file. */
export function loadSource(): Source {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * The checked environment of this process.
 *
 * @throws EnvError
 */
export function loadEnv(): Env {
  return parseEnv(loadSource());
}

/** The obsolete names in the environment of this process. */
export function listObsoleteNames(): string[] {
  return findObsoleteNames(process.env);
}

/** The values that must never be logged. */
export function secretsOf(env: Env): string[] {
  const values = [
    ...SECRET_NAMES.map((name) => env[name] ?? ''),
    ...env.KIE_API_KEYS,
    ...passwordsOf(env.DATABASE_URL),
    ...passwordsOf(env.REDIS_URL ?? ''),
  ];
  return values.filter((value) => value !== '');
}

/** As {@link secretsOf}, of an environment that may be wrong. */
export function secretsOfSource(source: Source): string[] {
  const named = [...SECRET_NAMES, 'KIE_API_KEY'].map((name) => source[name] ?? '');
  const addresses = [source['DATABASE_URL'] ?? '', source['REDIS_URL'] ?? ''];
  const values = [...named, ...numberedKieKeys(source), ...addresses.flatMap(passwordsOf)];
  return values.flatMap((value) => [value, ...value.split(/[\s,]+/)]).filter((value) => value !== '');
}

/** The password of an address, as it is written there and as it is meant. */
function passwordsOf(url: string): string[] {
  const written = /^\w+:\/\/[^:@/]*:([^/]*)@/.exec(url)?.[1] ?? '';
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    // A % that encodes nothing stands for itself.
    return [written];
  }
}

/** Names in the source that the Python system had and that mean nothing any more. */
export function findObsoleteNames(source: Source): string[] {
  return Object.keys(source).filter((name) => OBSOLETE.test(name));
}

function withDerivedValues(raw: RawEnv, given: Source): EnvValues {
  const { KIE_API_KEY, WELCOME_VIDEO_FILE_ID, ...rest } = raw;
  const welcome = WELCOME_VIDEO_FILE_ID ? [WELCOME_VIDEO_FILE_ID] : [];
  return {
    ...rest,
    DATABASE_URL: raw.DATABASE_URL as string,
    BOT_TOKEN: raw.BOT_TOKEN as string,
    YOOKASSA_SHOP_ID: raw.YOOKASSA_SHOP_ID as string,
    YOOKASSA_API_KEY: raw.YOOKASSA_API_KEY as string,
    TELEGRAM_MODE: raw.TELEGRAM_MODE ?? (raw.PUBLIC_BASE_URL?.startsWith('https:') ? 'webhook' : 'polling'),
    WEBHOOK_SECRET_TOKEN: raw.WEBHOOK_SECRET_TOKEN ?? '',
    USER_HMAC_KEY: raw.USER_HMAC_KEY ?? SANDBOX_USER_HMAC_KEY,
    WELCOME_VIDEO_FILE_IDS: [...new Set([...welcome, ...raw.WELCOME_VIDEO_FILE_IDS])],
    BROADCAST_SENDS_PER_SECOND_MAX:
      raw.BROADCAST_SENDS_PER_SECOND_MAX ?? Math.max(1, Math.floor(raw.TELEGRAM_SENDS_PER_SECOND_MAX / 4)),
    KIE_API_KEYS: [...new Set([...KIE_API_KEY, ...numberedKieKeys(given)])],
  };
}

function numberedKieKeys(given: Source): string[] {
  return Object.keys(given)
    .filter((name) => /^KIE_API_KEY_\d+$/.test(name))
    .sort((a, b) => Number(a.slice(12)) - Number(b.slice(12)))
    .map((name) => (given[name] as string).trim());
}

function problemsBetweenValues(given: Source): string[] {
  const problems: string[] = [];
  const appEnv = given['APP_ENV'];
  if (given['BOT_TOKEN'] && !appEnv) {
    problems.push('APP_ENV: a BOT_TOKEN is set, so say which system this is: sandbox, staging or production');
  }
  for (const name of missingNames(given)) problems.push(missingSentence(name, appEnv));
  if (appEnv === 'production') {
    for (const name of SANDBOX_ONLY) {
      if (given[name])
        problems.push(`${name}: belongs to the sandbox; production talks to the real service only`);
    }
  }
  problems.push(...problemsOfShop(given), ...problemsOfSecondProvider(given), ...problemsOfStorage(given));
  if (isWebhook(given) && !given['PUBLIC_BASE_URL']) {
    problems.push('PUBLIC_BASE_URL: needed when TELEGRAM_MODE is webhook');
  }
  return problems;
}

/** A test shop takes no real money, and a real one takes real money: neither may stand in for the other. */
function problemsOfShop(given: Source): string[] {
  const problems: string[] = [];
  const isTestKey = given['YOOKASSA_API_KEY']?.startsWith('test_') ?? false;
  if (given['APP_ENV'] === 'production' && isTestKey) {
    problems.push('YOOKASSA_API_KEY: is the key of a test shop; production takes real payments only');
  }
  if (given['APP_ENV'] === 'staging' && given['YOOKASSA_API_KEY'] && !isTestKey) {
    problems.push('YOOKASSA_API_KEY: is the key of a real shop; staging takes test payments only (test_…)');
  }
  if (given['YOOKASSA_RECEIPTS'] === 'on' && !given['YOOKASSA_VAT_CODE']) {
    problems.push('YOOKASSA_VAT_CODE: needed when YOOKASSA_RECEIPTS is on');
  }
  return problems;
}

function problemsOfStorage(given: Source): string[] {
  if (given['STORAGE_TYPE'] !== 's3') return [];
  const missing = S3_NEEDED.filter((name) => !given[name]);
  const problems = missing.map((name) => `${name}: needed when STORAGE_TYPE is s3`);
  const host = /^https?:\/\/(\[[^\]]*\]|[^/:]*)/.exec(given['S3_ENDPOINT'] ?? '')?.[1] ?? '';
  if (isIP(host.replace(/[[\]]/g, '')) !== 0 && given['S3_FORCE_PATH_STYLE'] !== 'on') {
    problems.push('S3_FORCE_PATH_STYLE: must be on where S3_ENDPOINT is an IP address');
  }
  return problems;
}

/** What goes while it is still needed: a photo would fail a paid order. */
function problemsOfDurations(env: RawEnv): string[] {
  const problems: string[] = [];
  const neededMs = env.JOB_QUEUE_DEADLINE_MS + env.JOB_DEADLINE_MS;
  if (env.PHOTO_KEPT_MS <= neededMs) {
    const sum = `JOB_QUEUE_DEADLINE_MS + JOB_DEADLINE_MS (${neededMs})`;
    problems.push(`PHOTO_KEPT_MS: must be more than ${sum}: a video may need its photo until then`);
  }
  if (env.SESSION_KEPT_MS <= env.PAYMENT_CHECK_LIFE_MS) {
    const life = `PAYMENT_CHECK_LIFE_MS (${env.PAYMENT_CHECK_LIFE_MS})`;
    problems.push(`SESSION_KEPT_MS: must be more than ${life}: a draft may wait for its payment until then`);
  }
  if (env.NOTICE_KEPT_MS <= env.VIDEO_PARKED_FOR_MS) {
    const parked = `VIDEO_PARKED_FOR_MS (${env.VIDEO_PARKED_FOR_MS})`;
    problems.push(`NOTICE_KEPT_MS: must be more than ${parked}: a notice may wait for its person until then`);
  }
  return problems;
}

/** What no tap asked for shares one budget: videos and notices must have some of it for themselves. */
function problemsOfBroadcasts({
  BROADCAST_SENDS_PER_SECOND_MAX: own,
  TELEGRAM_SENDS_PER_SECOND_MAX: all,
}: RawEnv): string[] {
  if (own === undefined || own < all) return [];
  return [
    `BROADCAST_SENDS_PER_SECOND_MAX: must be less than TELEGRAM_SENDS_PER_SECOND_MAX (${all}): videos and notices need the rest`,
  ];
}

/** Half of it would be no second provider at all, and nobody would notice before the first one fails. */
function problemsOfSecondProvider(given: Source): string[] {
  const needed = ['OPENAI_FALLBACK_API_KEY', 'OPENAI_FALLBACK_BASE_URL', 'OPENAI_FALLBACK_MODEL'];
  const missing = needed.filter((name) => !given[name]);
  if (missing.length === needed.length) return [];
  return missing.map((name) => `${name}: missing; the second provider needs ${needed.join(', ')}`);
}

function missingNames(given: Source): string[] {
  const needed = ['BOT_TOKEN', 'DATABASE_URL', 'OPENAI_API_KEY', 'YOOKASSA_SHOP_ID', 'YOOKASSA_API_KEY'];
  const missing = needed.filter((name) => !given[name]);
  if (!given['KIE_API_KEY'] && numberedKieKeys(given).length === 0) missing.push('KIE_API_KEY');
  if (isWebhook(given) && !given['WEBHOOK_SECRET_TOKEN']) missing.push('WEBHOOK_SECRET_TOKEN');
  return isSandbox(given['APP_ENV']) ? missing : [...missing, ...namesMissingOutside(given)];
}

/** What the sandbox can do without: a key has a default there, and nobody really agrees to anything. */
function namesMissingOutside(given: Source): string[] {
  const needed = [
    'USER_HMAC_KEY',
    ...(hasRole(given, 'bot') ? ['TERMS_URL', 'PRIVACY_URL'] : []),
    ...(hasRole(given, 'console') ? ['CONSOLE_PASSWORD'] : []),
  ];
  return needed.filter((name) => !given[name]);
}

/** Without ROLES a process plays them all. */
function hasRole(given: Source, wanted: Role): boolean {
  return given['ROLES']?.split(',').some((role) => role.trim() === wanted) ?? true;
}

function isSandbox(appEnv: string | undefined): boolean {
  return !appEnv || appEnv === 'sandbox';
}

function missingSentence(name: string, appEnv: string | undefined): string {
  if (name === 'CONSOLE_PASSWORD')
    return `${name}: missing; set one of 12 characters or more, or leave console out of ROLES`;
  return isSandbox(appEnv)
    ? `${name}: missing; "npm start" starts the sandbox with everything it needs`
    : `${name}: missing`;
}

function isWebhook(given: Source): boolean {
  return given['TELEGRAM_MODE']
    ? given['TELEGRAM_MODE'] === 'webhook'
    : Boolean(given['PUBLIC_BASE_URL']?.startsWith('https:'));
}
