export * from './database/index.js';
export { Env, EnvError, findObsoleteNames, parseEnv } from './env.js';
export { ROLES, type Role } from './env.schema.js';
export { AppError, toError } from './errors.js';
export { createHttpClient, type HttpClientOptions } from './http-client.js';
export { configureLogging, logger, NestLogger, runWithLogContext, type LogContext } from './logging.js';
export { maskSecrets, registerSecrets } from './mask-secrets.js';
