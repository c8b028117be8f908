import { afterEach, expect, it, vi } from 'vitest';
import { hasRedisServer, RedisServer } from './index.js';

afterEach(() => vi.unstubAllEnvs());

it('says that this machine has none', async () => {
  vi.stubEnv('PATH', '/nowhere');
  expect(hasRedisServer()).toBe(false);
  await expect(RedisServer.start()).rejects.toThrow(
    'redis-server cannot be started: spawn redis-server ENOENT',
  );
});
