import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KieClient, KieKeys } from '../kie/index.js';
import type { Job } from './job.entity.js';
import { VideoUnusableError } from './jobs.errors.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { VideoDownload, type VideoFile } from './video-download.js';

/** The videos that KIE keeps for us: 14 days, while a link to one dies after a day (kie.ai/getting-started). */
@Injectable()
export class FinishedVideos {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: KieTasksRepository,
    private readonly downloads: VideoDownload,
    private readonly kie: KieClient,
    private readonly keys: KieKeys,
  ) {}

  /**
   * Hands the job's finished video to `use` as a file; where its link is dead, by a fresh one. A link that is too old is not even tried: what
   * answers then may be a page.
   *
   * @throws VideoUnusableError
   */
  async withVideo<T>(job: Job, use: (video: VideoFile) => Promise<T>): Promise<T> {
    const url = job.resultUrl ?? '';
    const renewed = isOld(job) ? await this.freshLink(job, url) : null;
    try {
      return await this.downloads.withVideo(renewed ?? url, use);
    } catch (error) {
      if (renewed || !(error instanceof VideoUnusableError && error.linkDead)) throw error;
      const fresh = await this.freshLink(job, url);
      if (!fresh) throw error;
      return this.downloads.withVideo(fresh, use);
    }
  }

  private async freshLink(job: Job, url: string): Promise<string | null> {
    const tasks = await this.tasks.listOfJob(this.dataSource.manager, job.id);
    const made = tasks.find((task) => task.resultUrl === url);
    const key = made ? this.keys.byFingerprint(made.keyFingerprint) : null;
    return key ? this.kie.refreshLink(key, url) : null;
  }
}

function isOld({ resultExpiresAt }: Job): boolean {
  return resultExpiresAt !== null && resultExpiresAt.getTime() <= Date.now();
}
