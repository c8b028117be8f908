import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import { JobTransitions } from './job-transitions.js';
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

/** What became of a wish to give an order up; the same wish again is answered in the same words. */
export type CancelResult =
  | {
      kind: 'cancelled';
      /** Videos of the order that were given up, and the credits that came back for them. */
      videos: number;
      credits: number;
      balance: number;
      /** Videos of the order that go on: they were in the making already. */
      goingOn: number;
    }
  /** All of it is in the making, or over. */
  | { kind: 'too_late' }
  | { kind: 'not_found' };

const PAGE_SIZE_MAX = 50;
const IN_FLIGHT_MAX = 100;

/** What people can do with videos that they have ordered: look them up, and give up those that nobody has begun. */
@Injectable()
export class PersonVideos {
  constructor(
    private readonly dataSource: DataSource,
    private readonly videos: VideosRepository,
    private readonly standings: StandingsRepository,
    private readonly times: RecentTimes,
    private readonly transitions: JobTransitions,
    private readonly credits: CreditsService,
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

  /**
   * Gives up the order's videos that are still in the queue: KIE has not been asked for them, and their credits come back.
   * One after the other, each like any other failure, so that whoever starts one meanwhile is either too late or first.
   */
  async cancel(userId: string, orderId: string): Promise<CancelResult> {
    const { manager } = this.dataSource;
    for (const jobId of await this.videos.listQueued(manager, userId, orderId)) {
      await this.transitions.report(jobId, { kind: 'cancelled' });
    }
    const outcome = await this.videos.findCancellation(manager, userId, orderId);
    if (!outcome) return { kind: 'not_found' };
    if (outcome.videos === 0) return { kind: 'too_late' };
    return { kind: 'cancelled', ...outcome, balance: await this.credits.balanceOf(userId) };
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
