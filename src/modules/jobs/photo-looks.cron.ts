import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env } from '../../platform/index.js';
import { PhotoLooksRepository } from './photo-looks.repository.js';

const ROWS_PER_TICK_MAX = 500;

/** Forgets what was seen in photos after `PHOTO_LOOK_KEPT_MS`. An order of later has its photo looked at anew. */
@Injectable()
export class PhotoLooksCron extends Cron {
  protected readonly name = 'photo-looks';

  constructor(
    private readonly dataSource: DataSource,
    private readonly looks: PhotoLooksRepository,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const kept = { keptMs: this.env.PHOTO_LOOK_KEPT_MS, limit: ROWS_PER_TICK_MAX };
    await this.looks.trim(this.dataSource.manager, kept);
  }
}
