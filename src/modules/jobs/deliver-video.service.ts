import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, Metrics, startTimer, toError, type HandlerResult } from '../../platform/index.js';
import {
  RecipientsService,
  resultScreen,
  type Recipient,
  type ResultOccasion,
} from '../notifications/index.js';
import {
  ChatPacing,
  SendHandlers,
  TelegramClient,
  TelegramError,
  type Send,
  type VideoSource,
} from '../telegram/index.js';
import { FinishedVideos } from './finished-videos.js';
import { insist } from './insist.js';
import type { Report } from './job-lifecycle.types.js';
import { JobTransitions } from './job-transitions.js';
import type { Job } from './job.entity.js';
import { VideoUnusableError } from './jobs.errors.js';
import { STEP_SECONDS } from './jobs.metrics.js';
import { JobsRepository, type LockedJob } from './jobs.repository.js';
import type { VideoFile } from './video-download.js';

/** How much of a lease is kept for the commits around the send. */
const LEASE_MARGIN_MS = 1_000;

/** What Telegram gave for a sent video. */
interface SentVideo {
  messageId: number;
  fileId: string | null;
}

/** What a try came to. */
interface SendOutcome {
  report: Report;
  sent?: SentVideo;
  details?: unknown;
}

/**
 * The step `deliver`: the finished video goes to its person, on time, late as a present, or when they are back. A second send may
 * double the first, so a send holds a lease on the job, and a failed one never starts a generation.
 */
@Injectable()
export class DeliverVideoService implements OnModuleInit {
  private readonly log = logger('deliver-video');

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly transitions: JobTransitions,
    private readonly recipients: RecipientsService,
    private readonly telegram: TelegramClient,
    private readonly pacing: ChatPacing,
    private readonly handlers: SendHandlers,
    private readonly videos: FinishedVideos,
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.handlers.register('video', (send) => this.run(send));
  }

  private async run({ id: jobId, wakeNumber }: Send): Promise<HandlerResult> {
    const job = await this.jobs.find(this.dataSource.manager, jobId);
    if (!job?.wakeAt || job.wakeNumber !== wakeNumber) return;
    const recipient = await this.recipients.get(job.userId);
    // Nobody is erased while a video of theirs is to be sent.
    if (!recipient) return;
    const waitMs = await this.pacing.claim(recipient.chatId);
    if (waitMs > 0) return { againInMs: waitMs };
    const token = randomUUID();
    const leaseMs = this.env.SEND_LEASE_MS;
    const endsAtMs = performance.now() + leaseMs - LEASE_MARGIN_MS;
    const claim = await this.jobs.claimDelivery(this.dataSource.manager, {
      jobId,
      wakeNumber,
      token,
      leaseMs,
    });
    if (claim.kind === 'not_due') return;
    if (claim.kind === 'held') return { againInMs: claim.leftMs };
    const outcome = await this.outcomeOf(claim.job, recipient, endsAtMs);
    await this.report(claim.job, token, outcome, endsAtMs);
  }

  private async outcomeOf(job: Job, recipient: Recipient, endsAtMs: number): Promise<SendOutcome> {
    if (recipient.blocked) return blocked();
    if (job.deliveryAttempts > this.env.SEND_ATTEMPTS_MAX) {
      const details = { error: 'every send was cut off before its outcome was known' };
      return { report: { kind: 'send_failed', again: false }, details };
    }
    return this.trySend(job, recipient, endsAtMs);
  }

  /**
   * A video that was sent is sent, whatever number the job has by now. That a send failed counts only from whoever still holds
   * the lease: it would end the lease of another one that is under way.
   */
  private async report(
    job: Job,
    token: string,
    { report, sent, details }: SendOutcome,
    endsAtMs: number,
  ): Promise<void> {
    const changes = sent ? { video_message_id: sent.messageId, video_file_id: sent.fileId } : {};
    const precondition = (_manager: unknown, locked: LockedJob) =>
      Promise.resolve(sent !== undefined || locked.job.deliveryLeaseToken === token);
    const note = () => this.transitions.report(job.id, report, { changes, details, precondition });
    // Until the lease ends: what is not noted by then is sent once more.
    await (sent ? insist(endsAtMs, note) : note());
  }

  private async trySend(job: Job, recipient: Recipient, endsAtMs: number): Promise<SendOutcome> {
    const timer = startTimer();
    const ended = (outcome: 'done' | 'failed') =>
      this.metrics.observe(STEP_SECONDS, { step: 'deliver', outcome }, timer());
    try {
      const sent = await this.send(job, recipient, endsAtMs);
      ended('done');
      return { report: { kind: 'video_sent' }, sent, details: { messageId: sent.messageId } };
    } catch (error) {
      ended('failed');
      this.log.warn(
        { err: toError(error), jobId: job.id, attempt: job.deliveryAttempts },
        'A video was not sent',
      );
      return { ...(await this.reportOf(error, recipient)), details: { error: toError(error).message } };
    }
  }

  private async reportOf(error: unknown, recipient: Recipient): Promise<SendOutcome> {
    if (error instanceof VideoUnusableError) return { report: { kind: 'send_failed', again: error.again } };
    if (!(error instanceof TelegramError)) return { report: { kind: 'send_failed', again: true } };
    if (error.meaning === 'blocked') {
      await this.recipients.markBlocked(recipient.userId);
      return blocked();
    }
    if (error.meaning === 'rate_limited') {
      const retryAfterMs = error.retryAfterMs ?? this.env.TELEGRAM_CHAT_SEND_INTERVAL_MS;
      await this.pacing.hold(recipient.chatId, retryAfterMs);
      return { report: { kind: 'send_rate_limited', retryAfterMs } };
    }
    return { report: { kind: 'send_failed', again: error.retryable } };
  }

  private async send(job: Job, { chatId, language }: Recipient, endsAtMs: number): Promise<SentVideo> {
    const count = await this.jobs.countOfOrder(this.dataSource.manager, job.orderId);
    const about = { jobId: job.id, position: job.position, count };
    const message = resultScreen(language, about, occasionOf(job));
    // "Sending a video…" is a courtesy, and nobody waits for it.
    this.telegram.sendChatAction(chatId, 'upload_video').catch(() => undefined);
    const sendIt = (video: VideoSource) =>
      this.telegram.sendVideo(chatId, video, message, { timeoutMs: this.timeLeftMs(endsAtMs) });
    // Telegram keeps what it has longer than KIE does.
    if (job.videoFileId) return sendIt({ fileId: job.videoFileId });
    return this.videos.withVideo(job, (video) => sendIt({ filePath: video.path, ...sizes(video) }));
  }

  /** The send ends with its lease: a second process may begin one after that. */
  private timeLeftMs(endsAtMs: number): number {
    const leftMs = Math.floor(endsAtMs - performance.now());
    if (leftMs <= 0) throw new VideoUnusableError('The download took all of the time for the send', true);
    return Math.min(this.env.TELEGRAM_SEND_VIDEO_TIMEOUT_MS, leftMs);
  }
}

function occasionOf({ presentedAt, parkedAt, sendingAgain }: Job): ResultOccasion {
  if (sendingAgain) return 'again';
  if (presentedAt) return 'present';
  return parkedAt ? 'parked' : 'ordered';
}

function sizes({ widthPx, heightPx, durationS }: VideoFile) {
  return { widthPx, heightPx, durationS };
}

function blocked(): SendOutcome {
  return { report: { kind: 'person_blocked' } };
}
