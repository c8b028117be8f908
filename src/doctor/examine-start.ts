import { listObsoleteNames, logger, type Env } from '../platform/light.js';
import { CHECKS, judge, ofSeverity } from './doctor.rules.js';
import { StartForbiddenError } from './doctor.errors.js';
import { gatherFacts } from './gather-facts.js';

/** A database that has just come up lets nobody in for a while; what it asks for has its own limit. */
const DATABASE_CONNECT_MS = 10_000;
/** A Redis that is slow or away holds no start up: the queues look at it again. */
const REDIS_MS = 500;

const log = logger('doctor');

/**
 * Looks at the configuration before anything else is loaded: a line at WARN for each warning.
 *
 * @throws StartForbiddenError with every error.
 */
export async function examineStart(env: Env): Promise<void> {
  const limits = { databaseConnectMs: DATABASE_CONNECT_MS, redisMs: REDIS_MS };
  const { findings } = judge(await gatherFacts(env, listObsoleteNames(), limits));
  for (const { code, problem, mend } of ofSeverity(findings, 'warning')) {
    if (!CHECKS[code].silentAtStart) log.warn({ finding: code, mend }, problem);
  }
  const errors = ofSeverity(findings, 'error');
  if (errors.length > 0) throw new StartForbiddenError(errors);
}
