import { z } from 'zod';
import { isCidr } from './networks.js';

/** Every role a process can play; `ROLES` names the ones that it does. */
export const ROLES = ['bot', 'worker', 'scheduler', 'console'] as const;
export type Role = (typeof ROLES)[number];

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const durationMs = (defaultMs: number) => z.coerce.number().int().positive().default(defaultMs);
const count = (defaultCount: number) => z.coerce.number().int().positive().default(defaultCount);
const listOf = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''));
const list = listOf('');
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const timeZone = z
  .string()
  .default('Europe/Moscow')
  .refine(isTimeZone, 'is not a time zone of the IANA list, such as Europe/Moscow');
const onOff = z
  .enum(['on', 'off'])
  .default('off')
  .transform((value) => value === 'on');
const roleList = z
  .string()
  .default(ROLES.join(','))
  .transform((text) => text.split(',').map((role) => role.trim()))
  .superRefine((roles, context) => {
    for (const role of roles) {
      if (!ROLES.includes(role as Role)) {
        context.addIssue(`"${role}" is not a role; the roles are ${ROLES.join(', ')}`);
      }
    }
  })
  .transform((roles) => [...new Set(roles)] as Role[]);

/** What every process needs. */
const general = {
  APP_ENV: z.enum(['sandbox', 'staging', 'production']).default('sandbox'),
  ROLES: roleList,
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Below the 25 s in which a process must be gone. */
  STOP_TIMEOUT_MS: durationMs(24_000),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL_MAX: count(10),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** Sets the queues of two systems on one Redis apart. */
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w-]+$/)
    .default('neurocards'),
  PUBLIC_BASE_URL: httpUrl.optional(),
  /** Proxies of ours in front of this process: the sender is who spoke to the outermost of them. */
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  /** Who shows it may read /metrics; without one only loopback and private networks may. */
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/-]{16,256}=*$/, 'must have 16 to 256 characters of A-Z a-z 0-9 _ . ~ + / -')
    .optional(),
  ADMIN_IDS: list.pipe(z.array(z.coerce.number<string>().int().positive())),
  SUPPORT_URL: httpUrl.optional(),
  /** By whose clocks people are told dates. */
  TIME_ZONE: timeZone,
  /** What a person agrees to before they are registered. */
  TERMS_URL: httpUrl.optional(),
  PRIVACY_URL: httpUrl.optional(),
  /** Makes of a Telegram id what is kept of it after an erasure. Never to be changed: nobody erased would be known again. */
  USER_HMAC_KEY: z.string().min(32, 'must have at least 32 characters').optional(),
};

/** Telegram: the bot's token and how updates arrive. */
const telegram = {
  BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]{20,}$/, 'is not a bot token (digits, a colon, the secret)')
    .optional(),
  TELEGRAM_API_ROOT: httpUrl.default('https://api.telegram.org'),
  TELEGRAM_MODE: z.enum(['webhook', 'polling']).optional(),
  WEBHOOK_SECRET_TOKEN: z
    .string()
    .regex(/^[\w-]{16,256}$/, 'must have 16 to 256 characters of A-Z a-z 0-9 _ -')
    .optional(),
  TELEGRAM_TIMEOUT_MS: durationMs(15_000),
  TELEGRAM_SEND_VIDEO_TIMEOUT_MS: durationMs(120_000),
  TELEGRAM_POLL_TIMEOUT_S: count(25),
  /** After which a process that polls and of whom PostgreSQL hears nothing has lost the right to it. */
  TELEGRAM_POLL_LEASE_MS: durationMs(10_000),
  /** For how long another program that polls with our token is left alone. */
  TELEGRAM_CONFLICT_PAUSE_MS: durationMs(30_000),
  TELEGRAM_WEBHOOK_CHECK_INTERVAL_MS: durationMs(60_000),
  TELEGRAM_SENDS_PER_SECOND_MAX: count(20),
  TELEGRAM_CHAT_SEND_INTERVAL_MS: durationMs(1_000),
  /** Of those, what a broadcast may take; a quarter where it is not set. */
  BROADCAST_SENDS_PER_SECOND_MAX: z.coerce.number().int().positive().optional(),
  /** Between two looks at how a broadcast gets on; each has what may be sent until the next one queued. */
  BROADCAST_LOOK_INTERVAL_MS: durationMs(1_000),
  PROGRESS_EDIT_INTERVAL_MS: durationMs(15_000),
  PROGRESS_EDIT_FAILURES_MAX: count(5),
  /** For how long a process believes what it has read of how long videos take. */
  RECENT_TIMES_LIFE_MS: durationMs(30_000),
  SESSION_LEASE_MS: durationMs(60_000),
  SESSION_WAIT_MS: durationMs(20_000),
  /** For how long a conversation is remembered that nobody goes on with. */
  SESSION_KEPT_MS: durationMs(90 * 24 * 3_600_000),
  /** How much one person may tap and write in how long a time. */
  PERSON_EVENTS_MAX: count(60),
  PERSON_EVENTS_WINDOW_MS: durationMs(10_000),
  WELCOME_VIDEO_FILE_ID: z.string().optional(),
  WELCOME_VIDEO_FILE_IDS: list,
};

/** OpenAI and its stand-in. */
const prompts = {
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: httpUrl.default('https://api.openai.com/v1'),
  OPENAI_MODEL: z.string().min(1).default('gpt-6-luna'),
  OPENAI_TIMEOUT_MS: durationMs(30_000),
  /** For how long a provider of prompts that is out of quota, or refuses us, is left alone, at first. */
  OPENAI_BREAKER_MS: durationMs(5 * 60_000),
  OPENAI_FALLBACK_API_KEY: z.string().min(1).optional(),
  OPENAI_FALLBACK_BASE_URL: httpUrl.optional(),
  OPENAI_FALLBACK_MODEL: z.string().min(1).optional(),
};

/** One button each, and a person has to choose. */
const MODELS_OFFERED_MAX = 8;

/** KIE.AI: keys, models, and the pace at which we ask. */
const kie = {
  KIE_API_KEY: list,
  KIE_BASE_URL: httpUrl.default('https://api.kie.ai'),
  KIE_UPLOAD_BASE_URL: httpUrl.default('https://kieai.redpandaai.co'),
  KIE_MODEL: z.string().min(1).default('grok-imagine-video-1-5-preview'),
  KIE_MODEL_FALLBACKS: listOf('veo3_fast,wan/2-7-image-to-video'),
  KIE_MODELS_OFFERED: list.pipe(
    z.array(z.string()).max(MODELS_OFFERED_MAX, `offers at most ${MODELS_OFFERED_MAX} models`),
  ),
  KIE_TIMEOUT_MS: durationMs(15_000),
  KIE_CREATE_TIMEOUT_MS: durationMs(15_000),
  KIE_UPLOAD_TIMEOUT_MS: durationMs(60_000),
  KIE_WEBHOOK_HMAC_KEY: z.string().min(1).optional(),
  KIE_WEBHOOK_AGE_MAX_S: count(300),
  KIE_CREATIONS_MAX: z.coerce
    .number()
    .int()
    .positive()
    .max(16, 'must be at most 16: KIE takes 20 in 10 s, and a fifth more than this may be on their way')
    .default(15),
  KIE_CREATIONS_WINDOW_MS: durationMs(10_000),
  KIE_READS_PER_SECOND_MAX: count(10),
  /** How long a second of KIE's is: shorter in the sandbox, where time runs faster. */
  KIE_READS_SECOND_MS: durationMs(1_000),
  KIE_POLL_INTERVAL_MS: durationMs(10_000),
  KIE_POLL_SLOW_AFTER_MS: durationMs(120_000),
  KIE_POLL_SLOW_INTERVAL_MS: durationMs(20_000),
  KIE_POLL_CALLBACK_INTERVAL_MS: durationMs(30_000),
  KIE_UPLOAD_LIFE_MS: durationMs(20 * 3_600_000),
  /** For how long a callback that KIE does not confirm yet is asked about. */
  KIE_CALLBACK_LIFE_MS: durationMs(3_600_000),
  /** Between two looks at the balance of a key that is parked for money. */
  KIE_KEY_RECHECK_MS: durationMs(5 * 60_000),
  /** Between two looks at the balance of a key. */
  KIE_BALANCE_CHECK_INTERVAL_MS: durationMs(5 * 60_000),
  /** Operators are told below so many of KIE's credits: some 40 videos of the default model, time enough to top up. */
  KIE_BALANCE_MIN_CREDITS: count(1_000),
  /** For how long a model that KIE does not serve is left alone, at first. */
  KIE_MODEL_SET_ASIDE_MS: durationMs(30 * 60_000),
};

/** The life of a video: its deadlines and limits, as in docs/reliability. */
const jobs = {
  WORKER_CONCURRENCY: count(10),
  JOB_DEADLINE_MS: durationMs(15 * 60_000),
  JOB_DELIVERY_EXTRA_MS: durationMs(10 * 60_000),
  JOB_QUEUE_DEADLINE_MS: durationMs(2 * 3_600_000),
  JOB_WAKE_LOST_AFTER_MS: durationMs(30_000),
  JOB_CRON_INTERVAL_MS: durationMs(10_000),
  JOBS_IN_FLIGHT_PER_USER_MAX: count(10),
  ORDERS_PER_HOUR_MAX: count(30),
  KIE_TASK_DEADLINE_MS: durationMs(600_000),
  KIE_TASK_START_MIN_MS: durationMs(5 * 60_000),
  GENERATION_ATTEMPTS_MAX: count(3),
  GENERATION_RETRY_DELAY_MS: durationMs(5_000),
  RATE_LIMIT_DELAY_MS: durationMs(10_000),
  SEND_ATTEMPTS_MAX: count(3),
  SEND_RETRY_FIRST_DELAY_MS: durationMs(5_000),
  SEND_RETRY_SECOND_DELAY_MS: durationMs(30_000),
  SEND_LEASE_MS: durationMs(180_000),
  /** For how long a video waits for a person who blocked the bot; KIE deletes it after that (kie.ai/getting-started). */
  VIDEO_PARKED_FOR_MS: durationMs(14 * 24 * 3_600_000),
  NOTICE_ATTEMPTS_MAX: count(8),
  NOTICE_RETRY_DELAY_MS: durationMs(5_000),
  /** What is more than that is told to an operator in one message, at the end of the hour. */
  OPERATOR_NOTICES_PER_HOUR_MAX: count(20),
  /** For how long what a notice said is kept once it is over; that it was told stays. */
  NOTICE_KEPT_MS: durationMs(90 * 24 * 3_600_000),
  PROGRESS_KEPT_MS: durationMs(30 * 24 * 3_600_000),
  /** For how long the timeline of a video that is over is kept. */
  JOB_EVENT_KEPT_MS: durationMs(180 * 24 * 3_600_000),
  KIE_CALLBACK_KEPT_MS: durationMs(30 * 24 * 3_600_000),
  DOWNLOAD_TIMEOUT_MS: durationMs(60_000),
  DOWNLOAD_ALLOWED_ORIGINS: list,
  VIDEO_BYTES_MAX: count(50 * 1024 * 1024),
};

const cidrList = (byDefault: string) =>
  listOf(byDefault).superRefine((ranges, context) => {
    for (const range of ranges) {
      if (!isCidr(range)) context.addIssue(`"${range}" is not a network such as 185.71.76.0/27`);
    }
  });

/** Where YooKassa's notifications come from (yookassa.ru/developers/using-api/webhooks#ip). */
const YOOKASSA_NETWORKS = [
  ...['185.71.76.0/27', '185.71.77.0/27', '77.75.153.0/25', '77.75.156.11/32', '77.75.156.35/32'],
  ...['77.75.154.128/25', '2a02:5180::/32'],
].join(',');

/** A later request with the same key would make a second payment (yookassa.ru/developers/using-api/interaction-format#idempotence). */
const KEY_LIFE_MAX_MS = 23 * 3_600_000;

/** Payments: YooKassa, its receipts, Telegram Stars, and how long what is believed. */
const payments = {
  YOOKASSA_SHOP_ID: z.string().regex(/^\d+$/, 'is a number').optional(),
  YOOKASSA_API_KEY: z.string().min(1).optional(),
  YOOKASSA_BASE_URL: httpUrl.default('https://api.yookassa.ru/v3'),
  YOOKASSA_TIMEOUT_MS: durationMs(10_000),
  YOOKASSA_SENDER_CIDRS: cidrList(YOOKASSA_NETWORKS),
  YOOKASSA_RECEIPTS: onOff,
  YOOKASSA_VAT_CODE: z.coerce.number().int().min(1).max(12).optional(),
  YOOKASSA_PAYMENT_MODE: z.enum(['full_payment', 'full_prepayment']).default('full_payment'),
  YOOKASSA_PAYMENT_SUBJECT: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .default('service'),
  YOOKASSA_TAX_SYSTEM_CODE: z.coerce.number().int().min(1).max(6).optional(),
  TELEGRAM_STARS: onOff,
  /** For how long an open payment is handed out again; YooKassa lets one live for an hour. */
  PAYMENT_REUSE_MS: durationMs(50 * 60_000),
  /** For how long a creation whose outcome is unknown is asked again; YooKassa keeps an idempotency key for 24 h. */
  PAYMENT_KEY_LIFE_MS: z.coerce.number().int().positive().max(KEY_LIFE_MAX_MS).default(KEY_LIFE_MAX_MS),
  PAYMENT_CHECK_FIRST_MS: durationMs(15_000),
  PAYMENT_CHECK_LONGEST_MS: durationMs(3_600_000),
  /** After that a payment is left to the daily list. */
  PAYMENT_CHECK_LIFE_MS: durationMs(7 * 24 * 3_600_000),
  PAYMENT_UNNOTICED_AFTER_MS: durationMs(10 * 60_000),
  PAYMENT_NOTIFICATION_KEPT_MS: durationMs(30 * 24 * 3_600_000),
  PAYMENT_RECONCILE_INTERVAL_MS: durationMs(24 * 3_600_000),
  /** Between two audits of balances, credit history, jobs and payments. */
  AUDIT_INTERVAL_MS: durationMs(24 * 3_600_000),
  PAYMENT_RECONCILE_WINDOW_MS: durationMs(3 * 24 * 3_600_000),
  /** After that an attempt that failed is made again, and one that nobody goes on with is taken over. */
  PAYMENT_RECONCILE_RETRY_MS: durationMs(10 * 60_000),
};

/** Product photos. */
const photos = {
  STORAGE_TYPE: z.enum(['local', 's3']).default('local'),
  /** The folder of `local`. */
  STORAGE_BASE_PATH: z.string().min(1).default('./storage'),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket (3 to 63 of a-z 0-9 . -)')
    .optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'is not a region such as eu-central-1')
    .optional(),
  /** Amazon's own of the region where it is not set. */
  S3_ENDPOINT: httpUrl.optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  /** Whether the bucket stands in the path of an address rather than in its host. */
  S3_FORCE_PATH_STYLE: onOff,
  /** Sets the photos of two systems in one bucket apart. */
  S3_PREFIX: z
    .string()
    .regex(/^[\w-]+(\/[\w-]+)*$/, 'has letters, digits, _ and - between slashes')
    .optional(),
  /** One try of one request. */
  S3_TIMEOUT_MS: durationMs(5_000),
  /** For how long a photo is kept after it was sent, or last ordered with. */
  PHOTO_KEPT_MS: durationMs(30 * 24 * 3_600_000),
  PHOTO_BYTES_MAX: count(20 * 1024 * 1024),
  PHOTO_SIDE_MIN_PX: count(300),
  PHOTO_PIXELS_MAX: count(50_000_000),
  PHOTO_RATIO_MAX: z.coerce.number().positive().default(2.5),
  /** One call of the look at a photo; the whole look takes twice that at most. */
  PHOTO_LOOK_TIMEOUT_MS: durationMs(10_000),
  /** For how long a confirmation waits for a look that is not over. */
  PHOTO_LOOK_WAIT_MS: durationMs(8_000),
  /** OpenAI's free tier allows 250 moderations a minute (developers.openai.com/api/docs/models/omni-moderation-latest). */
  PHOTO_LOOKS_MAX: count(20),
  PHOTO_LOOKS_WINDOW_MS: durationMs(5_000),
  PHOTO_LOOK_KEPT_MS: durationMs(7 * 24 * 3_600_000),
};

/** The operators' page. */
const consolePage = {
  CONSOLE_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  /** The address that operators open: whether it is https decides about the cookie, and no other page may post there. */
  CONSOLE_BASE_URL: httpUrl.optional(),
  /** What one of KIE's credits costs the operator; without it nothing is said about a margin. */
  KIE_CREDIT_PRICE_KOPECKS: z.coerce.number().positive().optional(),
};

/** The whole environment, before the rules that look at several values at once. */
export const envSchema = z.object({
  ...general,
  ...telegram,
  ...prompts,
  ...kie,
  ...jobs,
  ...payments,
  ...photos,
  ...consolePage,
});

export type RawEnv = z.output<typeof envSchema>;
