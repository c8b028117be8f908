import { Redis } from 'ioredis';
import { AppError, toError } from '../errors.js';
import { logger } from '../logging.js';

const RECONNECT_DELAY_MAX_MS = 2_000;
/** Longer than the longest wait of a worker for a job, 10 s. A connection that is silent for longer is given up for a new one. */
const SILENCE_MAX_MS = 12_000;

/** Redis's own words for a wrong user or password. */
const REFUSAL = /^(WRONGPASS|NOAUTH|ERR invalid password|ERR AUTH)/;

const log = logger('queues');

/** Redis throws keys away when it is full, and with them queue entries whose work is due. */
export class RedisEvictsError extends AppError {
  readonly code = 'REDIS_EVICTS';

  constructor(where: string, policy: string) {
    super(
      `The Redis ${where} throws keys away when it is full (maxmemory-policy ${policy}), queue entries among them. ` +
        'Set its maxmemory-policy to noeviction, in redis.conf or by CONFIG SET.',
    );
  }
}

/** Redis takes neither our name nor our password. */
export class RedisRefusesError extends AppError {
  readonly code = 'REDIS_REFUSES';

  constructor(where: string, words: string) {
    super(`The Redis ${where} refuses us (${words}): check the user and the password in REDIS_URL.`);
  }
}

/** A connection that comes back by itself. Its blocking duplicates, which BullMQ makes, behave alike. */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (tries) => Math.min(tries * 100, RECONNECT_DELAY_MAX_MS),
    socketTimeout: SILENCE_MAX_MS,
  });
  redis.setMaxListeners(0);
  redis.on('error', ({ message }: Error) => log.warn({ reason: message }, 'Redis is out of reach'));
  return redis;
}

/**
 * Looks at how Redis is configured, each time that it is connected. The first look decides about the start, a later one can only
 * call a person. Never resolves while Redis is away.
 *
 * @throws RedisEvictsError, RedisRefusesError
 */
export function examineRedis(redis: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    let first = true;
    const look = async () => {
      const policy = await readPolicy(redis);
      if (policy === null) log.warn({}, 'Redis does not tell its maxmemory-policy; it must be noeviction');
      else if (policy !== 'noeviction') throw new RedisEvictsError(addressOf(redis), policy);
      first = false;
      resolve();
    };
    const failed = (error: Error) => {
      if (first) reject(error);
      else log.error({ reason: error.message }, 'The queues are in danger');
    };
    // A look that broke off is made again with the next connection.
    const tryLook = () =>
      void look().catch((error: unknown) => error instanceof RedisEvictsError && failed(error));
    redis.on('ready', tryLook);
    redis.on('error', ({ message }: Error) => {
      if (first && REFUSAL.test(message)) failed(new RedisRefusesError(addressOf(redis), message));
    });
    if (redis.status === 'ready') tryLook();
  });
}

/** `noeviction` and the like; null where we may read neither INFO nor CONFIG. */
async function readPolicy(redis: Redis): Promise<string | null> {
  const info = await ifAllowed(() => redis.info('memory'));
  // BullMQ reads its version there and, here and in its copies of this connection, must not.
  if (info === null) Object.assign(redis.options, { skipVersionCheck: true });
  const policy = /^maxmemory_policy:(\S+)/m.exec(info ?? '')?.[1];
  if (policy) return policy;
  const config = await ifAllowed(() => redis.config('GET', 'maxmemory-policy'));
  return (config as string[] | null)?.[1] ?? null;
}

/** Null where this user may not ask that, or where the command was taken away. */
async function ifAllowed<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (/NOPERM|unknown command/i.test(toError(error).message)) return null;
    throw error;
  }
}

/** Host and port, without user and password. */
function addressOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}
