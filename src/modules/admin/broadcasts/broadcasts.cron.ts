import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env, logger } from '../../../platform/index.js';
import { BroadcastWakeUps } from './broadcast-wake-ups.js';
import { DELIVERIES_KEPT_MS } from './broadcast.types.js';
import { BroadcastsRepository } from './broadcasts.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';

const ROWS_PER_TICK_MAX = 1_000;

/** Goes on with a broadcast whose wake-up was lost, and forgets who got old ones. */
@Injectable()
export class BroadcastsCron extends Cron {
  protected readonly name = 'broadcasts';
  private readonly log = logger('broadcasts');

  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcasts: BroadcastsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly wakeUps: BroadcastWakeUps,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const { manager } = this.dataSource;
    const overdue = await this.broadcasts.takeOverdue(manager, this.env.JOB_WAKE_LOST_AFTER_MS);
    for (const { id, wakeNumber } of overdue) {
      this.log.warn({ broadcastId: id }, 'A broadcast stood still and goes on');
      await this.wakeUps.wake(id, wakeNumber);
    }
    await this.deliveries.trim(manager, DELIVERIES_KEPT_MS, ROWS_PER_TICK_MAX);
  }
}
