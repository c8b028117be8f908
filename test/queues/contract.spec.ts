import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { createTestDatabase } from '../support/database.js';
import { queueContract } from './queue-contract.js';

queueContract('postgres', async () => {
  const database = await createTestDatabase();
  const proxy = await CuttableProxy.to(database.url);
  return {
    settings: () => ({ DATABASE_URL: proxy.url }),
    away: () => proxy.cut(),
    back: () => proxy.mend(),
    async stop() {
      await proxy.close();
      await database.drop();
    },
  };
});
