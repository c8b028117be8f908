import { describe, it } from 'vitest';
import { queueContract } from '../queues/queue-contract.js';
import { hasRedisServer, startRedisServer } from '../queues/redis-server.js';
import { createTestDatabase } from '../support/database.js';

// In a process of its own: which backend BullMQ uses is a setting of the whole process.
if (hasRedisServer()) {
  queueContract('redis', async () => {
    const database = await createTestDatabase();
    const redis = await startRedisServer();
    return {
      settings: () => ({ DATABASE_URL: database.url, REDIS_URL: redis.url }),
      away: () => redis.freeze(),
      back: () => redis.thaw(),
      async stop() {
        await redis.stop();
        await database.drop();
      },
    };
  });
} else {
  describe('queues on redis', () => {
    it.skip('needs redis-server on the PATH (Debian: apt-get install redis-server)', () => undefined);
  });
}
