import { Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Env, logger, Readiness, toError } from '../../platform/index.js';
import { openPhotoStore } from './open-photo-store.js';
import { PhotoErasure } from './photo-erasure.js';
import { PhotoErasureCron } from './photo-erasure.cron.js';
import { PhotoRemovalsRepository } from './photo-removals.repository.js';
import { PhotoRetention } from './photo-retention.js';
import { PhotoRetentionCron } from './photo-retention.cron.js';
import { PhotoStore } from './photo-store.js';
import { PhotosFigures } from './photos.figures.js';
import { PhotosService } from './photos.service.js';
import { StoredPhotosRepository } from './stored-photos.repository.js';

/** Takes in and keeps product photos, and removes those of erased people and old ones. Needs `Env` and `Readiness` from a global module. */
@Module({
  providers: [
    { provide: PhotoStore, inject: [Env], useFactory: openPhotoStore },
    PhotosService,
    PhotoRetention,
    StoredPhotosRepository,
    PhotoErasure,
    PhotoRemovalsRepository,
  ],
  exports: [PhotosService, PhotoErasure, PhotoRetention, PhotoStore],
})
export class PhotosModule implements OnApplicationBootstrap {
  constructor(
    private readonly store: PhotoStore,
    private readonly readiness: Readiness,
    private readonly env: Env,
  ) {}

  /** A store that is away is seen there, and ends no process: it may come back. A console shows photos, and can do without. */
  onApplicationBootstrap(): void {
    if (this.env.ROLES.every((role) => role === 'console')) return;
    this.readiness.register({ name: 'photos', check: () => this.store.check() });
  }
}

/** The part of who stores photos. */
@Module({ imports: [PhotosModule] })
export class PhotosBotModule implements OnModuleInit {
  private readonly log = logger('photos');

  constructor(private readonly store: PhotoStore) {}

  /** Nowhere else: a place that is missing later is one that is away. */
  async onModuleInit(): Promise<void> {
    try {
      await this.store.prepare();
    } catch (error) {
      this.log.error(
        { err: toError(error) },
        'The place of the photos cannot be made; none is taken until it is there',
      );
    }
  }
}

/** The scheduler's part. */
@Module({ imports: [PhotosModule], providers: [PhotoErasureCron, PhotoRetentionCron, PhotosFigures] })
export class PhotosSchedulerModule {}
