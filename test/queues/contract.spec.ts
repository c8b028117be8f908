import { createTestDatabase } from '../support/database.js';
import { queueContract } from './queue-contract.js';
import { describeMissingRedis, hasRedisServer, RedisServer } from './redis-server.js';
import { silentPostgres } from './silent-postgres.js';

queueContract('postgres', async () => {
  const database = await createTestDatabase();
  return {
    url: database.url,
    settings: (url) => ({ DATABASE_URL: url }),
    stop: () => database.drop(),
  };
});

if (hasRedisServer()) {
  queueContract('redis', async () => {
    const database = await createTestDatabase();
    const redis = await RedisServer.start();
    return {
      url: redis.url,
      settings: (url) => ({ DATABASE_URL: database.url, REDIS_URL: url }),
      async stop() {
        await redis.kill();
        await database.drop();
      },
    };
  });
} else {
  describeMissingRedis('queues on redis');
}

// Here, because its waits pass beside those of the contract.
silentPostgres();
