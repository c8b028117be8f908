import { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import type { SandboxEnv } from '../outside-world.js';

const KEYS_PER_SCAN = 500;

/** Takes everything out of the application's queues, as a Redis that lost its memory would. Returns how much there was. */
export async function emptyQueues(env: SandboxEnv, dataSource: DataSource): Promise<number> {
  const { REDIS_URL: url, QUEUE_PREFIX: prefix } = env;
  return url && prefix ? emptyRedis(url, prefix) : emptyPostgres(dataSource);
}

async function emptyPostgres(dataSource: DataSource): Promise<number> {
  const [, jobs] = await dataSource.query<[unknown[], number]>('delete from bullmq.job');
  return jobs;
}

/** Only the sandbox's own keys: the server may be somebody's. */
async function emptyRedis(url: string, prefix: string): Promise<number> {
  const redis = new Redis(url);
  try {
    let deleted = 0;
    for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: KEYS_PER_SCAN })) {
      const found = keys as string[];
      if (found.length > 0) deleted += await redis.del(...found);
    }
    return deleted;
  } finally {
    redis.disconnect();
  }
}
