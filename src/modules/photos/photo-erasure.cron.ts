import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Cron, Env, logger } from '../../platform/index.js';
import { PhotoErasure } from './photo-erasure.js';

const FOLDERS_PER_LOOK_MAX = 100;

/** Removes folders of photos whose removal after an erasure was cut short, or failed. */
@Injectable()
export class PhotoErasureCron extends Cron {
  protected readonly name = 'photo-erasure';
  private readonly log = logger('photos-cron');

  constructor(
    private readonly erasure: PhotoErasure,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const removed = await this.erasure.removeDue(FOLDERS_PER_LOOK_MAX);
    if (removed > 0) this.log.info({ removed }, 'Photos of erased people were removed');
  }
}
