import { EXAMPLE_SECRETS } from './example-secrets.data.js';
import type { Check, Facts } from './doctor.types.js';
import type { Env, Role } from '../platform/light.js';

/** A secret of 32 random hexadecimal digits has fewer different ones once in many millions. */
const DIFFERENT_CHARACTERS_MIN = 8;
/** A process must be gone within it (SIGKILL comes after 30 s at the earliest). */
const STOP_TIMEOUT_MAX_MS = 25_000;

/** What follows from the settings alone. */
export const SETTINGS_CHECKS = {
  ENV_INVALID: check({
    severity: 'error',
    scope: 'everywhere',
    fault:
      'a setting is missing, wrong, or does not fit another one: a secret, the key of a test shop in production, …',
    mend: 'Set it in the environment or in .env; .env.example explains every setting.',
    well: 'All settings are there, and fit each other',
    judge: (facts) => facts.settingProblems,
  }),
  SETTINGS_OBSOLETE: check({
    severity: 'warning',
    scope: 'everywhere',
    fault:
      'settings of the former system that mean nothing any more (`DATABASE_TYPE`, `USE_POSTGRES`, `PROXY_…`)',
    mend: 'Remove them.',
    well: 'No setting of the former system is left',
    judge: ({ obsoleteNames: names }) =>
      names && asList(names.length > 0 && `These settings mean nothing any more: ${names.join(', ')}.`),
  }),
  ADMIN_IDS_EMPTY: check({
    severity: 'warning',
    scope: 'live',
    fault: 'no operator: nobody is told what needs a person',
    mend: 'Set ADMIN_IDS to the Telegram ids of the operators, each of whom has started the bot.',
    well: 'Operators are told what needs a person',
    judge: ofSettings(
      (env) => env.ADMIN_IDS.length === 0 && 'ADMIN_IDS is empty: nobody is told what needs a person.',
    ),
  }),
  PUBLIC_BASE_URL_MISSING: check({
    severity: 'warning',
    scope: 'live',
    fault:
      'neither Telegram, KIE.AI nor YooKassa can call us: we poll, and hear of videos and payments later',
    mend: 'Set PUBLIC_BASE_URL to the https address of the role bot.',
    well: 'We have an address to be called at',
    judge: ofRoles(
      ['bot', 'worker'],
      (env) =>
        !env.PUBLIC_BASE_URL &&
        'PUBLIC_BASE_URL is not set: we poll, and hear of finished videos and of payments later.',
    ),
  }),
  PUBLIC_BASE_URL_PLAIN: check({
    severity: 'error',
    scope: 'live',
    fault: 'our address is http: Telegram and YooKassa call https only',
    mend: 'Put a proxy with a certificate in front of the role bot, and set PUBLIC_BASE_URL to its https address.',
    well: 'Our address is https',
    judge: ({ settings }) => {
      if (!settings?.PUBLIC_BASE_URL) return null;
      const isPlain = settings.PUBLIC_BASE_URL.startsWith('http:');
      return asList(isPlain && 'PUBLIC_BASE_URL is an http address: Telegram and YooKassa call https only.');
    },
  }),
  TRUSTED_PROXY_HOPS_ZERO: check({
    severity: 'warning',
    scope: 'live',
    fault:
      'https ends at a proxy that we were not told of: all calls seem to come from it, and YooKassa’s are refused',
    mend: 'Set TRUSTED_PROXY_HOPS to the number of your proxies in front of the role bot, usually 1.',
    well: 'The proxies in front are counted',
    judge: ({ settings }) => {
      if (!settings?.PUBLIC_BASE_URL?.startsWith('https:') || !settings.ROLES.includes('bot')) return null;
      const isZero = settings.TRUSTED_PROXY_HOPS === 0;
      return asList(
        isZero && `TRUSTED_PROXY_HOPS is 0: behind a proxy YooKassa’s notifications are refused.`,
      );
    },
  }),
  SUPPORT_URL_MISSING: check({
    severity: 'warning',
    scope: 'live',
    fault: 'people who have paid cannot ask anybody for help',
    mend: 'Set SUPPORT_URL to a link behind which a person answers, such as https://t.me/your_support.',
    well: 'People know where to ask for help',
    judge: ofRoles(
      ['bot'],
      (env) =>
        !env.SUPPORT_URL && 'SUPPORT_URL is not set: people who have paid cannot ask anybody for help.',
    ),
  }),
  SECRET_IS_EXAMPLE: check({
    severity: 'error',
    scope: 'live',
    fault: 'a secret is the example of our documents, or hardly random',
    mend: 'Make a new one: openssl rand -hex 32. USER_HMAC_KEY must be right before anybody is erased.',
    well: 'No secret is an example',
    judge: ofSettings((env) => {
      const names = ownSecrets(env)
        .filter(([, value]) => isExample(value))
        .map(([name]) => name);
      return names.length > 0 && `Anybody could guess this: ${names.join(', ')}.`;
    }),
  }),
  SECRET_REUSED: check({
    severity: 'warning',
    scope: 'live',
    fault: 'one value stands for two secrets: whoever learns the one has the other',
    mend: 'Give each its own.',
    well: 'No secret is used twice',
    judge: ofSettings((env) => {
      const names = namesOfReused(env);
      return names.length > 0 && `These secrets have one value: ${names.join(', ')}.`;
    }),
  }),
  MODELS_WITHOUT_EFFECT: check({
    severity: 'warning',
    scope: 'everywhere',
    fault:
      'a model of `KIE_MODEL`, `KIE_MODEL_FALLBACKS` or `KIE_MODELS_OFFERED` is retired, unknown, or too dear ever to be used',
    mend: 'Name models that are active in src/modules/kie/kie-models.rules.ts.',
    well: 'Every model that is named is used',
    judge: ({ modelNotes }) => modelNotes && modelNotes.map((note) => `The model ${note}.`),
  }),
  CONCURRENCY_ABOVE_POOL: check({
    severity: 'warning',
    scope: 'everywhere',
    fault: 'more jobs at once than connections to the database: they wait for each other',
    mend: 'Set DATABASE_POOL_MAX to at least WORKER_CONCURRENCY.',
    well: 'There are connections enough for the jobs at work',
    judge: ofRoles(
      ['worker'],
      (env) =>
        env.WORKER_CONCURRENCY > env.DATABASE_POOL_MAX &&
        `WORKER_CONCURRENCY is ${env.WORKER_CONCURRENCY}, DATABASE_POOL_MAX ${env.DATABASE_POOL_MAX}.`,
    ),
  }),
  STOP_TIMEOUT_LONG: check({
    severity: 'warning',
    scope: 'everywhere',
    fault: 'a process may still be at work when its supervisor kills it',
    mend: 'Set STOP_TIMEOUT_MS below 25000, and the supervisor’s patience to 30 s.',
    well: 'A process is gone before it is killed',
    judge: ofSettings(
      (env) => env.STOP_TIMEOUT_MS >= STOP_TIMEOUT_MAX_MS && `STOP_TIMEOUT_MS is ${env.STOP_TIMEOUT_MS}.`,
    ),
  }),
} satisfies Record<string, Check>;

function check(rest: Omit<Check, 'topic'>): Check {
  return { topic: 'settings', ...rest };
}

type Judge = (env: Env) => string | false | undefined;

/** A check of settings that are right as such. */
function ofSettings(judge: Judge) {
  return ({ settings }: Facts) => settings && asList(judge(settings));
}

/** As {@link ofSettings}, where the process plays one of these roles. */
function ofRoles(roles: readonly Role[], judge: Judge) {
  return ({ settings }: Facts) =>
    settings?.ROLES.some((role) => roles.includes(role)) ? asList(judge(settings)) : null;
}

function asList(problem: string | false | undefined): readonly string[] {
  return problem ? [problem] : [];
}

/** The secrets that an operator makes up; '' for those that are not set. */
function ownSecrets(env: Env): [name: string, value: string][] {
  return [
    ['WEBHOOK_SECRET_TOKEN', env.WEBHOOK_SECRET_TOKEN],
    ['USER_HMAC_KEY', env.USER_HMAC_KEY],
    ['CONSOLE_PASSWORD', env.CONSOLE_PASSWORD ?? ''],
    ['METRICS_TOKEN', env.METRICS_TOKEN ?? ''],
  ];
}

function isExample(value: string): boolean {
  if (value === '') return false;
  return EXAMPLE_SECRETS.includes(value) || new Set(value).size < DIFFERENT_CHARACTERS_MIN;
}

/** Two keys of OpenAI's protocol may be one, with another model each. */
function namesOfReused(env: Env): string[] {
  const all: [string, string | undefined][] = [
    ...ownSecrets(env),
    ['BOT_TOKEN', env.BOT_TOKEN],
    ['OPENAI_API_KEY', env.OPENAI_API_KEY],
    ...env.KIE_API_KEYS.map((key): [string, string] => ['KIE_API_KEY', key]),
    ['KIE_WEBHOOK_HMAC_KEY', env.KIE_WEBHOOK_HMAC_KEY],
    ['YOOKASSA_API_KEY', env.YOOKASSA_API_KEY],
    ['S3_SECRET_ACCESS_KEY', env.S3_SECRET_ACCESS_KEY],
  ];
  const isTwice = (value: string | undefined) => value && all.filter((pair) => pair[1] === value).length > 1;
  return all.filter(([, value]) => isTwice(value)).map(([name]) => name);
}
