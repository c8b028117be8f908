/** The pauses between two reads of one task. */
export interface PollPace {
  intervalMs: number;
  slowAfterMs: number;
  slowIntervalMs: number;
  /** From the start, where a callback is expected and polls are only the safety net. */
  callbackIntervalMs: number;
}

/** How long to wait before the next read of a task that is `ageMs` old. */
export function decidePollDelay(ageMs: number, callbackExpected: boolean, pace: PollPace): number {
  if (callbackExpected) return pace.callbackIntervalMs;
  return ageMs < pace.slowAfterMs ? pace.intervalMs : pace.slowIntervalMs;
}
