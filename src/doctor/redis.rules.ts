import type { Check, Facts, FoundRedis } from './doctor.types.js';

/** BullMQ refuses 4 and advises against what is older than 6.2. */
const VERSION_MIN = [6, 2] as const;

/** What follows from how Redis is configured, where the queues live there. */
export const REDIS_CHECKS = {
  REDIS_UNREACHABLE: check({
    severity: 'warning',
    scope: 'everywhere',
    fault: 'Redis does not answer; until it does, the work goes on from the database, later',
    mend: 'Check REDIS_URL, and that Redis runs and can be reached from this machine.',
    well: 'Redis answers',
    silentAtStart: true,
    judge: ({ redis }) => {
      if (!redis) return null;
      return redis.kind === 'away' ? [`Redis ${redis.where} cannot be reached: ${redis.reason}.`] : [];
    },
  }),
  REDIS_REFUSES: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'Redis takes neither our name nor our password',
    mend: 'Check the user and the password in REDIS_URL.',
    well: 'Redis lets us in',
    judge: ({ redis }) => {
      if (!redis || redis.kind === 'away') return null;
      return redis.kind === 'refused' ? [`The Redis ${redis.where} refuses us (${redis.reason}).`] : [];
    },
  }),
  REDIS_EVICTS: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'a full Redis throws queue entries away',
    mend: 'Set its maxmemory-policy to noeviction, in redis.conf or by CONFIG SET.',
    well: 'Redis throws nothing away',
    judge: ofRedis(({ where, maxmemoryPolicy: policy }) => {
      if (policy === null) return null;
      if (policy === 'noeviction') return false;
      return `The Redis ${where} throws keys away when it is full (maxmemory-policy ${policy}), queue entries among them.`;
    }),
  }),
  REDIS_HIDES_POLICY: check({
    severity: 'warning',
    scope: 'everywhere',
    fault: 'Redis lets us read neither INFO nor CONFIG, so that nobody knows whether it throws entries away',
    mend: 'Make sure that its maxmemory-policy is noeviction, or allow this user INFO.',
    well: 'Redis tells how it is configured',
    silentAtStart: true,
    judge: ofRedis(
      ({ maxmemoryPolicy }) => maxmemoryPolicy === null && 'Redis does not tell its maxmemory-policy.',
    ),
  }),
  REDIS_TOO_OLD: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'Redis is older than 6.2',
    mend: 'Move to Redis 6.2 or newer (or Valkey), or unset REDIS_URL: the queues then live in PostgreSQL.',
    well: 'Redis is new enough',
    judge: ofRedis(({ version }) => {
      if (version === null) return null;
      const [major = 0, minor = 0] = version.split('.').map(Number);
      const isOld = major < VERSION_MIN[0] || (major === VERSION_MIN[0] && minor < VERSION_MIN[1]);
      return isOld && `This is Redis ${version}.`;
    }),
  }),
  REDIS_CLUSTER: check({
    severity: 'error',
    scope: 'everywhere',
    fault:
      'a Redis Cluster spreads the keys of one queue over several servers, where BullMQ’s scripts cannot work',
    mend: 'Use one Redis without cluster mode, or unset REDIS_URL: the queues then live in PostgreSQL.',
    well: 'Redis is one server',
    judge: ofRedis(({ cluster }) =>
      cluster === null ? null : cluster && 'REDIS_URL leads to a Redis Cluster.',
    ),
  }),
  REDIS_NOT_PERSISTENT: check({
    severity: 'warning',
    scope: 'live',
    fault:
      'a Redis that restarts is empty; the wake-ups are made again from the database, half a minute later',
    mend: 'Set appendonly yes in redis.conf.',
    well: 'Redis keeps the queues on its disk',
    judge: ofRedis(({ persistent }) =>
      persistent === null
        ? null
        : !persistent && 'Redis keeps nothing on a disk: after a restart it is empty.',
    ),
  }),
} satisfies Record<string, Check>;

function check(rest: Omit<Check, 'topic'>): Check {
  return { topic: 'queues', ...rest };
}

function ofRedis(judge: (found: FoundRedis) => string | false | null) {
  return ({ redis }: Facts) => {
    if (redis?.kind !== 'found') return null;
    const problem = judge(redis);
    return problem === null ? null : problem ? [problem] : [];
  };
}
