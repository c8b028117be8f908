import { describe, expect, it } from 'vitest';
import { drawing } from '../../sandbox/drawing.js';
import { KNOWN } from '../../sandbox/kill/points.js';
import { CRASH_POINTS, drawPoints, ERRANDS, labelOf } from './points.js';

describe('CRASH_POINTS', () => {
  it('are each one of a role, before and after, and known by name', () => {
    const labels = CRASH_POINTS.map(labelOf);
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(labels).toContain(label.replace(/^after:/, 'before:'));
    const incoming = ['telegram.update', 'yookassa.notification'];
    const unknown = CRASH_POINTS.map(({ name }) => name.replace(/^\w+:/, '')).filter(
      (name) => !KNOWN.has(name),
    );
    expect([...new Set(unknown)]).toEqual(incoming);
  });

  it('are passed by those who come for something, and nobody comes in vain', () => {
    expect(new Set(CRASH_POINTS.map(({ errand }) => errand))).toEqual(new Set(ERRANDS));
  });
});

describe('drawPoints', () => {
  it('draws the same again from the same seed, others from another, and the telling ones always', () => {
    const drawn = (seed: number) => drawPoints(10, drawing(seed, 1)).map(labelOf);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    for (const seed of [1, 2, 3]) expect(drawn(seed)).toContain('after:telegram.sendVideo');
    expect(new Set(drawn(1)).size).toBe(drawn(1).length);
  });

  it('draws all of them where as many are wanted', () => {
    expect(drawPoints(1_000, drawing(1, 1))).toEqual(CRASH_POINTS);
  });
});
