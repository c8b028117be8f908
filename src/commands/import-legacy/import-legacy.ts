import type pg from 'pg';
import { sqlStateOf, toError } from '../../platform/light.js';
import { CommandError, describeDatabase } from '../command-line.js';
import { connect } from '../connection.js';
import type { ImportOptions, ImportSettings } from './import-options.js';
import type { ImportReport } from './import-report.rules.js';
import { ImportRun } from './import-run.js';
import { LegacyDatabase } from './legacy-database.js';
import { LegacyPhotos } from './legacy-photos.js';
import { OurDatabase } from './our-database.js';

/** Held in our database while an import runs. */
const IMPORT_LOCK = 1_795_651_201;
const LOCK_TIMEOUT_MS = 30_000;
const UNDEFINED_FUNCTION = '42883';
const UNDEFINED_TABLE = '42P01';

/**
 * Brings everything over that is not there yet.
 *
 * @throws CommandError where it cannot begin: a database that is none of the Python system, ours where it is not migrated, another import.
 */
export async function importLegacy(
  { from, schema, isDryRun }: Omit<ImportOptions, 'asJson'>,
  { into, storagePath, hmacKey }: ImportSettings,
): Promise<ImportReport> {
  const client = await connect(into, {
    application_name: 'neurocards-import',
    lock_timeout: LOCK_TIMEOUT_MS,
  });
  try {
    await beginImport(client, hmacKey);
    const legacyClient = await connectToLegacy(from);
    try {
      const legacy = await LegacyDatabase.open(legacyClient, schema);
      const photos = await LegacyPhotos.open(storagePath);
      const ours = new OurDatabase(client, isDryRun);
      const report = await new ImportRun({ legacy, ours, photos, hmacKey }).run();
      return { ...report, dry_run: isDryRun };
    } finally {
      await legacyClient.end();
    }
  } catch (error) {
    if (![UNDEFINED_FUNCTION, UNDEFINED_TABLE].includes(sqlStateOf(error) ?? '')) throw error;
    throw new CommandError(`The database ${describeDatabase(into)} lacks our tables. Run: npm run migrate`, {
      cause: error,
    });
  } finally {
    await client.end();
  }
}

/** Takes the lock, and sees that whoever was erased can be known. */
async function beginImport(client: pg.Client, hmacKey: string | null): Promise<void> {
  const { rows } = await client.query<{ locked: boolean; erased: boolean }>(
    `select pg_try_advisory_lock($1) as locked,
            exists (select from users u where u.erased_at is not null
                      and not exists (select from legacy_users l where l.user_id = u.id)) as erased`,
    [IMPORT_LOCK],
  );
  if (!rows[0]?.locked) throw new CommandError('Another import into this database is running');
  if (rows[0].erased && hmacKey === null)
    throw new CommandError(
      'Somebody was erased here: set USER_HMAC_KEY, so that nobody comes back who asked us to forget them',
    );
}

async function connectToLegacy(url: string): Promise<pg.Client> {
  try {
    return await connect(url, { application_name: 'neurocards-import' });
  } catch (error) {
    const { message, code } = toError(error) as Error & { code?: string };
    throw new CommandError(
      `The old database (${describeDatabase(url)}) cannot be reached: ${message || code || 'unknown error'}`,
      { cause: error },
    );
  }
}
