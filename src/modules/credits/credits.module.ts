import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CreditsAudit } from './audit/credits-audit.js';
import { CreditsFigures } from './credits.figures.js';
import { CreditsHistory } from './credits-history.entity.js';
import { CreditsRepository } from './credits.repository.js';
import { CreditsService } from './credits.service.js';

/** Balances, their history, and the audit of both. */
@Module({
  imports: [TypeOrmModule.forFeature([CreditsHistory])],
  providers: [
    CreditsRepository,
    CreditsService,
    {
      provide: CreditsAudit,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new CreditsAudit(dataSource),
    },
  ],
  exports: [CreditsService, CreditsAudit],
})
export class CreditsModule {}

/** The scheduler's part: shows what was moved. */
@Module({ providers: [CreditsFigures] })
export class CreditsSchedulerModule {}
