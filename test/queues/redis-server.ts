import { describe, it } from 'vitest';
import { hasRedisServer } from '../../sandbox/redis/index.js';

export { hasRedisServer, RedisServer } from '../../sandbox/redis/index.js';

/** As `describe`, of cases that need redis-server. */
export function describeWithRedis(name: string, cases: () => void): void {
  if (hasRedisServer()) describe(name, cases);
  else describeMissingRedis(name);
}

/** One skipped case that says how to get what the others need. */
export function describeMissingRedis(name: string): void {
  describe(name, () => {
    it.skip('needs redis-server on the PATH (Debian: apt-get install redis-server)', () => undefined);
  });
}
