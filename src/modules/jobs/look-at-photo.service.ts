import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { logger, toError } from '../../platform/index.js';
import { PhotosService } from '../photos/index.js';
import { PhotoInspector, type PhotoSight } from '../prompts/index.js';
import type { PhotoToLookAt } from './look-at-photo.queue.js';
import { PhotoLooksRepository } from './photo-looks.repository.js';

/** A process that dies meanwhile leaves the look to another one, once. */
const ATTEMPTS_MAX = 2;

/** The look at a product photo: what is seen is written to its row, and nothing else comes of it. */
@Injectable()
export class LookAtPhotoService {
  private readonly log = logger('look-at-photo');

  constructor(
    private readonly dataSource: DataSource,
    private readonly looks: PhotoLooksRepository,
    private readonly photos: PhotosService,
    private readonly inspector: PhotoInspector,
  ) {}

  async run({ photoPath }: PhotoToLookAt): Promise<void> {
    const { manager } = this.dataSource;
    const begun = await this.looks.begin(manager, photoPath, ATTEMPTS_MAX);
    if (!begun) return;
    await this.looks.finish(manager, photoPath, await this.look(photoPath, begun.userId));
  }

  /** A photo that cannot be read here is no reason to hold its order up. */
  private async look(photoPath: string, userId: string | null): Promise<PhotoSight> {
    try {
      return await this.inspector.look(await this.photos.read(photoPath), userId);
    } catch (error) {
      this.log.warn({ err: toError(error) }, 'A photo could not be looked at');
      return { kind: 'unknown' };
    }
  }
}
