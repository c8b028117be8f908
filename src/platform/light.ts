/** The door for programs that must answer at once: what needs neither Nest nor TypeORM nor BullMQ. */
export { describeDatabase } from './database/describe-database.js';
export { sqlStateOf } from './database/sql-state.js';
export {
  Env,
  EnvError,
  findObsoleteNames,
  listObsoleteNames,
  loadEnv,
  loadSource,
  parseEnv,
  secretsOf,
  secretsOfSource,
  type Source,
} from './env.js';
export { ROLES, type Role } from './env.schema.js';
export { AppError, toError } from './errors.js';
export { configureLogging, logger } from './logging.js';
export { maskSecrets, registerSecrets } from './mask-secrets.js';
export { QUEUE_POOL_MAX } from './queues/postgres-pool.js';
