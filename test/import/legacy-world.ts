import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importLegacy } from '../../src/commands/import-legacy/import-legacy.js';
import type { ImportReport } from '../../src/commands/import-legacy/import-report.rules.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

type Row = Record<string, unknown>;

/** A database of the Python system, and its import into another one. */
export class LegacyWorld {
  private constructor(
    readonly legacy: TestDatabase,
    private readonly into: () => { url: string; storagePath: string },
  ) {}

  static async create(into: () => { url: string; storagePath: string }): Promise<LegacyWorld> {
    const legacy = await createTestDatabase({ poolMax: 1 });
    const schema = await readFile(join(import.meta.dirname, 'legacy-schema.sql'), 'utf8');
    await legacy.query(`drop schema public cascade; create schema public; ${schema}`);
    return new LegacyWorld(legacy, into);
  }

  /** Empties the tables of the Python system. */
  clear(): Promise<unknown> {
    return this.legacy.query('truncate users, jobs, credits_history, pricing_plans, payments');
  }

  drop(): Promise<void> {
    return this.legacy.drop();
  }

  /** Inserts rows as they are; returns the ids, where the table has such. */
  async add(table: string, ...rows: Row[]): Promise<string[]> {
    const ids = [];
    for (const row of rows) {
      const [added] = await this.legacy.query<{ row: { id?: string } }>(
        `insert into ${table} (${Object.keys(row).join(', ')})
         values (${Object.keys(row)
           .map((_, index) => `$${index + 1}`)
           .join(', ')}) returning to_json(${table}) as row`,
        Object.values(row),
      );
      ids.push(added?.row.id ?? '');
    }
    return ids;
  }

  import({ isDryRun = false, hmacKey = null as string | null } = {}): Promise<ImportReport> {
    const { url: into, storagePath } = this.into();
    return importLegacy(
      { from: this.legacy.url, schema: 'public', isDryRun },
      { into, storagePath, hmacKey },
    );
  }
}

/** The tables' lines of a report: `users 3 read, 2 imported, 1 refused`, without what is 0. */
export function linesOf({ tables }: ImportReport): string[] {
  return tables.map(({ table, present: _, ...counts }) =>
    [
      table,
      Object.entries(counts)
        .filter(([, n]) => n > 0)
        .map(([what, n]) => `${n} ${what}`)
        .join(', '),
    ].join(' '),
  );
}

/** What the ledger of our database says of a person: "import 5 = 5". */
export async function historyOf(db: TestDatabase, tgUserId: number): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `select format('%s %s = %s', h.operation_type, h.amount, h.balance_after) as line
       from credits_history h join users u on u.id = h.user_id where u.tg_user_id = $1 order by h.id`,
    [tgUserId],
  );
  return rows.map(({ line }) => line);
}
