import type { SandboxClock } from '../clock.js';

/** One try to hand a notification over. */
export interface NotificationAttempt {
  /** ISO 8601. */
  sentAt: string;
  /** The HTTP status of the answer; null when there was none. */
  status: number | null;
  /** The beginning of the answer's text, or the error's name; empty while it is awaited. */
  answer: string;
}

/** A notification as it was sent, plain JSON; each copy is one of its own. */
export interface NotificationRecord {
  event: string;
  /** The payment's id, or the refund's. */
  objectId: string;
  shopId: string;
  body: unknown;
  /** 1 for the first. */
  copy: number;
  /** `waiting`: for its time, or for an answer 200. `given_up`: 24 true hours without one. */
  state: 'held' | 'waiting' | 'delivered' | 'dropped' | 'given_up';
  /** Sent by hand, once. */
  forged: boolean;
  attempts: NotificationAttempt[];
}

/** How long the receiver may take. Not published; the caller's own work does not run on the scaled clock. */
const ANSWER_TRUE_MS = 10_000;
const ANSWER_REAL_MS_MIN = 1_000;
/** Pauses double from the first to the last; not published either. */
const FIRST_PAUSE_TRUE_MS = 10_000;
const LAST_PAUSE_TRUE_MS = 2 * 3_600_000;
/** https://yookassa.ru/developers/using-api/webhooks */
const LIFE_TRUE_MS = 24 * 3_600_000;
/** Where pauses have a floor, the life has one too: so many pauses. */
const PAUSES_MIN = 12;

/** The pause before the next attempt, after so many failed ones. */
export function repeatPauseTrueMs(failed: number): number {
  return Math.min(FIRST_PAUSE_TRUE_MS * 2 ** (failed - 1), LAST_PAUSE_TRUE_MS);
}

/** How long attempts go on, in real milliseconds. */
export function lifeRealMs(clock: SandboxClock, pauseRealMsMin: number): number {
  return Math.max(clock.realMs(LIFE_TRUE_MS), pauseRealMsMin * PAUSES_MIN);
}

/** Posts a notification and notes the answer in the attempt. */
export async function post(
  clock: SandboxClock,
  {
    url,
    body,
    headers,
    signal,
  }: { url: string; body: unknown; headers: Record<string, string>; signal: AbortSignal },
  attempt: NotificationAttempt,
): Promise<void> {
  // A signal takes whole milliseconds only.
  const timeoutMs = Math.round(Math.max(clock.realMs(ANSWER_TRUE_MS), ANSWER_REAL_MS_MIN));
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'AHC/2.1', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]),
    });
    attempt.status = response.status;
    attempt.answer = (await response.text()).slice(0, 500) || '<empty>';
  } catch (error) {
    attempt.answer = error instanceof Error ? error.name : 'Error';
  }
}
