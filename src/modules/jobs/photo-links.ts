import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger } from '../../platform/index.js';
import { KieClient, type KieRefusal } from '../kie/index.js';
import {
  PhotoBrokenError,
  PhotoNotFoundError,
  PhotoRetention,
  PhotosService,
  type PhotoFraming,
} from '../photos/index.js';
import type { Job } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import type { TaskMeans } from './video-models.js';

/** A link that KIE can read a job's photo by, or why there is none. */
export type PhotoLink =
  | { kind: 'linked'; url: string }
  | { kind: 'refused'; refusal: KieRefusal }
  /** The photo itself is gone, or damaged: nobody can make a video of it any more. */
  | { kind: 'lost' };

/** How long a link must still live when a task is made with it: KIE fetches the photo within that time. */
const LINK_LEFT_MIN_MS = 60_000;

/**
 * Hands photos over to KIE: composed to 9:16 for a model that copies the photo's shape, as they are for one that is told the
 * ratio. A second task of the same job uses the same link while it lives and is framed as its model needs it.
 */
@Injectable()
export class PhotoLinks {
  private readonly log = logger('photo-links');

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly kie: KieClient,
    private readonly photos: PhotosService,
    private readonly retention: PhotoRetention,
    private readonly env: Env,
  ) {}

  /** The link of the job's photo for a task that is made with this key and model, uploaded where there is none yet. */
  async linkOf(job: Job, { key, model }: TaskMeans): Promise<PhotoLink> {
    const { manager } = this.dataSource;
    const framing: PhotoFraming = model.takesAspectRatio ? 'original' : 'vertical';
    const isFramedSo = job.photoUrl !== null && job.photoFraming === framing;
    if (isFramedSo && (await this.jobs.hasPhotoLink(manager, job.id, LINK_LEFT_MIN_MS))) {
      return { kind: 'linked', url: job.photoUrl as string };
    }
    const photo = await this.read(job, framing);
    if ('kind' in photo) return photo;
    const uploaded = await this.kie.uploadPhoto(key, { ...photo, fileName: `${job.id}.jpg` });
    if (uploaded.kind === 'refused') {
      const { kind: _kind, ...refusal } = uploaded;
      return { kind: 'refused', refusal };
    }
    const life = { photo_url_expires_in_ms: this.env.KIE_UPLOAD_LIFE_MS };
    await this.jobs.change(manager, job, { photo_url: uploaded.url, photo_framing: framing, ...life });
    return { kind: 'linked', url: uploaded.url };
  }

  /**
   * A storage that is away for now is an error like any other: the step comes again. A lost photo is given up, so that no other video
   * of it is offered and charged for.
   */
  private async read(
    job: Job,
    framing: PhotoFraming,
  ): Promise<{ bytes: Buffer; mimeType: string } | { kind: 'lost' }> {
    if (job.photoPath === null) return { kind: 'lost' };
    try {
      return await this.photos.read(job.photoPath, framing);
    } catch (error) {
      if (!(error instanceof PhotoNotFoundError || error instanceof PhotoBrokenError)) throw error;
      this.log.warn({ err: error, jobId: job.id }, 'The photo of a job cannot be read any more');
      await this.retention.forget(job.photoPath);
      return { kind: 'lost' };
    }
  }
}
