export { createDataSource, dataSourceOptions, type DataSourceSettings } from './data-source.js';
export {
  assertMigrated,
  checkDatabase,
  DatabaseUnreachableError,
  migrateDatabase,
  MigrationsPendingError,
  type MigrationReport,
} from './migrate.js';
export { describeDatabase } from './describe-database.js';
export { sqlStateOf } from './sql-state.js';
export { isDatabaseGone, runInTransaction } from './transaction.js';
export { entityOfRow } from './entity-rows.js';
