import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env, logger, toError } from '../../../platform/index.js';
import { CreditsAudit, type AuditReport } from '../../credits/index.js';
import { PaymentNotices } from '../payment-notices.js';
import { AuditsRepository, type AuditClaim } from './audits.repository.js';

/** The audit of millions of rows takes minutes: whoever has not finished by then is dead. */
const TAKE_OVER_AFTER_MS = 3_600_000;

/** Has the audit run once in each `AUDIT_INTERVAL_MS`, by one process of all, and tells operators of drift. */
@Injectable()
export class AuditCron extends Cron implements OnModuleDestroy {
  protected readonly name = 'audit';
  private readonly log = logger('audit');
  private readonly stopping = new AbortController();

  constructor(
    private readonly dataSource: DataSource,
    private readonly audits: AuditsRepository,
    private readonly audit: CreditsAudit,
    private readonly notices: PaymentNotices,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  /** Before the base waits for the look in hand. */
  onModuleDestroy(): void {
    this.stopping.abort(new Error('The process stops'));
  }

  protected async look(): Promise<void> {
    const { manager } = this.dataSource;
    const times = { intervalMs: this.env.AUDIT_INTERVAL_MS, takeOverMs: TAKE_OVER_AFTER_MS };
    const claim = await this.audits.claim(manager, times);
    if (!claim) return;
    try {
      await this.keep(claim, await this.audit.run(this.stopping.signal));
    } catch (error) {
      await this.audits.noteFailure(manager, claim, toError(error).message);
      throw error;
    }
  }

  /** Told before it is kept: an attempt that ends in between is repeated, and its notice is not. */
  private async keep(claim: AuditClaim, report: AuditReport): Promise<void> {
    const { manager } = this.dataSource;
    const told = { auditId: claim.id, drift: report.drift, rowsChecked: report.rows_checked };
    if (report.drift > 0) {
      await this.notices.tellOperators(manager, {
        cause: `audit-drift-${claim.id}`,
        payload: { kind: 'audit_drift', count: report.drift, auditId: claim.id },
      });
    }
    if (!(await this.audits.finish(manager, claim, report))) return;
    if (report.drift > 0) this.log.error(told, 'The audit has found drift');
    else this.log.info(told, 'The audit has found no drift');
  }
}
