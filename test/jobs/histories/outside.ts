import type {
  CreateOutcome,
  KieClient,
  KieFailureReason,
  KieRefusal,
  TaskReading,
} from '../../../src/modules/kie/index.js';
import { TelegramError, type TelegramClient } from '../../../src/modules/telegram/index.js';
import { VideoUnusableError } from '../../../src/modules/jobs/jobs.errors.js';
import type { VideoFile } from '../../../src/modules/jobs/video-download.js';
import { Chance } from './chance.js';
import { currentProcess, touchOutside } from './mortal-process.js';

/** A task as it is at KIE, whatever we know of it. */
export interface TaskAtKie {
  id: string;
  /** The row that its callback's address names. */
  rowId: string;
  callbackUrl: string;
  state: 'running' | 'success' | 'fail';
  failure: 'busy' | 'moderation' | 'paused' | null;
  /** When it was made and when it failed, in the order of all that happens. */
  madeAt: number;
  failedAt: number | null;
}

/** What is in a video matters to nobody here. */
const VIDEO: VideoFile = { path: '/dev/null', bytes: 1, widthPx: 480, heightPx: 854, durationS: 8 };

const raw = { httpStatus: 200, body: {} };
const REFUSALS = {
  busy: { class: 'temporary', reason: 'temporary', action: 'retry', code: 500 },
  rate: { class: 'rate_limit', reason: 'rate_limit', action: 'delay', code: 429 },
  paused: { class: null, reason: 'temporary', action: 'next_model', code: 500 },
  money: { class: 'billing', reason: 'billing', action: 'next_key', code: 402 },
  moderation: { class: 'user_violation', reason: 'moderation_text', action: 'fail', code: 400 },
  photo: { class: 'user_violation', reason: 'moderation_photo', action: 'new_upload', code: 422 },
} as const satisfies Record<
  string,
  Pick<KieRefusal, 'class' | 'action' | 'code'> & { reason: KieFailureReason }
>;

const refusal = (word: keyof typeof REFUSALS): KieRefusal => ({ ...REFUSALS[word], text: word, raw });

/** KIE and Telegram in memory: they do what chance says, and remember what they have really done. */
export class Outside {
  readonly tasks: TaskAtKie[] = [];
  /** Messages with a video, by the job that the buttons name. */
  readonly videos: { jobId: string; isKnown: () => boolean }[] = [];
  /** Whether calls may fail; towards the end of a history they do not. */
  isMoody = true;
  /** Whether a task ends well at once, and a running one when it is read. */
  isQuick = false;
  private chance = new Chance(0);
  private order = 0;

  /** Forgets everything, for the next history. */
  begin(chance: Chance): void {
    this.chance = chance;
    this.isMoody = true;
    this.isQuick = false;
    this.tasks.length = 0;
    this.videos.length = 0;
    this.order = 0;
  }

  /** Ends the n-th task that runs, if there is one. */
  finish(n: number, failure: TaskAtKie['failure']): void {
    const running = this.tasks.filter(({ state }) => state === 'running');
    const task = running[n % Math.max(1, running.length)];
    if (!task) return;
    task.state = failure ? 'fail' : 'success';
    task.failure = failure;
    if (failure) task.failedAt = this.order += 1;
  }

  readonly kie: Pick<KieClient, 'createTask' | 'readTask' | 'uploadPhoto' | 'refreshLink'> = {
    createTask: calling((_key, { callbackUrl = '' }) => {
      touchOutside();
      const outcome = this.createTask(callbackUrl);
      touchOutside();
      return outcome;
    }),
    readTask: calling((_key, { taskId }) => {
      touchOutside();
      return this.readTask(taskId);
    }),
    uploadPhoto: calling(() => {
      touchOutside();
      const lot = this.lot({ uploaded: 20, busy: 1 });
      if (lot === 'busy') return { kind: 'refused', ...refusal('busy') };
      return { kind: 'uploaded', url: 'https://kie.example/photo.jpg', raw };
    }),
    refreshLink: calling(() =>
      this.lot({ fresh: 3, gone: 1 }) === 'gone' ? null : 'https://kie.example/fresh.mp4',
    ),
  };

  readonly telegram: Pick<TelegramClient, 'sendVideo' | 'sendChatAction'> = {
    sendChatAction: calling(() => undefined),
    sendVideo: calling((_chatId, _video, message) => {
      touchOutside();
      const lot = this.lot({ sent: 12, lost: 2, not_sent: 2, blocked: 1, rate_limited: 1 });
      if (lot === 'not_sent') throw telegramError('not_sent', true);
      if (lot === 'blocked') throw telegramError('blocked', false);
      if (lot === 'rate_limited') throw telegramError('rate_limited', true);
      const sender = currentProcess();
      this.videos.push({
        jobId: /[0-9a-f-]{36}/.exec(JSON.stringify(message.keyboard))?.[0] ?? '',
        isKnown: () => lot === 'sent' && !sender?.isDead,
      });
      touchOutside();
      if (lot === 'lost') throw telegramError('outcome_unknown', true);
      return { messageId: this.videos.length, fileId: null };
    }),
  };

  /** Downloads of finished videos: now and then they break off, or their link is dead. */
  readonly downloads = {
    withVideo: async <T>(_url: string, use: (video: VideoFile) => Promise<T>): Promise<T> => {
      touchOutside();
      const lot = this.lot({ whole: 12, broken: 1, dead: 1 });
      if (lot !== 'whole') throw new VideoUnusableError(lot, true, { linkDead: lot === 'dead' });
      return use(VIDEO);
    },
  };

  private lot<T extends string>(weights: Readonly<Record<T, number>>): T {
    const [best] = Object.keys(weights) as [T];
    return this.isMoody ? this.chance.draw(weights) : best;
  }

  private createTask(callbackUrl: string): CreateOutcome {
    const weights = {
      accepted: 12,
      lost: 3,
      busy: 2,
      rate: 1,
      paused: 1,
      money: 0.3,
      moderation: 0.5,
      photo: 0.5,
    };
    const lot = this.lot(weights);
    if (lot !== 'accepted' && lot !== 'lost') return { kind: 'refused', ...refusal(lot) };
    const task: TaskAtKie = {
      id: `task-${callbackUrl.slice(-12)}`,
      rowId: callbackUrl.split('/').at(-1) ?? '',
      callbackUrl,
      state: 'running',
      failure: null,
      madeAt: (this.order += 1),
      failedAt: null,
    };
    this.tasks.push(task);
    return lot === 'lost'
      ? { kind: 'unknown', text: 'no answer', raw }
      : { kind: 'accepted', taskId: task.id, raw };
  }

  private readTask(taskId: string): TaskReading {
    const task = this.tasks.find(({ id }) => id === taskId);
    const lot = this.lot({ truth: 10, unreadable: 1, not_yet: 1 });
    if (!task || lot === 'not_yet') return { kind: 'not_yet' };
    if (this.isQuick && task.state === 'running') task.state = 'success';
    if (lot === 'unreadable') return { kind: 'unreadable', text: 'a page', code: null };
    const param = { model: null, callbackUrl: task.callbackUrl };
    switch (task.state) {
      case 'running':
        return { kind: 'running', progress: null, param };
      case 'success':
        return {
          kind: 'succeeded',
          resultUrls: [`https://kie.example/${task.id}.mp4`],
          creditsConsumed: 24,
          param,
          raw,
        };
      case 'fail':
        return { kind: 'failed', ...refusal(task.failure ?? 'busy'), creditsConsumed: 0, param };
    }
  }
}

function telegramError(meaning: TelegramError['meaning'], retryable: boolean): TelegramError {
  return new TelegramError('sendVideo', { meaning, retryable }, meaning);
}

/** A call over the network: whatever it does, it does later. */
function calling<A extends unknown[], T>(work: (...parameters: A) => T): (...parameters: A) => Promise<T> {
  return (...parameters) => Promise.resolve().then(() => work(...parameters));
}
