import type pg from 'pg';
import { sqlStateOf, toError } from '../../platform/light.js';
import type {
  LegacyHistoryRow,
  LegacyJob,
  LegacyPayment,
  LegacyPerson,
  LegacyPlan,
} from './import-legacy.types.js';

/** What became of a row that was written, or was there. */
export interface Written {
  /** `changed`: it was imported before, and has changed there since: nothing was done. `erased`: its person asked us to forget them. */
  outcome: 'imported' | 'there' | 'changed' | 'erased' | 'refused';
  user_id?: string | null;
  job_id?: string | null;
  /** What the import row of a person gives. */
  credits?: number | null;
  /** The person had started the new bot already. */
  joined?: boolean;
  /** The credit that the job's person came with was spent before the job came: it is only remembered. */
  spent?: boolean;
  /** Why the database refuses the row. */
  reason?: string;
}

/** Errors that are one row's: bad values, broken constraints, what our functions refuse. Any other ends the import. */
const OF_ONE_ROW = /^(22|23|NC|P0)/;

/** Our database, to which rows are written a page per transaction. A dry run is one transaction that is rolled back. */
export class OurDatabase {
  constructor(
    private readonly client: pg.Client,
    private readonly isDryRun: boolean,
  ) {}

  async begin(): Promise<void> {
    if (this.isDryRun) await this.client.query('begin');
  }

  async end(): Promise<void> {
    if (this.isDryRun) await this.client.query('rollback');
  }

  /** Writes the rows of a page. One that is refused is undone alone: the page is written again, row by row. */
  async writePage(writes: readonly (() => Promise<Written>)[]): Promise<Written[]> {
    await this.client.query(this.isDryRun ? 'savepoint page' : 'begin');
    const written = await this.writeAll(writes).catch((error: unknown) => {
      if (!isOfOneRow(error)) throw error;
      return null;
    });
    if (written) {
      await this.client.query(this.isDryRun ? 'release page' : 'commit');
      return written;
    }
    await this.client.query(this.isDryRun ? 'rollback to page' : 'rollback; begin');
    const one = [];
    for (const write of writes) one.push(await this.writeAlone(write));
    await this.client.query(this.isDryRun ? 'release page' : 'commit');
    return one;
  }

  private async writeAll(writes: readonly (() => Promise<Written>)[]): Promise<Written[]> {
    const written = [];
    for (const write of writes) written.push(await write());
    return written;
  }

  private async writeAlone(write: () => Promise<Written>): Promise<Written> {
    await this.client.query('savepoint one_row');
    try {
      const written = await write();
      await this.client.query('release one_row');
      return written;
    } catch (error) {
      if (!isOfOneRow(error)) throw error;
      await this.client.query('rollback to one_row; release one_row');
      return { outcome: 'refused', reason: `the database refuses it: ${toError(error).message}` };
    }
  }

  writePerson({ legacyId, tgUserId, credits, profile }: LegacyPerson, hmac: Buffer | null): Promise<Written> {
    return this.call('select import_legacy_user($1, $2, $3, $4, $5) as answer', [
      ...[legacyId, tgUserId, credits, JSON.stringify(profile), hmac],
    ]);
  }

  /**
   * @param job its photo only where there is one.
   * @param refuseNew why a job under way that is not there yet is refused; null: it is taken.
   */
  writeJob(userId: string, job: LegacyJob, refuseNew: string | null): Promise<Written> {
    const { legacyId, status, credits, description, wishes, videoFileId, photoPath, createdAt, finishedAt } =
      job;
    return this.call('select import_legacy_job($1, $2, $3) as answer', [
      legacyId,
      userId,
      JSON.stringify({
        ...{ status, credits, description, wishes, video_file_id: videoFileId, photo_path: photoPath },
        ...{ created_at: createdAt, finished_at: finishedAt, refuse_new: refuseNew },
      }),
    ]);
  }

  /** @param settledAs the id of the payment that it becomes; null where it is only remembered. */
  writePayment(userId: string, payment: LegacyPayment, settledAs: string | null): Promise<Written> {
    const { legacyId, status, planId, provider, providerPaymentId, amountKopecks, credits } = payment;
    return this.call('select import_legacy_payment($1, $2, $3) as answer', [
      legacyId,
      userId,
      JSON.stringify({
        ...{ status, provider, credits, settled_as: settledAs, plan_id: planId },
        ...{ provider_payment_id: providerPaymentId, amount_kopecks: amountKopecks },
        ...{ created_at: payment.createdAt, completed_at: payment.completedAt },
      }),
    ]);
  }

  async writeHistoryRow(userId: string, id: string, row: LegacyHistoryRow): Promise<Written> {
    const { rowCount } = await this.client.query(
      `insert into legacy_credits_history (id, user_id, operation_type, amount, job_id, description, metadata, created_at)
       select $1, id, $3, $4, $5, $6, $7, $8 from users where id = $2 and erased_at is null on conflict (id) do nothing`,
      [
        ...[id, userId, row.operationType, row.amount, row.jobId, row.description],
        ...[row.metadata === null ? null : JSON.stringify(row.metadata), row.createdAt],
      ],
    );
    return { outcome: rowCount === 1 ? 'imported' : 'there' };
  }

  async writePlan({ legacyId, plan }: LegacyPlan): Promise<Written> {
    const { rowCount } = await this.client.query(
      'insert into legacy_plans (id, plan) values ($1, $2) on conflict (id) do nothing',
      [legacyId, JSON.stringify(plan)],
    );
    return { outcome: rowCount === 1 ? 'imported' : 'there' };
  }

  /** The sum of all import rows of the ledger. */
  async sumImported(): Promise<number> {
    const { rows } = await this.client.query<{ sum: number }>(
      `select coalesce(sum(amount), 0)::float8 as sum from credits_history where operation_type = 'import'`,
    );
    return rows[0]?.sum ?? 0;
  }

  private async call(sql: string, parameters: unknown[]): Promise<Written> {
    const { rows } = await this.client.query<{ answer: Written }>(sql, parameters);
    if (!rows[0]) throw new Error(`No answer from: ${sql}`);
    return rows[0].answer;
  }
}

function isOfOneRow(error: unknown): boolean {
  return OF_ONE_ROW.test(sqlStateOf(error) ?? '');
}
