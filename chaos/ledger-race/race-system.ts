import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { SandboxClock } from '../../sandbox/clock.js';
import { freePort } from '../../sandbox/free-port.js';
import { OutsideWorld } from '../../sandbox/outside-world.js';
import { startEmbeddedPostgres } from '../../sandbox/postgres/index.js';
import { startApp, stopApp } from '../../src/app.js';
import { CreditsService } from '../../src/modules/credits/index.js';
import { OrderCancellation } from '../../src/modules/jobs/index.js';
import { createDataSource, migrateDatabase } from '../../src/platform/database/index.js';
import { parseEnv } from '../../src/platform/index.js';
import type { ExperimentContext } from '../experiment.js';
import type { Product } from './writers.js';

/** A database, the product's code on it, and nobody who works on jobs. */
export interface RaceSystem {
  /** A connection for each writer. */
  sql: DataSource;
  /** Reads, and holds the writers at the line. */
  referee: DataSource;
  product: Product;
}

/** Starts it; the experiment ends it. */
export async function startRaceSystem(
  { ending }: ExperimentContext,
  { writers }: { writers: number },
): Promise<RaceSystem> {
  const postgres = await startEmbeddedPostgres({ ephemeral: true });
  ending(() => postgres.stop());
  await migrateDatabase(postgres.url);
  const product = await startProduct({ ending, databaseUrl: postgres.url, writers });
  const open = async (name: string, poolMax: number) => {
    const settings = { url: postgres.url, applicationName: name, poolMax };
    const dataSource = await createDataSource(settings).initialize();
    ending(() => dataSource.destroy());
    return dataSource;
  };
  return {
    sql: await open('ledger-race-writers', writers),
    referee: await open('ledger-race-referee', 2),
    product,
  };
}

/** The product in this process, with connections enough for every writer: its bot, whose orders nobody takes up. */
async function startProduct({
  ending,
  databaseUrl,
  writers,
}: Pick<ExperimentContext, 'ending'> & { databaseUrl: string; writers: number }): Promise<Product> {
  const world = await new OutsideWorld(new SandboxClock(1)).start();
  ending(() => world.stop());
  const storage = await mkdtemp(join(tmpdir(), 'neurocards-ledger-race-'));
  ending(() => rm(storage, { recursive: true, force: true }));
  await mkdir(join(storage, 'inputs'));
  const port = await freePort();
  const app = await startApp(
    parseEnv({
      ...{ APP_ENV: 'sandbox', ROLES: 'bot', ...world.env(), TELEGRAM_MODE: 'webhook' },
      ...{ HOST: '127.0.0.1', PORT: String(port), PUBLIC_BASE_URL: `http://127.0.0.1:${port}` },
      ...{ WEBHOOK_SECRET_TOKEN: 'a-secret-of-the-race', STORAGE_BASE_PATH: storage, LOG_LEVEL: 'silent' },
      ...{ DATABASE_URL: databaseUrl, DATABASE_POOL_MAX: String(writers + POOL_EXTRA) },
    }),
  );
  ending(() => stopApp(app));
  const { DataSource } = await import('typeorm');
  return {
    dataSource: app.get(DataSource),
    credits: app.get(CreditsService, { strict: false }),
    cancellation: app.get(OrderCancellation, { strict: false }),
  };
}

/** For what the product does besides. */
const POOL_EXTRA = 4;
