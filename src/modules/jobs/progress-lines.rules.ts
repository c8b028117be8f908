import type { ProgressLine } from '../notifications/index.js';
import type { FailureReason, JobStatus, JobStep } from './job-lifecycle.types.js';

/** What a line of progress is made of. Instants are milliseconds of the database's clock. */
export interface VideoStanding {
  position: number;
  status: JobStatus;
  step: JobStep;
  failureReason: FailureReason | null;
  createdAtMs: number;
  /** When it left the queue. */
  startedAtMs: number | null;
  deadlineAtMs: number;
  /** Null for one that is not in the queue. */
  place: QueuePlace | null;
}

/** A place in the queue, the next one being 1; or that it is somewhere after the last one that is counted. */
export type QueuePlace = { place: number } | { beyond: number };

/** How long things took lately, in milliseconds; null where too few have happened to say. */
export interface UsualTimes {
  /** From the order to leaving the queue. */
  waitMs: number | null;
  /** From leaving the queue to the video, with this video's model. */
  durationMs: number | null;
  /** Between two videos that leave the queue, at the least. */
  startEveryMs: number;
}

/** What is begun has done its first tenth; what is only sent still, all but the last. A step back is no less than the first. */
const BEGUN_PERCENT = 10;
const SENDING_PERCENT = 90;
const TEN = 10;

const HALF_MINUTE_S = 30;
const MINUTE_S = 60;
/** Up to here half minutes are told, beyond it whole ones. */
const FINE_UNTIL_S = 120;

/** Where a video stands and how long it still takes, as far as that can be said honestly. */
export function progressLine(video: VideoStanding, usual: UsualTimes, nowMs: number): ProgressLine {
  const { position } = video;
  const stage = stageOf(video);
  switch (stage) {
    case 'queued':
    case 'prompt':
      return { position, stage, ...video.place, ...waitLeft(video, usual, nowMs) };
    case 'create':
    case 'generate':
      return { position, stage, percent: percentOf(video, usual, nowMs), ...workLeft(video, usual, nowMs) };
    case 'deliver':
      return { position, stage, percent: SENDING_PERCENT };
    case 'completed':
      return { position, stage, percent: 100 };
    case 'failed':
    case 'cancelled':
      return { position, stage };
  }
}

function stageOf({ status, step, failureReason }: VideoStanding): ProgressLine['stage'] {
  if (status === 'failed') return failureReason === 'cancelled' ? 'cancelled' : 'failed';
  if (status === 'completed') return 'completed';
  return status === 'queued' && step === 'create' ? 'queued' : step;
}

type TimeLeft = Pick<ProgressLine, 'leftS' | 'overdue'>;

function waitLeft(video: VideoStanding, usual: UsualTimes, nowMs: number): TimeLeft {
  if (usual.waitMs === null || !video.place || !('place' in video.place)) return {};
  const byOthersMs = video.createdAtMs + tellable(usual.waitMs) - nowMs;
  // Those who started lately may have met a shorter queue than this one, which moves no faster than it may.
  const byPlaceMs = video.place.place * usual.startEveryMs;
  const leftMs = byPlaceMs > tellable(0) ? Math.max(byOthersMs, byPlaceMs) : byOthersMs;
  return timeLeft(leftMs, video.deadlineAtMs - nowMs);
}

function workLeft(video: VideoStanding, usual: UsualTimes, nowMs: number): TimeLeft {
  if (usual.durationMs === null || video.startedAtMs === null) return {};
  return timeLeft(video.startedAtMs + tellable(usual.durationMs) - nowMs, video.deadlineAtMs - nowMs);
}

/** What takes seconds is told as half a minute: it is not late before that. */
function tellable(usualMs: number): number {
  return Math.max(usualMs, HALF_MINUTE_S * 1000);
}

/** An estimate that is used up says so: nobody believes "0 minutes left" twice. It never goes beyond the deadline. */
function timeLeft(estimateMs: number, untilDeadlineMs: number): TimeLeft {
  const leftS = Math.min(roundedUp(estimateMs / 1000), roundedDown(untilDeadlineMs / 1000));
  return leftS > 0 ? { leftS } : { overdue: true };
}

function roundedUp(seconds: number): number {
  const unitS = seconds <= FINE_UNTIL_S ? HALF_MINUTE_S : MINUTE_S;
  return Math.ceil(seconds / unitS) * unitS;
}

function roundedDown(seconds: number): number {
  const unitS = seconds < FINE_UNTIL_S ? HALF_MINUTE_S : MINUTE_S;
  return Math.floor(seconds / unitS) * unitS;
}

function percentOf({ startedAtMs }: VideoStanding, { durationMs }: UsualTimes, nowMs: number): number {
  if (startedAtMs === null || durationMs === null) return BEGUN_PERCENT;
  const share = (nowMs - startedAtMs) / Math.max(1, durationMs);
  const percent = Math.floor((share * 100) / TEN) * TEN;
  return Math.min(SENDING_PERCENT, Math.max(BEGUN_PERCENT, percent));
}
