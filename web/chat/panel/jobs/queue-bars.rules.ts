import type { QueueCounts } from '../../../../sandbox/page/protocol.js';

/** A queue as a bar of 100 units. */
export interface QueueBar {
  queue: QueueCounts;
  parts: { part: 'active' | 'waiting' | 'delayed'; x: number; width: number }[];
}

/** A full bar stands for at least so many wake-ups: one alone is a small thing. */
const FULL_AT_LEAST = 10;
const FULL_UNITS = 100;

/** The queues as bars that can be compared: one measure for all of them. */
export function queueBars(queues: readonly QueueCounts[]): QueueBar[] {
  const totals = queues.map(({ waiting, active, delayed }) => waiting + active + delayed);
  const unitsPerWakeUp = FULL_UNITS / Math.max(FULL_AT_LEAST, ...totals);
  return queues.map((queue) => {
    let x = 0;
    const parts = (['active', 'waiting', 'delayed'] as const).map((part) => {
      const width = queue[part] * unitsPerWakeUp;
      x += width;
      return { part, x: x - width, width };
    });
    return { queue, parts };
  });
}
