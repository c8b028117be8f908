export {
  createDataSource,
  dataSourceOptions,
  describeDatabase,
  type DataSourceSettings,
} from './data-source.js';
export {
  assertMigrated,
  checkDatabase,
  DatabaseUnreachableError,
  migrateDatabase,
  MigrationsPendingError,
  type MigrationReport,
} from './migrate.js';
export { isDatabaseGone, runInTransaction, sqlStateOf } from './transaction.js';
export { entityOfRow } from './entity-rows.js';
