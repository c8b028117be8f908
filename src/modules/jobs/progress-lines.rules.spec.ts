import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressLineSchema } from '../notifications/index.js';
import { FAILURE_REASONS } from './job-lifecycle.types.js';
import { progressLine, type UsualTimes, type VideoStanding } from './progress-lines.rules.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ORDERED_AT = 1_000 * MINUTE;
const STARTED_AT = ORDERED_AT + MINUTE;

const usual = (changes: Partial<UsualTimes> = {}): UsualTimes => ({
  waitMs: MINUTE,
  durationMs: 4 * MINUTE,
  startEveryMs: 667,
  ...changes,
});

const AT_4 = { place: { place: 4 } };
const AT_600 = { place: { place: 600 } };

const queued = (changes: Partial<VideoStanding> = {}): VideoStanding => ({
  position: 1,
  status: 'queued',
  step: 'create',
  failureReason: null,
  createdAtMs: ORDERED_AT,
  startedAtMs: null,
  deadlineAtMs: ORDERED_AT + 120 * MINUTE,
  place: { place: 1 },
  ...changes,
});

const filming = (changes: Partial<VideoStanding> = {}): VideoStanding =>
  queued({
    status: 'processing',
    step: 'generate',
    startedAtMs: STARTED_AT,
    deadlineAtMs: STARTED_AT + 15 * MINUTE,
    place: null,
    ...changes,
  });

describe('a line of progress', () => {
  it.each<[string, number, object]>([
    ['just begun', 0, { percent: 10, leftS: 240 }],
    ['a third', 80, { percent: 30, leftS: 180 }],
    ['half', 120, { percent: 50, leftS: 120 }],
    ['half minutes at last', 155, { percent: 60, leftS: 90 }],
    ['almost', 239, { percent: 90, leftS: 30 }],
    ['used up', 240, { percent: 90, overdue: true }],
    ['long used up', 600, { percent: 90, overdue: true }],
  ])('of a video in the making: %s', (_what, elapsedS, line) => {
    const nowMs = STARTED_AT + elapsedS * SECOND;
    expect(progressLine(filming(), usual(), nowMs)).toEqual({ position: 1, stage: 'generate', ...line });
  });

  it.each<[string, Partial<VideoStanding>, Partial<UsualTimes>, number, object]>([
    ['as long as the others', AT_4, {}, 0, { place: 4, leftS: 60 }],
    ['less, having waited', AT_4, {}, 31, { place: 4, leftS: 30 }],
    ['longer than the others did', AT_4, {}, 60, { place: 4, overdue: true }],
    ['of seconds, which is not late at once', AT_4, { waitMs: 2 * SECOND }, 29, { place: 4, leftS: 30 }],
    ['with a place only, where nobody can say more', AT_4, { waitMs: null }, 0, { place: 4 }],
    ['at least as long as so many take', AT_600, {}, 0, { place: 600, leftS: 420 }],
    ['so also when the usual wait is over', AT_600, {}, 600, { place: 600, leftS: 420 }],
    ['beyond the places that are counted', { place: { beyond: 1_000 } }, {}, 0, { beyond: 1_000 }],
    ['that has just left it', { place: null }, {}, 0, {}],
  ])('of a video in the queue: %s', (_what, changes, times, waitedS, line) => {
    const nowMs = ORDERED_AT + waitedS * SECOND;
    expect(progressLine(queued(changes), usual(times), nowMs)).toEqual({
      position: 1,
      stage: 'queued',
      ...line,
    });
  });

  it('says the place and the wait of one whose script is being written', () => {
    expect(progressLine(queued({ step: 'prompt', place: { place: 2 } }), usual(), ORDERED_AT)).toEqual({
      position: 1,
      stage: 'prompt',
      place: 2,
      leftS: 60,
    });
  });

  it('never promises more than the deadline allows', () => {
    const left = (deadlineInS: number) =>
      progressLine(filming({ deadlineAtMs: STARTED_AT + deadlineInS * SECOND }), usual(), STARTED_AT);
    expect(left(170)).toMatchObject({ leftS: 120 });
    expect(left(119)).toMatchObject({ leftS: 90 });
    expect(left(29)).toMatchObject({ overdue: true });
    expect(left(-1)).toMatchObject({ overdue: true });
  });

  it('says nothing about time where too few videos were finished', () => {
    const line = progressLine(filming(), usual({ durationMs: null }), STARTED_AT + 3 * MINUTE);
    expect(line).toEqual({ position: 1, stage: 'generate', percent: 10 });
  });

  it.each([
    [filming({ step: 'create' }), { stage: 'create', percent: 20, leftS: 180 }],
    [filming({ step: 'deliver' }), { stage: 'deliver', percent: 90 }],
    [filming({ status: 'completed', step: 'deliver' }), { stage: 'completed', percent: 100 }],
    [filming({ status: 'failed', failureReason: 'temporary' }), { stage: 'failed' }],
    [queued({ status: 'failed', failureReason: 'cancelled', place: null }), { stage: 'cancelled' }],
  ])('names the stage', (video, line) => {
    expect(progressLine(video, usual(), STARTED_AT + MINUTE)).toEqual({ position: 1, ...line });
  });
});

const ms = (max: number) => fc.integer({ min: 0, max });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { freq: 4 });
const times: fc.Arbitrary<UsualTimes> = fc.record({
  waitMs: maybe(ms(200 * MINUTE)),
  durationMs: maybe(ms(30 * MINUTE)),
  startEveryMs: fc.integer({ min: 1, max: 5_000 }),
});
const standing: fc.Arbitrary<VideoStanding> = fc.record({
  position: fc.integer({ min: 1, max: 100 }),
  status: fc.constantFrom('queued' as const, 'processing' as const, 'completed' as const, 'failed' as const),
  step: fc.constantFrom('prompt' as const, 'create' as const, 'generate' as const, 'deliver' as const),
  failureReason: maybe(fc.constantFrom(...FAILURE_REASONS)),
  createdAtMs: fc.constant(ORDERED_AT),
  startedAtMs: maybe(ms(10 * MINUTE).map((waitedMs) => ORDERED_AT + waitedMs)),
  deadlineAtMs: ms(130 * MINUTE).map((inMs) => ORDERED_AT + inMs),
  place: maybe(
    fc.oneof(
      fc.integer({ min: 1, max: 1_000 }).map((place) => ({ place })),
      fc.constant({ beyond: 1_000 }),
    ),
  ),
});
const moment = fc.integer({ min: -MINUTE, max: 200 * MINUTE }).map((inMs) => ORDERED_AT + inMs);

describe('any line of progress', () => {
  it('can be stored and shown', () => {
    fc.assert(
      fc.property(standing, times, moment, (video, usually, nowMs) => {
        const line = progressLine(video, usually, nowMs);
        expect(progressLineSchema.parse(JSON.parse(JSON.stringify(line)))).toEqual(line);
      }),
    );
  });

  it('is ready when the video is, and not before', () => {
    fc.assert(
      fc.property(standing, times, moment, (video, usually, nowMs) => {
        const { percent, stage } = progressLine(video, usually, nowMs);
        expect(percent === 100).toBe(stage === 'completed');
      }),
    );
  });

  it('goes forward with time: the bar never back, the time left never up, and once overdue always so', () => {
    fc.assert(
      fc.property(standing, times, moment, ms(20 * MINUTE), (video, usually, nowMs, laterMs) => {
        const now = progressLine(video, usually, nowMs);
        const later = progressLine(video, usually, nowMs + laterMs);
        expect(later.percent ?? 0).toBeGreaterThanOrEqual(now.percent ?? 0);
        if (now.leftS !== undefined) expect(later.leftS ?? 0).toBeLessThanOrEqual(now.leftS);
        else expect(later.leftS).toBeUndefined();
      }),
    );
  });

  it('goes forward with the work: no step of it takes the bar back, nor does a second try', () => {
    const inWork = standing.map((video) => ({ ...video, status: 'processing' as const }));
    fc.assert(
      fc.property(inWork, times, moment, (video, usually, nowMs) => {
        const percentAt = (step: VideoStanding['step']) =>
          progressLine({ ...video, step }, usually, nowMs).percent ?? 0;
        expect(percentAt('generate')).toBe(percentAt('create'));
        expect(percentAt('deliver')).toBeGreaterThanOrEqual(percentAt('generate'));
      }),
    );
  });

  it('says a time left that is more than the estimate by less than a minute, and no more than the deadline allows', () => {
    const inWork = standing.map((video) => ({
      ...video,
      status: 'processing' as const,
      step: 'generate' as const,
    }));
    fc.assert(
      fc.property(inWork, times, moment, (video, usually, nowMs) => {
        const { leftS, overdue } = progressLine(video, usually, nowMs);
        const { durationMs } = usually;
        if (durationMs === null || video.startedAtMs === null) {
          expect([leftS, overdue]).toEqual([undefined, undefined]);
          return;
        }
        expect(leftS === undefined).toBe(overdue === true);
        const estimateS = (video.startedAtMs + Math.max(durationMs, 30 * SECOND) - nowMs) / SECOND;
        if (leftS === undefined) return;
        expect(leftS).toBeLessThan(estimateS + 60);
        expect(leftS * SECOND).toBeLessThanOrEqual(video.deadlineAtMs - nowMs);
      }),
    );
  });
});
