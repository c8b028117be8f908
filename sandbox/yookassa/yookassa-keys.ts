import { createHash } from 'node:crypto';
import type { SandboxClock } from '../clock.js';
import { illegal, YOOKASSA_TEXTS, YooRefusal, type YooAnswer } from './yookassa-answers.js';

/** The header of the key. */
export const KEY_HEADER = 'Idempotence-Key';
/** https://yookassa.ru/developers/using-api/interaction-format#idempotence */
const KEY_LENGTH_MAX = 64;
const KEY_PATTERN = /^[0-9a-zA-Z+\-_.]+$/;
const KEY_LIFE_TRUE_MS = 24 * 3_600_000;

/** A POST as its idempotence sees it. */
export interface KeyedCall {
  shopId: string;
  method: string;
  path: string;
  key: string | undefined;
  body: unknown;
}

/** Remembers, for 24 true hours, what was answered to which key. */
export class YooKeys {
  private readonly known = new Map<string, { hash: string; answer: YooAnswer; atMs: number }>();

  constructor(private readonly clock: SandboxClock) {}

  /**
   * Does the work once for a key: repeats of the same request get the first answer. A refused request (400) uses the key up
   * as well. Throws the refusal where the key is no key, or was used for another request.
   */
  once(call: KeyedCall, work: () => YooAnswer): YooAnswer {
    const name = JSON.stringify([call.shopId, call.method, call.path, checked(call.key)]);
    const hash = createHash('sha256').update(canonical(call.body)).digest('hex');
    const first = this.known.get(name);
    if (first && this.clock.trueMsBetween(first.atMs, Date.now()) < KEY_LIFE_TRUE_MS) {
      if (first.hash !== hash) throw illegal(KEY_HEADER, YOOKASSA_TEXTS.keyDuplicated);
      return first.answer;
    }
    const answer = attempt(work);
    this.known.set(name, { hash, answer, atMs: Date.now() });
    return answer;
  }

  /** Forgets every key. */
  clear(): void {
    this.known.clear();
  }
}

/** Other refusals leave the key free. */
function attempt(work: () => YooAnswer): YooAnswer {
  try {
    return work();
  } catch (error) {
    if (error instanceof YooRefusal && error.status === 400) return error.answer;
    throw error;
  }
}

function checked(key: string | undefined): string {
  if (!key) throw illegal(KEY_HEADER, YOOKASSA_TEXTS.keyMissing);
  if (key.length > KEY_LENGTH_MAX) throw illegal(KEY_HEADER, YOOKASSA_TEXTS.keyTooLong);
  if (!KEY_PATTERN.test(key)) throw illegal(KEY_HEADER, YOOKASSA_TEXTS.keyIllegal);
  return key;
}

/** The same data in another order of fields is the same request. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_name, part: unknown) =>
      part !== null && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}
