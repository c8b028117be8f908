import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Cron, Env } from '../../../platform/index.js';
import { ReconciliationService } from './reconciliation.service.js';

/** Sees to it that each provider has its report once in each interval. */
@Injectable()
export class ReconciliationCron extends Cron implements OnModuleDestroy {
  protected readonly name = 'payment-reconciliation';

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
    await this.lookAtEach([
      () => this.reconciliation.reconcile('yookassa'),
      () => this.reconciliation.reconcile('telegram_stars'),
    ]);
  }
}
