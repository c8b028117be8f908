import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, Queues } from '../../platform/index.js';
import { lookAtPhotoQueue } from './look-at-photo.queue.js';
import { decideVerdict, type PhotoVerdict } from './photo-look.rules.js';
import { PhotoLooksRepository } from './photo-looks.repository.js';
import { VideoModels } from './video-models.js';

/** Between two looks at the row; a wait of 8 s reads it 41 times at most. */
const POLL_PAUSE_MS = 200;

/** Has photos looked at while the person types, and says what was seen when they confirm. */
@Injectable()
export class PhotoLooks {
  private readonly log = logger('photo-looks');

  constructor(
    private readonly dataSource: DataSource,
    private readonly looks: PhotoLooksRepository,
    private readonly queues: Queues,
    private readonly models: VideoModels,
    private readonly env: Env,
  ) {}

  /**
   * Asks for a look, the row first, then the bell; asking again changes nothing. A bell that is lost costs the look, never the order, so
   * nobody rings again.
   */
  async ask(photoPath: string): Promise<void> {
    if (!(await this.looks.ask(this.dataSource.manager, photoPath))) return;
    try {
      await this.queues.add(lookAtPhotoQueue, { id: bellOf(photoPath), payload: { photoPath } });
    } catch (error) {
      this.log.warn({ err: error }, 'A look at a photo was not queued; its order goes on without');
    }
  }

  /**
   * What the photo means for an order, after at most `PHOTO_LOOK_WAIT_MS`. Where what was seen is forgotten by now, a look is asked for
   * anew. A photo that nobody could look at in time is clear.
   *
   * @param modelId the slug of the video model; the one that serves first when absent
   */
  async verdict(photoPath: string, modelId?: string): Promise<PhotoVerdict> {
    const refusesPeople = this.models.refusesPeople(modelId);
    const deadlineAt = performance.now() + this.env.PHOTO_LOOK_WAIT_MS;
    if (!(await this.looks.find(this.dataSource.manager, photoPath))) await this.ask(photoPath);
    for (;;) {
      const look = await this.looks.find(this.dataSource.manager, photoPath);
      const leftMs = deadlineAt - performance.now();
      if (look?.state !== 'waiting' || leftMs <= 0) return decideVerdict(look, { refusesPeople });
      await pause(Math.min(POLL_PAUSE_MS, leftMs));
    }
  }
}

function bellOf(photoPath: string): string {
  return `look-${photoPath.replace(/[^\w-]+/g, '-')}`;
}
