export { createDataSource, dataSourceOptions, type DataSourceSettings } from './data-source.js';
export { assertMigrated, migrateDatabase, MigrationsPendingError, type MigrationReport } from './migrate.js';
export { isDatabaseGone, runInTransaction, sqlStateOf } from './transaction.js';
