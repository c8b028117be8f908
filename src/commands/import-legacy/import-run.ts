import { createHash, randomUUID } from 'node:crypto';
import { hmacOfTelegramId } from '../../modules/users/light.js';
import type {
  Decision,
  LegacyHistoryRow,
  LegacyJob,
  LegacyPerson,
  LegacyRow,
  LegacyTable,
} from './import-legacy.types.js';
import { LEGACY_TABLES } from './import-legacy.types.js';
import {
  beginReport,
  FINDINGS_MAX,
  proveCredits,
  type Finding,
  type ImportReport,
} from './import-report.rules.js';
import { decideJob, owedFor, settleJob, type JobsContext } from './jobs.rules.js';
import type { LegacyDatabase } from './legacy-database.js';
import type { LegacyPhotos } from './legacy-photos.js';
import type { OurDatabase, Written } from './our-database.js';
import { decideHistoryRow, decidePayment, decidePlan } from './payments.rules.js';
import { balanceOf, decidePerson, type PeopleContext } from './people.rules.js';
import { listRefundedThere } from './refunds.rules.js';
import { telegramIdOf } from './values.rules.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The Python system waits half an hour for a video at most, and sends it at once. */
const STALE_AFTER_MS = 60 * 60_000;
const SPENT = 'its credit came with its person, who has spent it here already: they are not told of it';
const NOT_IMPORTED = 'its person was not imported';

/** What an import is made of. */
export interface ImportParts {
  legacy: LegacyDatabase;
  ours: OurDatabase;
  photos: LegacyPhotos;
  /** By which people are known who were erased; null where nobody was. */
  hmacKey: string | null;
}

/** How one table is imported. */
interface Pass<T> {
  table: LegacyTable;
  decide: (row: LegacyRow) => Decision<T>;
  /** Once for each that is taken, before its page is written. */
  prepare?: (value: T) => Promise<T>;
  /** Writes one; null: it cannot be, as its person was not imported. */
  write: (value: T) => Promise<Written> | null;
  /** After the commit of its page. */
  after?: (value: T, written: Written) => void;
  /** After a row that was not written. */
  refused?: (row: LegacyRow) => void;
  /** What a changed row was, and is. */
  describeChange?: (value: T, written: Written) => string;
}

/** One import: reads each table once, decides row by row, and writes page by page. */
export class ImportRun {
  private readonly report: ImportReport;
  /** Ours by Telegram id; null for whoever was erased. */
  private readonly people = new Map<number, string | null>();
  /** Telegram ids of people who were imported with less than they would be with now. */
  private readonly unsettled = new Set<number>();
  private readonly owed = new Map<number, number>();
  private jobsContext: JobsContext = { refunded: new Set(), staleBefore: new Date() };
  private readonly historyCopies = new Map<string, number>();

  constructor(private readonly parts: ImportParts) {
    this.report = beginReport(LEGACY_TABLES, parts.legacy.tables);
  }

  /** Imports everything; what was imported before is left alone. */
  async run(): Promise<ImportReport> {
    const { legacy, ours, photos } = this.parts;
    this.report.other_connections = await legacy.countOtherConnections();
    this.report.photos.folder_found = photos.isThere;
    await ours.begin();
    await this.importPlans();
    await this.importPeople();
    await this.importJobs();
    await this.importHistory();
    await this.importPayments();
    this.report.credits = proveCredits(this.report.credits, await ours.sumImported());
    await ours.end();
    return this.report;
  }

  private importPlans(): Promise<void> {
    const { ours } = this.parts;
    return this.pass({ table: 'pricing_plans', decide: decidePlan, write: (plan) => ours.writePlan(plan) });
  }

  private async importPeople(): Promise<void> {
    const { legacy, ours, hmacKey } = this.parts;
    await this.settleJobsUnderWay();
    const duplicates = (await legacy.listDuplicates()).map(telegramIdOf).filter((id) => id !== null);
    const context: PeopleContext = { duplicates: new Set(duplicates), owed: this.owed };
    const { credits } = this.report;
    await this.pass<LegacyPerson & { row: LegacyRow }>({
      table: 'users',
      decide: (row) => {
        const decision = decidePerson(row, context);
        return decision.kind === 'take' ? { ...decision, value: { ...decision.value, row } } : decision;
      },
      write: (person) =>
        ours.writePerson(person, hmacKey === null ? null : hmacOfTelegramId(person.tgUserId, hmacKey)),
      after: (person, written) => this.notePerson(person, written),
      refused: (row) => {
        const balance = known(row);
        credits.balances += balance;
        credits.not_imported += balance;
      },
      describeChange: ({ credits: now, tgUserId }, { credits: imported }) =>
        `Telegram ${tgUserId}: imported with ${String(imported)} credits, and would be with ${now} now; nothing was done`,
    });
  }

  /** Finds out what each person gets back; before the people, as it is part of what they come with. */
  private async settleJobsUnderWay(): Promise<void> {
    const { legacy } = this.parts;
    const jobs = await taken(legacy.jobsToSettle(), decideJob);
    const history = await taken(legacy.historyToSettle(), decideHistoryRow);
    this.jobsContext = {
      refunded: listRefundedThere(jobs, history),
      staleBefore: new Date(Date.now() - STALE_AFTER_MS),
    };
    for (const job of jobs) {
      if (this.jobsContext.refunded.has(job.legacyId)) continue;
      this.owed.set(job.tgUserId, (this.owed.get(job.tgUserId) ?? 0) + owedFor(job));
    }
  }

  private notePerson(person: LegacyPerson & { row: LegacyRow }, written: Written): void {
    const { credits } = this.report;
    const balance = known(person.row);
    const isErased = written.outcome === 'erased';
    this.people.set(person.tgUserId, isErased ? null : (written.user_id ?? null));
    credits.balances += balance;
    if (isErased && !written.user_id) {
      credits.not_imported += balance;
      return;
    }
    const lifted = Math.max(0, -balance);
    credits.raised += lifted;
    credits.given_back += person.credits - balance - lifted;
    credits.changed += (written.credits ?? 0) - person.credits;
    if ((written.credits ?? 0) < person.credits) this.unsettled.add(person.tgUserId);
    if (written.joined) this.report.people_joined_before += 1;
  }

  private async importJobs(): Promise<void> {
    const { ours } = this.parts;
    await this.pass<LegacyJob>({
      table: 'jobs',
      decide: (row) => settleJob(decideJob(row), this.jobsContext),
      prepare: (job) => this.lookForPhoto(job),
      write: (job) => this.forPerson(job, (userId) => ours.writeJob(userId, job, this.refusalOfNew(job))),
      after: (job, { outcome, job_id: jobId }) => {
        if (outcome !== 'imported' || !jobId) return;
        if (owedFor(job) > 0) this.report.jobs_given_back += 1;
        else this.report.videos += 1;
      },
      describeChange: ({ status }) =>
        `it is ${status} by now, and was not when it was imported; nothing was done`,
    });
  }

  /** A credit that came after its person would be taken and given back here, and the person told that it is back: nobody would have it. */
  private refusalOfNew({ tgUserId }: LegacyJob): string | null {
    return this.unsettled.has(tgUserId)
      ? `its credit did not come with its person: see what is said of users of Telegram ${tgUserId}`
      : null;
  }

  /** Leaves of a job's photo only what can be used. */
  private async lookForPhoto(job: LegacyJob): Promise<LegacyJob> {
    const { photos } = this.parts;
    const isShown = job.status === 'completed' ? job.videoFileId !== null : owedFor(job) > 0;
    if (job.photoPath === null || !isShown || !this.people.get(job.tgUserId))
      return { ...job, photoPath: null };
    const found = await photos.find(job.photoPath);
    if (photos.isThere) this.report.photos[found] += 1;
    return found === 'found' ? job : { ...job, photoPath: null };
  }

  private async importHistory(): Promise<void> {
    const { ours } = this.parts;
    await this.pass<LegacyHistoryRow & { id: string }>({
      table: 'credits_history',
      decide: (row) => {
        const decision = decideHistoryRow(row);
        if (decision.kind === 'refuse') return decision;
        return { ...decision, value: { ...decision.value, id: this.historyId(decision.value, row) } };
      },
      write: (row) => this.forPerson(row, (userId) => ours.writeHistoryRow(userId, row.id, row)),
    });
  }

  /** Rows without ids are known by what they say, and equal ones by their number: whichever is which. */
  private historyId({ legacyId }: LegacyHistoryRow, row: LegacyRow): string {
    if (legacyId !== null) return legacyId;
    const hash = createHash('sha256').update(JSON.stringify(row)).digest('hex').slice(0, 32);
    const copy = (this.historyCopies.get(hash) ?? 0) + 1;
    this.historyCopies.set(hash, copy);
    return `${hash}-${copy}`;
  }

  private async importPayments(): Promise<void> {
    const { legacy, ours } = this.parts;
    const overThere = await legacy.listPaymentsOverToo();
    await this.pass({
      table: 'payments',
      decide: (row) => decidePayment(row, overThere),
      write: (payment) =>
        this.forPerson(payment, (userId) => {
          const id = UUID.test(payment.legacyId) ? payment.legacyId : randomUUID();
          return ours.writePayment(userId, payment, payment.isSettledHere ? id : null);
        }),
      after: ({ isSettledHere }, { outcome }) => {
        if (isSettledHere && outcome === 'imported') this.report.payments_to_settle += 1;
      },
      describeChange: ({ status }) =>
        `it is ${status} by now, and was not when it was imported; nothing was done`,
    });
  }

  private forPerson(
    { tgUserId }: { tgUserId: number },
    write: (userId: string) => Promise<Written>,
  ): Promise<Written> | null {
    const userId = this.people.get(tgUserId);
    if (userId === undefined) return null;
    return userId === null ? Promise.resolve({ outcome: 'erased' }) : write(userId);
  }

  private async pass<T extends { legacyId: string | null }>(pass: Pass<T>): Promise<void> {
    for await (const rows of this.parts.legacy.pages(pass.table)) await this.importPage(pass, rows);
  }

  private async importPage<T extends { legacyId: string | null }>(pass: Pass<T>, rows: readonly LegacyRow[]) {
    const taken: { row: LegacyRow; value: T; notes: readonly string[] }[] = [];
    const counts = this.countsOf(pass.table);
    counts.read += rows.length;
    for (const row of rows) {
      const decision = pass.decide(row);
      if (decision.kind === 'refuse') this.refuse(pass, row, decision.reason);
      else
        taken.push({
          row,
          notes: decision.notes,
          value: (await pass.prepare?.(decision.value)) ?? decision.value,
        });
    }
    const written = await this.parts.ours.writePage(
      taken.map(
        ({ value }) =>
          () =>
            pass.write(value) ?? Promise.resolve({ outcome: 'refused', reason: NOT_IMPORTED }),
      ),
    );
    taken.forEach(({ row, value, notes }, index) => {
      const one = written[index] as Written;
      if (one.outcome === 'refused') return this.refuse(pass, row, one.reason ?? '');
      pass.after?.(value, one);
      if (one.outcome === 'changed')
        this.name(pass.table, row, pass.describeChange?.(value, one) ?? 'it has changed');
      else counts[one.outcome] += 1;
      if (one.outcome === 'imported')
        for (const note of one.spent ? [...notes, SPENT] : notes)
          add(this.report.notes, { row: nameOf(pass.table, row), reason: note });
    });
  }

  private refuse<T>(pass: Pass<T>, row: LegacyRow, reason: string): void {
    pass.refused?.(row);
    this.name(pass.table, row, reason);
  }

  private name(table: LegacyTable, row: LegacyRow, reason: string): void {
    this.countsOf(table).refused += 1;
    add(this.report.refused, { row: nameOf(table, row), reason });
  }

  private countsOf(table: LegacyTable) {
    const counts = this.report.tables.find((one) => one.table === table);
    if (!counts) throw new Error(`No counts of ${table}`);
    return counts;
  }
}

/** What the rows say that can be read. */
async function taken<T>(
  pages: AsyncIterable<LegacyRow[]>,
  decide: (row: LegacyRow) => Decision<T>,
): Promise<T[]> {
  const values = [];
  for await (const rows of pages)
    for (const row of rows) {
      const decision = decide(row);
      if (decision.kind === 'take') values.push(decision.value);
    }
  return values;
}

/** A balance as far as it is a number. */
function known(row: LegacyRow): number {
  const balance = balanceOf(row);
  return balance.kind === 'credits' ? balance.credits : 0;
}

function nameOf(table: LegacyTable, row: LegacyRow): string {
  return `${table} ${JSON.stringify(row['id'] ?? null)}`;
}

function add(findings: Finding[], finding: Finding): void {
  if (findings.length < FINDINGS_MAX) findings.push(finding);
}
