import { Module } from '@nestjs/common';
import { PhotoErasure } from './photo-erasure.js';
import { PhotoErasureCron } from './photo-erasure.cron.js';
import { PhotoRemovalsRepository } from './photo-removals.repository.js';
import { PhotoStore } from './photo-store.js';
import { PhotosService } from './photos.service.js';

/** Takes in and keeps product photos, and removes those of erased people. Needs `Env` from a global module. */
@Module({
  providers: [PhotosService, PhotoStore, PhotoErasure, PhotoRemovalsRepository],
  exports: [PhotosService, PhotoErasure],
})
export class PhotosModule {}

/** The scheduler's part. */
@Module({ imports: [PhotosModule], providers: [PhotoErasureCron] })
export class PhotosSchedulerModule {}
