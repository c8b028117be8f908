import { describe, expect, it } from 'vitest';
import { formatOutcome, formatVerdict, spreadOf } from './tell.js';

describe('how durations spread', () => {
  it('is told in seconds', () => {
    const durationsMs = Array.from({ length: 100 }, (_, index) => (index + 1) * 100);
    expect(spreadOf(durationsMs)).toEqual({ median: 5.1, p95: 9.6, longest: 10 });
  });

  it('is nothing where there was none', () => expect(spreadOf([])).toEqual({}));
});

describe('an outcome', () => {
  it('is a line for each figure, and passes with nothing broken', () =>
    expect(formatOutcome({ figures: { kills: 3, 'down, s': { median: 1 } }, broken: [] }, 2_400)).toBe(
      ['   kills    3', '   down, s  median 1', '   took, s  2', '   PASS'].join('\n'),
    ));

  it('lists what was broken, but not all of it', () => {
    const broken = Array.from({ length: 25 }, (_, index) => `promise ${index + 1}`);
    const lines = formatOutcome({ figures: {}, broken }, 0).split('\n');
    expect(lines[1]).toBe('   FAIL: 25 broken');
    expect(lines.at(-1)).toBe('   and 5 more');
    expect(lines).toHaveLength(23);
  });
});

describe('the verdict of a run', () => {
  const played = (name: string, broken: string[]) => ({ name, outcome: { figures: {}, broken }, tookMs: 0 });

  it('passes with nothing broken', () =>
    expect(formatVerdict([played('callbacks', [])])).toBe('PASS: every promise was kept'));

  it('tells again what was broken, by experiment', () =>
    expect(
      formatVerdict([played('callbacks', []), played('stories', ['I1']), played('bot-kill', ['I2', 'I3'])]),
    ).toBe(['stories', '   I1', 'bot-kill', '   I2', '   I3', 'FAIL: stories, bot-kill'].join('\n')));
});
