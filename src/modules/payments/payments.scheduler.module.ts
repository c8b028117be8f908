import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/index.js';
import { TelegramModule } from '../telegram/index.js';
import { AuditCron } from './audit/audit.cron.js';
import { AuditFigures } from './audit/audit.figures.js';
import { AuditsRepository } from './audit/audits.repository.js';
import { PaymentsCron } from './payments.cron.js';
import { PaymentsFigures } from './payments.figures.js';
import { PaymentsModule } from './payments.module.js';
import { ReconciledRowsRepository } from './reconciliation/reconciled-rows.repository.js';
import { ReconciliationReportsRepository } from './reconciliation/reconciliation-reports.repository.js';
import { ReconciliationCron } from './reconciliation/reconciliation.cron.js';
import { ReconciliationService } from './reconciliation/reconciliation.service.js';
import { StarListReader } from './reconciliation/star-list.js';
import { StarReconciliation } from './reconciliation/star-reconciliation.js';
import { YooKassaListReader } from './reconciliation/yookassa-lists.js';
import { YooKassaReconciliation } from './reconciliation/yookassa-reconciliation.js';

/** The scheduler's part: finds lost bells and unnoticed payments, compares ours with what the providers have, and has all of it audited. */
@Module({
  imports: [PaymentsModule, CreditsModule, TelegramModule],
  providers: [
    ...[
      ReconciledRowsRepository,
      ReconciliationReportsRepository,
      YooKassaListReader,
      YooKassaReconciliation,
    ],
    ...[StarListReader, StarReconciliation, ReconciliationService, ReconciliationCron, PaymentsCron],
    ...[AuditsRepository, AuditCron, AuditFigures, PaymentsFigures],
  ],
})
export class PaymentsSchedulerModule {}
