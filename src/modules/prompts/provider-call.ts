import { decideAfterFailure } from './prompt-retry.rules.js';
import type { CallFailure } from './prompt.types.js';
import { describeCallFailure, type CallLimits } from './prompt-writer.js';

/** One provider is asked so often at most. */
const ASKS_MAX = 2;
/** With less time left than this, a call is not begun. */
const CALL_TIME_MIN_MS = 500;

/** How asking a provider ended; `note` is safe to log. */
export type ProviderAnswer<T> =
  | { kind: 'answered'; reply: T }
  /** `failure`: the last one; none where there was no time to ask at all. */
  | { kind: 'failed' | 'no_time_left'; note: string; failure?: CallFailure | undefined };

/**
 * Asks a provider, once more where that may help, each time for at most `timeoutMs` and never past `deadlineAt` (of
 * `performance.now()`). Never throws.
 */
export async function askProvider<T>(
  call: (limits: CallLimits) => Promise<T>,
  { timeoutMs: callTimeoutMs, deadlineAt }: { timeoutMs: number; deadlineAt: number },
): Promise<ProviderAnswer<T>> {
  let failure: CallFailure | undefined;
  for (let asks = 1; asks <= ASKS_MAX; asks += 1) {
    const timeoutMs = Math.min(callTimeoutMs, Math.floor(deadlineAt - performance.now()));
    if (timeoutMs < CALL_TIME_MIN_MS) {
      return { kind: 'no_time_left', note: failure ? describeFailure(failure) : 'no time left', failure };
    }
    try {
      const reply = await call({ timeoutMs, signal: AbortSignal.timeout(timeoutMs) });
      return { kind: 'answered', reply };
    } catch (error) {
      failure = describeCallFailure(error);
      if (decideAfterFailure(failure) === 'next') break;
    }
  }
  return { kind: 'failed', note: failure ? describeFailure(failure) : '', failure };
}

/** A failure in a few words that are safe to log and to show: `status 429 insufficient_quota`. */
export function describeFailure(failure: CallFailure): string {
  return [failure.kind, failure.status, failure.code].filter((part) => part !== null).join(' ');
}
