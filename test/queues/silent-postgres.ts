import type { Worker } from 'bullmq';
import { describe, expect, inject, it } from 'vitest';
import { createDataSource } from '../../src/platform/index.js';
import { createQueuePool } from '../../src/platform/queues/postgres-pool.js';
import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { createTestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { Desk, QueueWorld, workQueue } from './queue-world.js';

/** PostgreSQL behind a network that has forgotten it. Each of these waits for a limit to run out, side by side. */
export function silentPostgres(): void {
  describe.concurrent('a PostgreSQL that accepts and says nothing', () => {
    it('ends the start of a queue with an error instead of hanging it', async () => {
      const proxy = await CuttableProxy.to(inject('postgresUrl'));
      proxy.silence();
      const pool = createQueuePool(proxy.url);
      await expect(pool.connect()).rejects.toThrow(/timeout/);
      await pool.end();
      await proxy.close();
    });

    it('ends the start of a worker whose queues had connections before', async () => {
      const database = await createTestDatabase();
      const proxy = await CuttableProxy.to(database.url);
      const starting = QueueWorld.start(
        { DATABASE_URL: proxy.url },
        { desk: new Desk(), serves: [workQueue], onceConnected: () => proxy.silence() },
      );
      await expect(starting).rejects.toThrow(/timeout/);
      await proxy.close();
      await database.drop();
    });

    it('costs one statement, not each further one on the same connection', async () => {
      const proxy = await CuttableProxy.to(inject('postgresUrl'));
      const dataSource = createDataSource({ url: proxy.url, poolMax: 1, statementTimeoutMs: 1_000 });
      await dataSource.initialize();
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      proxy.silence();
      await expect(runner.query('select 1')).rejects.toThrow(/timeout/);
      proxy.mend();
      await runner.release();
      // The only place of the pool: on the dead connection it would not be answered.
      await expect(dataSource.query('select 1')).resolves.toHaveLength(1);
      await dataSource.destroy();
      await proxy.close();
    });

    it('F-55 does not end a worker that was asking for notifications', async () => {
      const database = await createTestDatabase();
      const proxy = await CuttableProxy.to(database.url);
      const desk = new Desk();
      const adds = { desk, serves: [], addsTo: [workQueue] };
      const direct = await QueueWorld.start({ DATABASE_URL: database.url }, adds);
      const world = await QueueWorld.start({ DATABASE_URL: proxy.url }, { desk, serves: [workQueue] });
      await beforeNextListen(world.workerOf(workQueue), () => {
        proxy.silence();
        proxy.mend();
      });
      await direct.queues.add(workQueue, { id: 'one', payload: { n: 1 } });
      await waitFor(() => desk.runsOf(1).length > 0, { what: 'the worker to be back', timeoutMs: 40_000 });
      await Promise.all([direct.close(), world.close()]);
      await proxy.close();
      await database.drop();
    }, 60_000);
  });
}

/** Lets the worker ask for notifications again, and does something the moment before. */
function beforeNextListen(worker: Worker, act: () => void): Promise<void> {
  const { backend } = worker as unknown as {
    backend: { listening: boolean; connection: { getListenClient: () => Promise<unknown> } };
  };
  const { connection } = backend;
  const getListenClient = connection.getListenClient.bind(connection);
  return new Promise((resolve) => {
    connection.getListenClient = async () => {
      const client = await getListenClient();
      connection.getListenClient = getListenClient;
      act();
      resolve();
      return client;
    };
    backend.listening = false;
  });
}
