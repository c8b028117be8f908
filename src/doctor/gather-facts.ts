import { chooseModels } from '../modules/kie/light.js';
import {
  EnvError,
  findObsoleteNames,
  parseEnv,
  QUEUE_POOL_MAX,
  type Env,
  type Source,
} from '../platform/light.js';
import { probeDatabase } from './database.probe.js';
import type { Facts } from './doctor.types.js';
import { probePhotoFolder } from './photo-folder.probe.js';
import { probeRedis } from './redis.probe.js';

export interface ProbeLimits {
  /** How long the database may take to let us in. */
  databaseConnectMs: number;
  /** How long Redis may take for everything. */
  redisMs: number;
  /** Our clock. */
  nowMs?: () => number;
}

/** What can be known of an environment that was found right, and of the names in it that mean nothing any more. */
export async function gatherFacts(
  env: Env,
  obsoleteNames: readonly string[],
  limits: ProbeLimits,
): Promise<Facts> {
  return {
    system: env.APP_ENV,
    settings: env,
    settingProblems: [],
    obsoleteNames,
    modelNotes: chooseModels({
      defaultId: env.KIE_MODEL,
      fallbackIds: env.KIE_MODEL_FALLBACKS,
      offeredIds: env.KIE_MODELS_OFFERED,
    }).notes,
    ...(await probeServers(env, limits)),
    photoFolder: await probePhotoFolder(env),
    providers: null,
  };
}

/** What can be known of an environment that may be wrong: its servers are looked at all the same. */
export async function gatherFactsOfSource(source: Source, limits: ProbeLimits): Promise<Facts> {
  const parsed = tryParse(source);
  if ('env' in parsed) return gatherFacts(parsed.env, findObsoleteNames(source), limits);
  return {
    // Whoever has not said which system this is shall hear of everything.
    system: source['APP_ENV']?.trim() === 'sandbox' ? 'sandbox' : 'production',
    settings: null,
    settingProblems: parsed.problems,
    obsoleteNames: findObsoleteNames(source),
    modelNotes: null,
    ...(await probeServers(source, limits)),
    photoFolder: null,
    providers: null,
  };
}

/** What can be known of the sandbox's database, where all settings are the sandbox's own. */
export async function gatherFactsOfSandbox(source: Source, limits: ProbeLimits): Promise<Facts> {
  return {
    system: 'sandbox',
    settings: null,
    settingProblems: null,
    obsoleteNames: null,
    modelNotes: null,
    ...(await probeServers(source, limits)),
    photoFolder: null,
    providers: null,
  };
}

function tryParse(source: Source): { env: Env } | { problems: readonly string[] } {
  try {
    return { env: parseEnv(source) };
  } catch (error) {
    if (error instanceof EnvError) return { problems: error.problems };
    throw error;
  }
}

async function probeServers(
  { DATABASE_URL, REDIS_URL }: { DATABASE_URL?: string; REDIS_URL?: string },
  { databaseConnectMs, redisMs, nowMs = Date.now }: ProbeLimits,
): Promise<Pick<Facts, 'database' | 'redis' | 'queueConnectionsMax'>> {
  const [database, redis] = await Promise.all([
    isAddress(DATABASE_URL, /^postgres(ql)?:$/)
      ? probeDatabase(DATABASE_URL.trim(), { connectTimeoutMs: databaseConnectMs, nowMs })
      : null,
    isAddress(REDIS_URL, /^rediss?:$/) ? probeRedis(REDIS_URL.trim(), redisMs) : null,
  ]);
  return { database, redis, queueConnectionsMax: REDIS_URL ? 0 : QUEUE_POOL_MAX };
}

function isAddress(text: string | undefined, protocol: RegExp): text is string {
  const address = text?.trim() ?? '';
  return URL.canParse(address) && protocol.test(new URL(address).protocol);
}
