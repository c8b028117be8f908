import type { LegacyTable } from './import-legacy.types.js';

/** Of each list the text names so many; the JSON has all. */
const NAMED_MAX = 100;
/** And that has so many: a list that never ends helps nobody. */
export const FINDINGS_MAX = 100_000;

const DISAGREES = 'DOES NOT AGREE: imported people are gone there, or somebody wrote import rows by hand';

/** What became of the rows of one table. */
export interface TableCounts {
  table: LegacyTable;
  /** This version of the Python system has it. */
  present: boolean;
  read: number;
  imported: number;
  /** Imported before, and still the same. */
  there: number;
  /** Of people who had us forget them. */
  erased: number;
  /** Named under `refused`. */
  refused: number;
}

/** A row that the operator should know of. */
export interface Finding {
  row: string;
  reason: string;
}

/** The proof that no credit came or went: `balances` to `expected` add up, and `import_rows` is what the ledger says. */
export interface CreditsProof {
  /** The sum of all balances there, as far as they are whole numbers. */
  balances: number;
  /** Of people who were refused, or whom we have forgotten without ever having had them. */
  not_imported: number;
  /** What lifted balances below 0 to 0. */
  raised: number;
  /** Taken there by videos that were under way: part of the import, charged and refunded here. */
  given_back: number;
  /** What balances that have changed since they were imported differ by: imported minus now. */
  changed: number;
  expected: number;
  import_rows: number;
  agrees: boolean;
}

/** What `npm run import:legacy` prints as JSON; names in the spelling that its readers have. */
export interface ImportReport {
  dry_run: boolean;
  tables: TableCounts[];
  credits: CreditsProof;
  /** People who had started the new bot before, and so have its welcome, too. */
  people_joined_before: number;
  /** Videos under way that are failed and refunded here, and told. */
  jobs_given_back: number;
  /** Videos that "My videos" shows. */
  videos: number;
  /** Payments that are settled by what YooKassa says. */
  payments_to_settle: number;
  photos: { folder_found: boolean; found: number; missing: number; unreadable: number };
  /** Connections of others to the old database. */
  other_connections: number;
  refused: Finding[];
  notes: Finding[];
}

/** An empty report. */
export function beginReport(tables: readonly LegacyTable[], present: ReadonlySet<LegacyTable>): ImportReport {
  const none = { read: 0, imported: 0, there: 0, erased: 0, refused: 0 };
  const credits = { balances: 0, not_imported: 0, raised: 0, given_back: 0, changed: 0 };
  return {
    dry_run: false,
    tables: tables.map((table) => ({ table, present: present.has(table), ...none })),
    credits: { ...credits, expected: 0, import_rows: 0, agrees: true },
    people_joined_before: 0,
    jobs_given_back: 0,
    videos: 0,
    payments_to_settle: 0,
    photos: { folder_found: false, found: 0, missing: 0, unreadable: 0 },
    other_connections: 0,
    refused: [],
    notes: [],
  };
}

/** What the ledger should hold, against what it does. */
export function proveCredits(credits: CreditsProof, importRows: number): CreditsProof {
  const { balances, not_imported, raised, given_back, changed } = credits;
  const expected = balances - not_imported + raised + given_back + changed;
  return { ...credits, expected, import_rows: importRows, agrees: expected === importRows };
}

/** Whether nothing is left for the operator to look at. */
export function isClean(report: ImportReport): boolean {
  return report.refused.length === 0 && report.credits.agrees && !isOfNobody(report);
}

/** A system that had no people is none that one moves from. */
function isOfNobody({ tables }: ImportReport): boolean {
  return tables.some(({ table, read }) => table === 'users' && read === 0);
}

/** The report as the operator reads it. */
export function formatReport(report: ImportReport): string {
  return [
    ...formatTables(report.tables),
    '',
    ...formatCredits(report.credits),
    '',
    ...formatRest(report),
    ...formatFindings('Refused, to be decided by you', report.refused),
    ...formatFindings('Notes', report.notes),
    report.dry_run
      ? 'This was a dry run: nothing was written.'
      : 'Imported. It can be repeated: what is there is left alone.',
  ].join('\n');
}

function formatTables(tables: readonly TableCounts[]): string[] {
  const columns = ['read', 'imported', 'there', 'erased', 'refused'] as const;
  const line = (name: string, cells: readonly (string | number)[]) =>
    `  ${name.padEnd(16)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
  return [
    line('table', columns),
    ...tables.map((counts) =>
      counts.present
        ? line(
            counts.table,
            columns.map((column) => counts[column]),
          )
        : `  ${counts.table.padEnd(16)}  is not in this version`,
    ),
  ];
}

function formatCredits(credits: CreditsProof): string[] {
  const line = (what: string, sum: number) => `  ${what.padEnd(54)}${String(sum).padStart(12)}`;
  return [
    'Credits',
    line('balances there', credits.balances),
    line('of people who were not imported', -credits.not_imported),
    line('balances below 0, lifted to 0', credits.raised),
    line('given back for videos that were under way', credits.given_back),
    ...(credits.changed === 0
      ? []
      : [line('balances that changed there since they were imported', credits.changed)]),
    line('together', credits.expected),
    `${line('import rows of the ledger', credits.import_rows)}   ${credits.agrees ? 'agrees' : DISAGREES}`,
  ];
}

function formatRest(report: ImportReport): string[] {
  const { photos } = report;
  const folder = photos.folder_found
    ? `${photos.found} found, ${photos.missing} missing, ${photos.unreadable} not to be read`
    : 'not taken over: STORAGE_TYPE is s3, or there is no folder "inputs" below STORAGE_BASE_PATH here';
  const connections = `${report.other_connections} other connections to the old database: is the old bot stopped?`;
  return [
    `  ${report.videos} videos in "My videos"; ${report.jobs_given_back} that were under way are failed, refunded, and to be told`,
    `  ${report.payments_to_settle} payments to be settled by what YooKassa says`,
    `  photos: ${folder}`,
    ...(report.people_joined_before === 0
      ? []
      : [`  ${report.people_joined_before} people had started the new bot before; they keep its welcome`]),
    ...(isOfNobody(report) ? ['  WARNING: NOBODY is in the old database: is it the right one?'] : []),
    ...(report.other_connections === 0 ? [] : [`  WARNING: ${connections}`]),
    '',
  ];
}

function formatFindings(title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const more = findings.length - NAMED_MAX;
  return [
    `${title} (${findings.length})`,
    ...findings.slice(0, NAMED_MAX).map(({ row, reason }) => `  ${row}: ${reason}`),
    ...(more > 0 ? [`  … and ${more} more: --json names them all`] : []),
    '',
  ];
}
