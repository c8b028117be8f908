import { DataSource, type DataSourceOptions } from 'typeorm';
import { WatchedClient } from './watched-client.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** Our own limit comes after the server's: it counts only where the network has swallowed the answer. */
const ANSWER_EXTRA_MS = 5_000;

export interface DataSourceSettings {
  url: string;
  poolMax?: number;
  /** How long one statement may take, a wait for a lock included; without it as long as it takes. */
  statementTimeoutMs?: number;
  /** How long one statement may wait for a lock. */
  lockTimeoutMs?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  entities?: DataSourceOptions['entities'];
  migrations?: DataSourceOptions['migrations'];
}

/** TypeORM's options for our PostgreSQL: the schema is never synchronised, only migrated. */
export function dataSourceOptions(settings: DataSourceSettings) {
  const { statementTimeoutMs, lockTimeoutMs } = settings;
  return {
    type: 'postgres' as const,
    url: settings.url,
    applicationName: settings.applicationName ?? 'neurocards',
    poolSize: settings.poolMax ?? 5,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      Client: WatchedClient,
      keepAlive: true,
      ...(lockTimeoutMs && { lock_timeout: lockTimeoutMs }),
      ...(statementTimeoutMs && {
        statement_timeout: statementTimeoutMs,
        query_timeout: statementTimeoutMs + ANSWER_EXTRA_MS,
      }),
    },
    entities: settings.entities ?? [],
    migrations: settings.migrations ?? [],
    migrationsTransactionMode: 'each' as const,
    synchronize: false,
    installExtensions: false,
    logging: false,
  };
}

/** A data source that is not yet initialised. */
export function createDataSource(settings: DataSourceSettings): DataSource {
  return new DataSource(dataSourceOptions(settings));
}
