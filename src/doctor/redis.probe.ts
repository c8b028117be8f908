import { Redis } from 'ioredis';
import { toError } from '../platform/light.js';
import type { FoundRedis, RedisFacts } from './doctor.types.js';

/** Redis's own words for a wrong user or password. */
const REFUSAL = /^(WRONGPASS|NOAUTH|ERR invalid password|ERR AUTH)/;

/** Looks at Redis over a connection of its own. Never throws: a Redis that is away is a fact, also where it is only slow. */
export async function probeRedis(url: string, limitMs: number): Promise<RedisFacts> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: limitMs,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  });
  const where = `${redis.options.host}:${redis.options.port}`;
  const said: string[] = [];
  redis.on('error', ({ message }: Error) => said.push(message));
  // Whatever is asked at that moment fails of it.
  const timer = setTimeout(() => {
    said.push(`no answer in ${limitMs} ms`);
    redis.disconnect();
  }, limitMs);
  try {
    await redis.connect();
    return { kind: 'found', where, ...(await readFacts(redis)) };
  } catch (error) {
    const words = [...said, toError(error).message];
    const refusal = words.find((text) => REFUSAL.test(text));
    if (refusal) return { kind: 'refused', where, reason: refusal };
    return { kind: 'away', where, reason: words[0] ?? 'unknown error' };
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}

async function readFacts(redis: Redis): Promise<Omit<FoundRedis, 'kind' | 'where'>> {
  const info = await ifAllowed(() => redis.info());
  const told = (field: string) => new RegExp(`^${field}:(\\S+)`, 'm').exec(info ?? '')?.[1] ?? null;
  const policy = told('maxmemory_policy') ?? (await readSetting(redis, 'maxmemory-policy'));
  const cluster = told('cluster_enabled');
  return {
    version: told('redis_version'),
    maxmemoryPolicy: policy,
    persistent: await isPersistent(redis, told('aof_enabled')),
    cluster: cluster === null ? null : cluster === '1',
  };
}

async function isPersistent(redis: Redis, aofEnabled: string | null): Promise<boolean | null> {
  if (aofEnabled === '1') return true;
  const save = await readSetting(redis, 'save');
  return save === null || aofEnabled === null ? null : save !== '';
}

async function readSetting(redis: Redis, name: string): Promise<string | null> {
  const answer = await ifAllowed(() => redis.config('GET', name));
  return (answer as string[] | null)?.[1] ?? null;
}

/** Null where this user may not ask that, or where the command was taken away. */
async function ifAllowed<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (/NOPERM|unknown command/i.test(toError(error).message)) return null;
    throw error;
  }
}
