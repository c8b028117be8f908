import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, toError } from '../../../platform/index.js';
import { PaymentNotices } from '../payment-notices.js';
import type { PaymentProvider } from '../payments.types.js';
import { PaymentsRepository } from '../payments.repository.js';
import { OUR_ROWS_MAX, ReconciledRowsRepository } from './reconciled-rows.repository.js';
import { ReconciliationReportsRepository, type ReportClaim } from './reconciliation-reports.repository.js';
import type { ReconciliationRun } from './reconciliation-run.js';
import { ReconciliationStoppedError, ReconciliationTakenOverError } from './reconciliation.errors.js';
import { StarReconciliation } from './star-reconciliation.js';
import { compareThreeWays } from './three-way.rules.js';
import { YooKassaReconciliation } from './yookassa-reconciliation.js';

/** Differences that a report keeps; the count stays exact. */
const DIFFERENCES_MAX = 200;

/** What came of one look: another has the report, or it is made already; it is made now; it could not be made. */
export type ReconciliationOutcome = 'not_due' | 'finished' | 'failed';

/**
 * The daily report: our payments, the provider's lists and the credit history against each other. What the lists know and we do not is
 * repaired first, by the ways that a notification takes; what still differs then is named, and operators are told.
 */
@Injectable()
export class ReconciliationService {
  private readonly log = logger('reconciliation');
  private isStopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly reports: ReconciliationReportsRepository,
    private readonly rows: ReconciledRowsRepository,
    private readonly payments: PaymentsRepository,
    private readonly yooKassa: YooKassaReconciliation,
    private readonly stars: StarReconciliation,
    private readonly notices: PaymentNotices,
    private readonly env: Env,
  ) {}

  /** Makes the report of the time slot that runs now, unless it is made or being made. */
  async reconcile(provider: PaymentProvider): Promise<ReconciliationOutcome> {
    const { manager } = this.dataSource;
    const timing = {
      intervalMs: this.env.PAYMENT_RECONCILE_INTERVAL_MS,
      retryMs: this.env.PAYMENT_RECONCILE_RETRY_MS,
      windowMs: this.env.PAYMENT_RECONCILE_WINDOW_MS,
    };
    if (!(await this.reports.isDue(manager, provider, timing)) || !(await this.isSoldBy(provider)))
      return 'not_due';
    const claim = await this.reports.claim(manager, provider, timing);
    if (!claim) return 'not_due';
    try {
      await this.make(claim);
      return 'finished';
    } catch (error) {
      const err = toError(error);
      this.log.warn(
        { err, provider, reportId: claim.id, attempt: claim.attempt },
        'A reconciliation was not finished',
      );
      await this.reports.noteFailure(manager, claim, err.message);
      return 'failed';
    }
  }

  /** Ends the report in hand before its next request; it is made again later. */
  stop(): void {
    this.isStopping = true;
  }

  private async make(claim: ReportClaim): Promise<void> {
    const { provider, id: reportId } = claim;
    const run: ReconciliationRun = { claim, step: () => this.step(claim) };
    const side = provider === 'yookassa' ? this.yooKassa : this.stars;
    const { theirs, repaired, nextOffset } = await side.read(run);
    const ours = await this.rows.read(claim, theirs);
    const isCut = ours.payments.length === OUR_ROWS_MAX || ours.refunds.length === OUR_ROWS_MAX;
    const incomplete = [...theirs.incomplete, ...(isCut ? [`more than ${OUR_ROWS_MAX} rows of ours`] : [])];
    const { counts, differences } = compareThreeWays({ provider, ours, theirs: { ...theirs, incomplete } });
    await this.step(claim);
    await this.tell(claim, differences.length);
    const result = {
      counts: { ...counts, repaired },
      differences: differences.slice(0, DIFFERENCES_MAX),
      differencesTotal: differences.length,
      nextOffset,
    };
    if (!(await this.reports.finish(this.dataSource.manager, claim, result))) throw takenOver(claim);
    const told = { provider, reportId, repaired, differences: differences.length };
    if (differences.length === 0) this.log.info(told, 'Payments, the provider and the credit history agree');
    else this.log.error(told, 'Payments, the provider and the credit history differ');
  }

  /** Before the report is finished: an attempt that ends in between is repeated, and its notice is not. */
  private async tell({ id: reportId, provider }: ReportClaim, count: number): Promise<void> {
    if (count === 0) return;
    await this.notices.tellOperators(this.dataSource.manager, {
      cause: `payment-reconciliation-${reportId}`,
      payload: { kind: 'reconciliation_differences', provider, count, reportId },
    });
  }

  private async step(claim: ReportClaim): Promise<void> {
    if (this.isStopping) throw new ReconciliationStoppedError('The process stops');
    if (!(await this.reports.renew(this.dataSource.manager, claim))) throw takenOver(claim);
  }

  /** Stars that were sold stay of interest when they are sold no more. */
  private async isSoldBy(provider: PaymentProvider): Promise<boolean> {
    if (provider === 'yookassa' || this.env.TELEGRAM_STARS) return true;
    return this.payments.hasAnyOf(this.dataSource.manager, provider);
  }
}

function takenOver({ id, attempt }: ReportClaim): ReconciliationTakenOverError {
  return new ReconciliationTakenOverError(`Attempt ${attempt} at report ${id} was taken over`);
}
