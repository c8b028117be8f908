import { AppError, toError } from '../platform/light.js';

export { describeDatabase } from '../platform/light.js';

/** The command could do what it was asked, and what it found is fine. */
export const EXIT_OK = 0;
/** The command ran, and the answer is bad: drift found, statement refused. */
export const EXIT_BAD = 1;
/** The command could not run. */
export const EXIT_UNUSABLE = 2;

/** A command cannot run; the message says why and what to do, in a sentence for the person at the terminal. */
export class CommandError extends AppError {
  readonly code = 'COMMAND_UNUSABLE';
}

/**
 * The one setting that database commands need: they must also work where the rest of the environment is incomplete.
 *
 * @throws CommandError without it, or when it is no PostgreSQL URL. The value is never shown: it holds a password.
 */
export function readDatabaseUrl(
  // eslint-disable-next-line no-restricted-properties -- the edge of a process that must run with DATABASE_URL alone
  source: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const url = source['DATABASE_URL']?.trim();
  if (!url) {
    throw new CommandError(
      'DATABASE_URL is not set. Set it to the database to look at, for example postgres://user:password@localhost:5432/neurocards',
    );
  }
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CommandError(
      'DATABASE_URL is not a PostgreSQL URL; it looks like postgres://user:password@host:5432/name',
    );
  }
  return url;
}

/** Runs a command's work; what it throws becomes a sentence on stderr and exit code 2. */
export async function runCommand(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = EXIT_UNUSABLE;
  }
}

/** A network error has an empty message when it stands for several attempts (AggregateError). */
function explain(error: unknown): string {
  const { message, code, errors } = toError(error) as Error & { code?: string; errors?: Error[] };
  if (error instanceof CommandError) return message;
  const text = message || errors?.[0]?.message || code || 'unknown error';
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|timeout/i.test(`${code} ${text}`)
    ? `The database cannot be reached: ${text}`
    : `The command failed: ${text}`;
}
