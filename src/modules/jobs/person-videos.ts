import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env } from '../../platform/index.js';
import { RecentTimes } from './recent-times.js';
import { StandingsRepository } from './standings.repository.js';
import { viewOf, type VideoView } from './video-view.rules.js';
import { VideosRepository, type OwnedVideo } from './videos.repository.js';

/** A page of a person's videos, the newest first. */
export interface VideosPage {
  videos: VideoView[];
  /** The number of this page, the first being 0. */
  page: number;
  /** At least 1. */
  pages: number;
  /** The number of this page's first video among all of them, the newest being 1. */
  firstNumber: number;
}

const PAGE_SIZE_MAX = 50;
const IN_FLIGHT_MAX = 100;

/** The videos that a person has ordered, and how each gets on. */
@Injectable()
export class PersonVideos {
  constructor(
    private readonly dataSource: DataSource,
    private readonly videos: VideosRepository,
    private readonly standings: StandingsRepository,
    private readonly times: RecentTimes,
    private readonly env: Env,
  ) {}

  /** A page of all the videos that the person ever ordered; the last one where there are fewer pages. */
  async list(userId: string, wanted: { page: number; pageSize: number }): Promise<VideosPage> {
    const { manager } = this.dataSource;
    const limit = Math.min(Math.max(1, Math.trunc(wanted.pageSize)), PAGE_SIZE_MAX);
    const pages = Math.max(1, Math.ceil((await this.videos.count(manager, userId)) / limit));
    const page = Math.min(Math.max(0, Math.trunc(wanted.page)), pages - 1);
    const offset = page * limit;
    const videos = await this.videos.list(manager, userId, { limit, offset });
    return { videos: await this.viewsOf(videos), page, pages, firstNumber: offset + 1 };
  }

  /** One video, if it is this person's. */
  async find(userId: string, jobId: string): Promise<VideoView | null> {
    const video = await this.videos.find(this.dataSource.manager, userId, jobId);
    return video ? ((await this.viewsOf([video]))[0] ?? null) : null;
  }

  /** The person's videos that are not over, the newest order first. */
  async listInFlight(userId: string): Promise<VideoView[]> {
    return this.viewsOf(await this.videos.listInFlight(this.dataSource.manager, userId, IN_FLIGHT_MAX));
  }

  private async viewsOf(videos: readonly OwnedVideo[]): Promise<VideoView[]> {
    const { manager } = this.dataSource;
    const queued = videos.filter(({ job }) => job.status === 'queued').map(({ job }) => job.id);
    const places = await this.standings.placesOf(manager, queued);
    const usual = await this.times.read(manager);
    const parkedForMs = this.env.VIDEO_PARKED_FOR_MS;
    return videos.map(({ job, count, nowMs }) => {
      const place = places.get(job.id) ?? null;
      return viewOf(job, { count, nowMs, place, usual: usual(job.model), parkedForMs });
    });
  }
}
