import { CommandError, readDatabaseUrl } from '../command-line.js';

/** What the operator typed. */
export interface ImportOptions {
  from: string;
  /** In which the old tables stand. */
  schema: string;
  isDryRun: boolean;
  asJson: boolean;
}

/** What the import takes from the environment. */
export interface ImportSettings {
  /** `DATABASE_URL`. */
  into: string;
  /** `STORAGE_BASE_PATH`; null where photos are kept in S3, to which nobody has brought the old ones. */
  storagePath: string | null;
  /** `USER_HMAC_KEY`, where it is set. */
  hmacKey: string | null;
}

export const USAGE = `npm run import:legacy                bring people, balances, videos and payments over from the Python system
npm run import:legacy -- --dry-run   the same, and write nothing
  --from URL      the old database, instead of LEGACY_DATABASE_URL; a password in it is seen by everybody on this machine
  --schema NAME   where the old tables stand, if not in "public"
  --json          the report as one JSON object in the last line, too
Exit code: 0 all came over, 1 rows were refused (they are named) or sums differ, 2 the import could not run, or not to its end.
It can be repeated. The database to import into is that of DATABASE_URL, photos are looked for below STORAGE_BASE_PATH.`;

/** @throws CommandError with the usage where an option is wrong. */
export function readOptions(
  words: readonly string[],
  // eslint-disable-next-line no-restricted-properties -- the edge of a process that must run with little
  source: Readonly<Record<string, string | undefined>> = process.env,
): ImportOptions {
  const options: ImportOptions = {
    from: source['LEGACY_DATABASE_URL']?.trim() ?? '',
    schema: 'public',
    isDryRun: false,
    asJson: false,
  };
  const left = words.flatMap((word) =>
    /^--(?:from|schema)=/.test(word)
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : [word],
  );
  while (left.length > 0) {
    const word = left.shift() as string;
    if (word === '--dry-run') options.isDryRun = true;
    else if (word === '--json') options.asJson = true;
    else if (word === '--from') options.from = left.shift() ?? '';
    else if (word === '--schema') options.schema = left.shift() ?? '';
    // Not shown: it may be an address with its password.
    else throw new CommandError(`Unknown option${/^--[a-z-]+$/.test(word) ? ` ${word}` : ''}\n${USAGE}`);
  }
  if (!/^postgres(ql)?:\/\//.test(options.from) || !URL.canParse(options.from))
    throw new CommandError(
      `${options.from === '' ? 'LEGACY_DATABASE_URL is not set' : 'LEGACY_DATABASE_URL (--from) is not a PostgreSQL URL'}\n${USAGE}`,
    );
  if (!/^[A-Za-z_]\w{0,62}$/.test(options.schema))
    throw new CommandError(`--schema is not the name of a schema\n${USAGE}`);
  return options;
}

/** Only what the import needs: it must also run where the rest of the environment is incomplete. */
export function readSettings(
  // eslint-disable-next-line no-restricted-properties -- the edge of a process that must run with little
  source: Readonly<Record<string, string | undefined>> = process.env,
): ImportSettings {
  return {
    into: readDatabaseUrl(source),
    storagePath:
      source['STORAGE_TYPE']?.trim() === 's3' ? null : source['STORAGE_BASE_PATH']?.trim() || './storage',
    hmacKey: source['USER_HMAC_KEY']?.trim() || null,
  };
}
