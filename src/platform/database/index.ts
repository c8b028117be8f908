export { createDataSource, dataSourceOptions, type DataSourceSettings } from './data-source.js';
export { migrateDatabase, type MigrationReport } from './migrate.js';
export { describeDatabase } from './describe-database.js';
export { runPrepared, type PreparedStatement } from './prepared-statement.js';
export { readSchemaState, type SchemaState } from './schema-state.js';
export { sqlStateOf } from './sql-state.js';
export { isDatabaseGone, runInTransaction } from './transaction.js';
export { entityOfRow } from './entity-rows.js';
