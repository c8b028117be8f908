import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env } from '../../platform/index.js';
import { KieClient, type KieKey, type KieRefusal } from '../kie/index.js';
import { PhotosService } from '../photos/index.js';
import type { Job } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';

/** A link that KIE can read a job's photo by, or why there is none. */
export type PhotoLink = { kind: 'linked'; url: string } | { kind: 'refused'; refusal: KieRefusal };

/** How long a link must still live when a task is made with it: KIE fetches the photo within that time. */
const LINK_LEFT_MIN_MS = 60_000;

/** Hands photos over to KIE, once per job: a second task of the same job uses the same link while it lives. */
@Injectable()
export class PhotoLinks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly kie: KieClient,
    private readonly photos: PhotosService,
    private readonly env: Env,
  ) {}

  /** The link of the job's photo, uploaded with the given key where there is none yet. */
  async linkOf(job: Job, key: KieKey): Promise<PhotoLink> {
    const { manager } = this.dataSource;
    if (job.photoUrl && (await this.jobs.hasPhotoLink(manager, job.id, LINK_LEFT_MIN_MS))) {
      return { kind: 'linked', url: job.photoUrl };
    }
    if (!job.photoPath) throw new Error(`Job ${job.id} has no photo`);
    const { bytes, mimeType } = await this.photos.read(job.photoPath);
    const uploaded = await this.kie.uploadPhoto(key, { bytes, fileName: `${job.id}.jpg`, mimeType });
    if (uploaded.kind === 'refused') {
      const { kind: _kind, ...refusal } = uploaded;
      return { kind: 'refused', refusal };
    }
    const life = { photo_url: uploaded.url, photo_url_expires_in_ms: this.env.KIE_UPLOAD_LIFE_MS };
    await this.jobs.change(manager, job, life);
    return { kind: 'linked', url: uploaded.url };
  }
}
