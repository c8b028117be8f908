import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configureLogging } from '../../src/platform/index.js';
import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { Desk, QueueWorld, workQueue } from './queue-world.js';

let database: TestDatabase;
let proxy: CuttableProxy;
let troubleAtMs: number[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await CuttableProxy.to(database.url);
  configureLogging('warn', {
    write: (line: string) => {
      if (line.includes('Worker trouble')) troubleAtMs.push(performance.now());
    },
  });
});

afterEach(() => {
  proxy.mend();
  troubleAtMs = [];
});

afterAll(async () => {
  configureLogging('silent');
  await proxy.close();
  await database.drop();
});

const start = (onceConnected?: () => void) =>
  QueueWorld.start({ DATABASE_URL: proxy.url }, { desk: new Desk(), serves: [workQueue], onceConnected });

describe('a worker whose PostgreSQL goes away', () => {
  it('asks for work about once a second until it is back, not as fast as it can', async () => {
    const world = await start();
    for (let n = 0; n < 20; n++) await world.queues.add(workQueue, { id: `n-${n}`, payload: { n } });
    proxy.cut();
    const goesOnForMs = () => (troubleAtMs.at(-1) ?? 0) - (troubleAtMs[0] ?? 0);
    await waitFor(() => goesOnForMs() > 2_000, { what: 'two seconds of trouble', timeoutMs: 20_000 });
    expect(troubleAtMs.length).toBeLessThan(30);
    await world.close();
  });

  it('before it ever had a connection does not start, and does not freeze the process', async () => {
    await expect(start(() => proxy.cut())).rejects.toThrow(/Connection terminated|ECONNRESET/);
  });
});
