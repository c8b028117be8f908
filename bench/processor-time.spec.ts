import { describe, expect, it } from 'vitest';
import { processorMs, sumOf } from './processor-time.js';

const stat = (pid: number, ppid: number, [user, system]: readonly [number, number]) =>
  `${pid} (a (b) c) S ${ppid} 1 1 0 -1 4194304 100 0 0 0 ${user} ${system} 7 7 20 0 1 0 100 1000 10`;

describe('processor time', () => {
  it('is that of a process and of those that it has started', () => {
    const all = [stat(10, 1, [3, 4]), stat(11, 10, [20, 0]), stat(12, 11, [500, 500]), stat(100, 1, [9, 9])];
    expect(sumOf(all, 10)).toBe(270);
  });

  it('is none of a process that nobody knows', () => expect(sumOf(['', stat(11, 1, [2, 2])], 10)).toBe(0));

  it('grows while this process works, where there is a /proc, and is nothing elsewhere', async () => {
    const before = await processorMs(process.pid);
    const endMs = performance.now() + 60;
    while (performance.now() < endMs);
    const after = await processorMs(process.pid);
    expect(before === null ? after === null : (after ?? 0) > before).toBe(true);
  });
});
