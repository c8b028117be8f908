import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Cron, Env, logger } from '../../../platform/index.js';
import { ReconciliationService } from './reconciliation.service.js';

/** Sees to it that each provider has its report once in each interval. */
@Injectable()
export class ReconciliationCron extends Cron implements OnModuleDestroy {
  protected readonly name = 'payment-reconciliation';
  private readonly log = logger('reconciliation-cron');

  constructor(
    private readonly reconciliation: ReconciliationService,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  /** Before the base waits for the look in hand. */
  onModuleDestroy(): void {
    this.reconciliation.stop();
  }

  protected async look(): Promise<void> {
    const failed = (err: unknown) => this.log.warn({ err }, 'A look failed; the next one comes soon');
    await this.reconciliation.reconcile('yookassa').catch(failed);
    await this.reconciliation.reconcile('telegram_stars').catch(failed);
  }
}
