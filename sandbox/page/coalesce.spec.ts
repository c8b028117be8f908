import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coalesce } from './coalesce.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('coalesce', () => {
  it('does the work once for many calls, and once more for those that came meanwhile', async () => {
    let begun = 0;
    let finish = (): void => undefined;
    const ask = coalesce(
      () => {
        begun += 1;
        return new Promise((resolve) => (finish = resolve));
      },
      100,
      () => undefined,
    );
    for (let times = 0; times < 10; times += 1) ask();
    await vi.advanceTimersByTimeAsync(99);
    expect(begun).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toBe(1);
    ask();
    ask();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toBe(1);
    finish();
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toBe(2);
    finish();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toBe(2);
  });

  it('goes on after a failure', async () => {
    const failures: unknown[] = [];
    const ask = coalesce(
      () => Promise.reject(new Error('away')),
      10,
      (error) => failures.push(error),
    );
    ask();
    await vi.advanceTimersByTimeAsync(10);
    ask();
    await vi.advanceTimersByTimeAsync(10);
    expect(failures).toHaveLength(2);
  });
});
