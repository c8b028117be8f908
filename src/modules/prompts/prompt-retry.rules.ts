import type { CallFailure } from './prompt.types.js';

/** The provider is out of money or out of breath: asking it again is in vain. */
const EXHAUSTED = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
  'slow_down',
  'server_is_overloaded',
]);

/**
 * What to do after a failed call: the same provider once more, or the next one. A provider that let us wait for the whole
 * timeout is not asked again, so that the next one still has its time.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export function decideAfterFailure(failure: CallFailure): 'again' | 'next' {
  if (failure.code !== null && EXHAUSTED.has(failure.code)) return 'next';
  switch (failure.kind) {
    case 'connection':
      return 'again';
    case 'status':
      return failure.status === 408 || (failure.status ?? 0) >= 500 ? 'again' : 'next';
    case 'timeout':
    case 'other':
      return 'next';
  }
}
