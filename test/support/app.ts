import 'reflect-metadata';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { SandboxClock } from '../../sandbox/clock.js';
import { freePort } from '../../sandbox/free-port.js';
import { OutsideWorld } from '../../sandbox/outside-world.js';
import { scaledDurations } from '../../sandbox/time-scale.js';
import { startApp } from '../../src/app.js';
import { parseEnv, type Env } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** How much faster than real time tests run: a generation of two minutes takes less than a second. */
const SCALE = 150;

/** The application with its own database and its own outside world, all in this process. */
export interface TestApp {
  app: NestFastifyApplication;
  env: Env;
  url: string;
  database: TestDatabase;
  world: OutsideWorld;
  stop(): Promise<void>;
}

export interface TestAppOptions {
  /** As in `ROLES`; all by default. */
  roles?: string;
  scale?: number;
  /** Instead of a new one; `stop` drops it. */
  database?: TestDatabase;
  /** More environment, over what the sandbox sets. */
  env?: Record<string, string>;
}

/** Starts the application against fresh fakes; call it in `beforeAll` and `stop()` in `afterAll`. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase());
  const world = await new OutsideWorld(new SandboxClock(options.scale ?? SCALE)).start();
  const storage = await mkdtemp(join(tmpdir(), 'neurocards-test-storage-'));
  // As after the first start of a bot, which is not in each of these processes.
  await mkdir(join(storage, 'inputs'));
  const port = await freePort();
  const env = parseEnv({
    APP_ENV: 'sandbox',
    ROLES: options.roles ?? 'bot,worker,scheduler',
    ...world.env(),
    ...scaledDurations(world.clock),
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    TELEGRAM_MODE: 'webhook',
    TRUSTED_PROXY_HOPS: '1',
    WEBHOOK_SECRET_TOKEN: 'a-secret-of-the-tests',
    DATABASE_URL: database.url,
    STORAGE_BASE_PATH: storage,
    LOG_LEVEL: 'silent',
    ...options.env,
  });
  const app = await startApp(env);
  world.register(`http://127.0.0.1:${port}`);
  return {
    app,
    env,
    url: `http://127.0.0.1:${port}`,
    database,
    world,
    async stop() {
      await app.close();
      await world.stop();
      await rm(storage, { recursive: true, force: true });
      await database.drop();
    },
  };
}
