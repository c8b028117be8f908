import type { Check, Facts, FoundDatabase } from './doctor.types.js';

const VERSION_MIN = 140_000;
/** Clocks that are kept by NTP differ by milliseconds. */
const CLOCK_DIFFERENCE_MAX_MS = 5_000;

/** What follows from how PostgreSQL is configured. */
export const DATABASE_CHECKS = {
  DATABASE_UNREACHABLE: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'the database does not answer, or not to us',
    mend: 'Check DATABASE_URL, and that PostgreSQL runs and lets this user in from this machine.',
    well: 'The database answers',
    judge: ({ database }) => {
      if (!database) return null;
      if (database.kind === 'found') return [];
      return [`The database ${database.where} ${database.problem}.`];
    },
  }),
  DATABASE_MIGRATIONS_PENDING: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'the schema is older than this program',
    mend: 'Run: npm run migrate',
    well: 'The schema has all migrations of this program',
    judge: ofDatabase(
      ({ pendingMigrations: names }) =>
        names.length > 0 && `The database lacks ${names.length} migration(s) (${names.join(', ')}).`,
    ),
  }),
  DATABASE_NEWER: check({
    severity: 'warning',
    scope: 'everywhere',
    fault:
      'the schema is newer than this program, as it is for a while when versions are replaced one by one',
    mend: 'Start the newer version; this one goes on until then.',
    well: 'No newer program has been at the schema',
    judge: ofDatabase(
      ({ unknownMigrations: names }) =>
        names.length > 0 &&
        `The database has ${names.length} migration(s) of a newer version (${names.join(', ')}).`,
    ),
  }),
  DATABASE_QUEUES_NEWER: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'the tables of the queues are those of a newer BullMQ, which ours must not touch',
    mend: 'Start the newer version.',
    well: 'The tables of the queues are of our BullMQ',
    judge: (facts) => {
      // Of no meaning to queues on Redis.
      if (facts.queueConnectionsMax === 0) return null;
      return ofDatabase(({ queuesTooNew }) => queuesTooNew !== null && queuesTooNew)(facts);
    },
  }),
  DATABASE_TOO_OLD: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'PostgreSQL is older than 14',
    mend: 'Move the database to PostgreSQL 14 or newer.',
    well: 'PostgreSQL is new enough',
    judge: ofDatabase(
      ({ versionNumber }) =>
        versionNumber < VERSION_MIN && `This is PostgreSQL ${Math.floor(versionNumber / 10_000)}.`,
    ),
  }),
  DATABASE_NOT_UTF8: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'the database’s encoding has no letters for what people write',
    mend: "Make a new one: create database … encoding 'UTF8' template template0.",
    well: 'The database takes every letter',
    judge: ofDatabase(({ encoding }) => encoding !== 'UTF8' && `The database’s encoding is ${encoding}.`),
  }),
  DATABASE_READ_ONLY: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'the database takes no writes: a standby, or one that was set so',
    mend: 'Point DATABASE_URL at the primary, or take back default_transaction_read_only.',
    well: 'The database takes writes',
    judge: ofDatabase(({ readOnly }) => readOnly && 'The database is read-only.'),
  }),
  DATABASE_CONNECTIONS_FEW: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'PostgreSQL allows fewer connections than this one process may open',
    mend: 'Raise max_connections (or the connection limit of the user or the database), or lower DATABASE_POOL_MAX.',
    well: 'PostgreSQL allows the connections of this process',
    judge: (facts) => {
      const { database, settings } = facts;
      if (!settings || database?.kind !== 'found') return null;
      const needed = settings.DATABASE_POOL_MAX + facts.queueConnectionsMax;
      if (database.connectionsMax >= needed) return [];
      return [
        `This process opens up to ${needed} connections, and PostgreSQL allows this user ${database.connectionsMax} in all.`,
      ];
    },
  }),
  DATABASE_UNSAFE: check({
    severity: 'error',
    scope: 'live',
    fault:
      '`fsync` or `full_page_writes` is off: a power cut destroys the database, and with it what people have paid for',
    mend: 'Set fsync = on and full_page_writes = on in postgresql.conf, and reload it.',
    well: 'PostgreSQL survives a power cut',
    judge: ofDatabase(
      ({ unsafeSettings: names }) => names.length > 0 && `PostgreSQL runs with ${names.join(' and ')} off.`,
    ),
  }),
  DATABASE_COMMITS_LATE: check({
    severity: 'error',
    scope: 'live',
    fault: '`synchronous_commit` is off: a crash forgets charges and payments that we have already acted on',
    mend: 'Set synchronous_commit = on, in postgresql.conf or by alter database … set synchronous_commit = on.',
    well: 'What PostgreSQL has confirmed is on its disk',
    judge: ofDatabase(
      ({ synchronousCommit }) =>
        synchronousCommit === 'off' && 'PostgreSQL runs with synchronous_commit off.',
    ),
  }),
  DATABASE_CLOCK: check({
    severity: 'warning',
    scope: 'everywhere',
    fault: 'this machine’s clock and the database’s differ: deadlines, signatures and logs disagree',
    mend: 'Keep the clocks of both machines by NTP (timedatectl set-ntp true).',
    well: 'Our clock and the database’s agree',
    judge: ofDatabase(({ clockAheadMs }) => {
      if (Math.abs(clockAheadMs) <= CLOCK_DIFFERENCE_MAX_MS) return false;
      const seconds = Math.round(Math.abs(clockAheadMs) / 1_000);
      return `Our clock is ${seconds} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} the database’s.`;
    }),
  }),
  DATABASE_POOLED: check({
    severity: 'error',
    scope: 'everywhere',
    fault:
      'a pooler gives each transaction another connection: locks and LISTEN, which belong to a connection, get lost',
    mend: 'Point DATABASE_URL at PostgreSQL itself, or set the pooler to pool_mode = session.',
    well: 'Each connection is one of PostgreSQL’s own',
    judge: ofDatabase(
      ({ sharesBackends }) =>
        sharesBackends && 'Between us and PostgreSQL is a pooler that shares connections.',
    ),
  }),
} satisfies Record<string, Check>;

function check(rest: Omit<Check, 'topic'>): Check {
  return { topic: 'database', ...rest };
}

function ofDatabase(judge: (found: FoundDatabase) => string | false) {
  return ({ database }: Facts) => {
    if (database?.kind !== 'found') return null;
    const problem = judge(database);
    return problem ? [problem] : [];
  };
}
