import { describe, expect, it } from 'vitest';
import { queueBars } from './queue-bars.rules.js';

const SMALL = { name: 'send', waiting: 1, active: 2, delayed: 0 };

describe('queues as bars', () => {
  it('puts the parts one after the other, ten wake-ups to a full bar', () => {
    expect(queueBars([SMALL])[0]?.parts).toEqual([
      { part: 'active', x: 0, width: 20 },
      { part: 'waiting', x: 20, width: 10 },
      { part: 'delayed', x: 30, width: 0 },
    ]);
  });

  it('measures all by the longest', () => {
    const bars = queueBars([SMALL, { name: 'poll-task', waiting: 0, active: 0, delayed: 50 }]);
    expect(bars.map(({ parts }) => parts.map(({ width }) => width))).toEqual([
      [4, 2, 0],
      [0, 0, 100],
    ]);
  });
});
