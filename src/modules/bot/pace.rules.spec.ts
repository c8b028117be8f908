import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pace } from './conversation.schemas.js';
import type { PersonEvent } from './conversation.types.js';
import { decidePace, isCounted, type PaceVerdict } from './pace.rules.js';

const LIMITS = { eventsMax: 3, windowMs: 1_000 };

/** The verdicts on events at the given times. */
function play(timesMs: number[]): PaceVerdict[] {
  let pace: Pace | null = null;
  return timesMs.map((nowMs) => {
    const decided = decidePace(pace, nowMs, LIMITS);
    pace = decided.pace;
    return decided.verdict;
  });
}

describe('how fast somebody may be', () => {
  it.each<[string, number[], PaceVerdict[]]>([
    ['at an easy pace', [0, 500, 1_000, 1_500, 2_000], Array<PaceVerdict>(5).fill('fine')],
    ['as much as is allowed', [0, 1, 2], ['fine', 'fine', 'fine']],
    ['too fast, told once', [0, 1, 2, 3, 4, 5], ['fine', 'fine', 'fine', 'slow_down', 'ignore', 'ignore']],
    [
      'too fast, then rested',
      [0, 1, 2, 3, 1_000, 1_001],
      ['fine', 'fine', 'fine', 'slow_down', 'fine', 'fine'],
    ],
    [
      'too fast twice, told twice',
      [0, 1, 2, 3, 1_000, 1_001, 1_002, 1_003, 1_004],
      ['fine', 'fine', 'fine', 'slow_down', 'fine', 'fine', 'fine', 'slow_down', 'ignore'],
    ],
    [
      'on a clock that is set back',
      [5_000, 5_001, 5_002, 5_003, 100],
      ['fine', 'fine', 'fine', 'slow_down', 'fine'],
    ],
  ])('%s', (_what, timesMs, verdicts) => {
    expect(play(timesMs)).toEqual(verdicts);
  });

  it('lets no more through than is allowed in any window, and says so at most once in each', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), (pauses) => {
        const times: number[] = [];
        for (const pauseMs of pauses) times.push((times.at(-1) ?? 0) + pauseMs);
        const verdicts = play(times);
        const words = times.filter((_time, index) => verdicts[index] === 'slow_down');
        for (const [index, time] of words.entries()) {
          if (index > 0) expect(time - (words[index - 1] ?? 0)).toBeGreaterThan(0);
        }
        const fine = times.filter((_time, index) => verdicts[index] === 'fine');
        // Windows begin with an event, so that two of them may touch any one second.
        for (const from of fine) {
          expect(
            fine.filter((time) => time >= from && time < from + LIMITS.windowMs).length,
          ).toBeLessThanOrEqual(2 * LIMITS.eventsMax);
        }
      }),
    );
  });
});

describe('what counts', () => {
  const photo = (albumId: string | null): PersonEvent => ({
    kind: 'photo',
    photo: { fileId: 'f', bytes: 1, caption: null, albumId },
  });

  it.each<[string, PersonEvent, boolean]>([
    ['a text', { kind: 'text', text: 'hi' }, true],
    ['a photo', photo(null), true],
    ['the first photo of an album', photo('b'), true],
    ['one more photo of the album at hand', photo('a'), false],
  ])('%s', (_what, event, counts) => {
    expect(isCounted(event, { albumId: 'a' })).toBe(counts);
    expect(isCounted(event, { albumId: null })).toBe(true);
  });
});
