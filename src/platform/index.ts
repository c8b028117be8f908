export { Breakers, type OpenBreaker } from './breakers.js';
export { describeConnectionFailure, type ConnectionFailure } from './connection-failure.js';
export { Cron } from './cron.js';
export * from './database/index.js';
export { Env, EnvError, findObsoleteNames, loadEnv, parseEnv, secretsOf } from './env.js';
export { ROLES, type Role } from './env.schema.js';
export { AppError, toError } from './errors.js';
export { createHttpClient, type HttpClientOptions } from './http-client.js';
export { configureLogging, logger, NestLogger, runWithLogContext, type LogContext } from './logging.js';
export { maskSecrets, registerSecrets } from './mask-secrets.js';
export { Readiness, type ReadinessCheck } from './health/index.js';
export { HttpErrorsFilter } from './http-errors.filter.js';
export { createHttpAdapter, pathOf } from './http-server.js';
export {
  CALL_BUCKETS_S,
  defineCounter,
  defineGauge,
  defineHistogram,
  Figures,
  listDefinitions,
  Metrics,
  sample,
  startTimer,
  VIDEO_BUCKETS_S,
  type Figure,
  type Sample,
} from './metrics/index.js';
export { Networks } from './networks.js';
export { PlatformModule } from './platform.module.js';
export * from './queues/index.js';
export { isSameSecret } from './same-secret.js';
export { KIE_KEY_OFF, MAINTENANCE, MODEL_OFF, ORDERS_STOPPED, Switches, type SwitchOn } from './switches.js';
