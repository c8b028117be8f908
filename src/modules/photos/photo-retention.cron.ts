import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Cron, Env, logger } from '../../platform/index.js';
import { PhotoRetention } from './photo-retention.js';

const PHOTOS_PER_LOOK_MAX = 100;

/** Removes photos that nobody has ordered with for `PHOTO_KEPT_MS`. */
@Injectable()
export class PhotoRetentionCron extends Cron {
  protected readonly name = 'photo-retention';
  private readonly log = logger('photos-cron');

  constructor(
    private readonly retention: PhotoRetention,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const removed = await this.retention.removeExpired(PHOTOS_PER_LOOK_MAX);
    if (removed > 0) this.log.info({ removed }, 'Photos whose time was over were removed');
  }
}
