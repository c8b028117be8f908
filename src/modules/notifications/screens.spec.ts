import { describe, expect, it } from 'vitest';
import { CAPTION_LENGTH_MAX, decodeCallback, TEXT_LENGTH_MAX, translate } from '../telegram/index.js';
import type { OutgoingMessage } from '../telegram/index.js';
import type { NoticePayload } from './notice.types.js';
import { progressLineSchema, type ProgressLine } from './progress.types.js';
import { noticeScreen, progressScreen, resultScreen } from './screens.js';

const LANGUAGES = ['ru', 'en'] as const;
const JOB_ID = '5a1f5a2e-1111-4222-8333-944444444444';
const REASONS = [
  'moderation_photo',
  'moderation_text',
  'billing',
  'rate_limit',
  'temporary',
  'unknown',
  'generation_timeout',
  'stuck',
  'queue_expired',
  'send_failed',
  'cancelled',
  'by_operator',
] as const satisfies NoticePayload['reason'][];

const linesOf = (...stages: ProgressLine['stage'][]): ProgressLine[] =>
  stages.map((stage, index) => ({ position: index + 1, stage }));

function buttonsOf({ keyboard = [] }: OutgoingMessage) {
  return keyboard.flat().map((button) => ('callback' in button ? decodeCallback(button.callback) : null));
}

const noticeOf = (changes: Partial<NoticePayload> = {}): NoticePayload => ({
  kind: 'job_failed',
  jobId: JOB_ID,
  reason: 'temporary',
  credits: 1,
  balance: 2,
  position: 1,
  count: 1,
  ...changes,
});

describe.each(LANGUAGES)('progressScreen (%s)', (language) => {
  it.each(progressLineSchema.shape.stage.options)('shows the stage %s of one video', (stage) => {
    const { text } = progressScreen(language, linesOf(stage));
    const isOver = stage === 'completed' || stage === 'failed';
    expect(text).toContain(
      isOver
        ? translate(language, stage === 'completed' ? 'progress.done' : 'progress.failed', { count: 1 })
        : translate(language, `progress.stage.${stage}`),
    );
  });

  it('has a line for each of several videos, and no button before the end', () => {
    const { text, keyboard } = progressScreen(language, linesOf('completed', 'generate', 'failed'));
    expect(text.split('\n').filter((line) => /^\d\. /.test(line))).toHaveLength(3);
    expect(text).toContain(translate(language, 'progress.note'));
    expect(keyboard).toBeUndefined();
  });

  it.each([
    [linesOf('completed', 'completed'), 'progress.done', { count: 2 }],
    [linesOf('failed', 'failed'), 'progress.failed', { count: 2 }],
    [linesOf('completed', 'failed', 'failed'), 'progress.mixed', { done: 1, total: 3 }],
  ] as const)('sums up a finished order and leads out of it', (lines, key, params) => {
    const screen = progressScreen(language, lines);
    expect(screen.text).toContain(translate(language, key, params));
    expect(buttonsOf(screen)).toEqual([{ kind: 'menu', args: [] }]);
  });
});

describe.each(LANGUAGES)('noticeScreen (%s)', (language) => {
  it.each(REASONS)('says why (%s), what is on the balance, and what to do next', (reason) => {
    const screen = noticeScreen(language, noticeOf({ reason }));
    expect(screen.text).toContain(translate(language, `notice.failed.${reason}`));
    expect(screen.text).toContain(translate(language, 'balance', { count: 2 }));
    expect(buttonsOf(screen)).toEqual([
      { kind: 'another', args: [JOB_ID] },
      { kind: 'menu', args: [] },
    ]);
  });

  it('has a text of its own for each reason', () => {
    const texts = REASONS.map((reason) => noticeScreen(language, noticeOf({ reason })).text);
    expect(new Set(texts).size).toBe(REASONS.length);
    for (const text of texts) expect(text.length).toBeLessThan(TEXT_LENGTH_MAX);
  });

  it('names the video where the order has several', () => {
    const named = translate(language, 'notice.video_number', { number: 2, total: 3 });
    expect(noticeScreen(language, noticeOf({ position: 2, count: 3 })).text).toContain(named);
    expect(noticeScreen(language, noticeOf()).text).not.toContain(
      translate(language, 'notice.video_number', { number: 1, total: 1 }),
    );
  });
});

describe.each(LANGUAGES)('resultScreen (%s)', (language) => {
  const video = { jobId: JOB_ID, position: 1, count: 1 };

  it.each([
    ['ordered', 'result.caption'],
    ['present', 'result.present'],
    ['parked', 'result.parked'],
  ] as const)('has a caption for a video that is %s', (occasion, key) => {
    const screen = resultScreen(language, video, occasion);
    expect(screen.text).toBe(translate(language, key));
    expect(screen.text.length).toBeLessThan(CAPTION_LENGTH_MAX);
    expect(buttonsOf(screen)).toEqual([
      { kind: 'another', args: [JOB_ID] },
      { kind: 'menu', args: [] },
    ]);
  });

  it('numbers the videos of an order', () => {
    const { text } = resultScreen(language, { ...video, position: 2, count: 3 }, 'ordered');
    expect(text).toBe(translate(language, 'result.caption_numbered', { number: 2, total: 3 }));
  });
});
