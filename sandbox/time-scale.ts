import type { SandboxClock } from './clock.js';
import type { SandboxEnv } from './outside-world.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** The application's own durations in true milliseconds; how long a call may take is not among them, a machine is not faster here. */
const TRUE_DURATIONS_MS = {
  JOB_DEADLINE_MS: 15 * MINUTE_MS,
  JOB_DELIVERY_EXTRA_MS: 10 * MINUTE_MS,
  JOB_QUEUE_DEADLINE_MS: 120 * MINUTE_MS,
  KIE_TASK_DEADLINE_MS: 10 * MINUTE_MS,
  KIE_TASK_START_MIN_MS: 5 * MINUTE_MS,
  KIE_CREATIONS_WINDOW_MS: 10 * SECOND_MS,
  KIE_READS_SECOND_MS: SECOND_MS,
  KIE_POLL_INTERVAL_MS: 10 * SECOND_MS,
  KIE_POLL_SLOW_AFTER_MS: 2 * MINUTE_MS,
  KIE_POLL_SLOW_INTERVAL_MS: 20 * SECOND_MS,
  KIE_POLL_CALLBACK_INTERVAL_MS: 30 * SECOND_MS,
  KIE_UPLOAD_LIFE_MS: 20 * 60 * MINUTE_MS,
  KIE_CALLBACK_LIFE_MS: 60 * MINUTE_MS,
  KIE_KEY_RECHECK_MS: 5 * MINUTE_MS,
  KIE_BALANCE_CHECK_INTERVAL_MS: 5 * MINUTE_MS,
  KIE_MODEL_SET_ASIDE_MS: 30 * MINUTE_MS,
  OPENAI_BREAKER_MS: 5 * MINUTE_MS,
  VIDEO_PARKED_FOR_MS: 14 * 24 * 60 * MINUTE_MS,
  GENERATION_RETRY_DELAY_MS: 5 * SECOND_MS,
  RATE_LIMIT_DELAY_MS: 10 * SECOND_MS,
  SEND_RETRY_FIRST_DELAY_MS: 5 * SECOND_MS,
  SEND_RETRY_SECOND_DELAY_MS: 30 * SECOND_MS,
  NOTICE_RETRY_DELAY_MS: 5 * SECOND_MS,
  TELEGRAM_CHAT_SEND_INTERVAL_MS: SECOND_MS,
  TELEGRAM_CONFLICT_PAUSE_MS: 30 * SECOND_MS,
  TELEGRAM_WEBHOOK_CHECK_INTERVAL_MS: MINUTE_MS,
  PROGRESS_EDIT_INTERVAL_MS: 15 * SECOND_MS,
  RECENT_TIMES_LIFE_MS: 30 * SECOND_MS,
  PAYMENT_REUSE_MS: 50 * MINUTE_MS,
  PAYMENT_KEY_LIFE_MS: 23 * 60 * MINUTE_MS,
  PAYMENT_CHECK_FIRST_MS: 15 * SECOND_MS,
  PAYMENT_CHECK_LONGEST_MS: 60 * MINUTE_MS,
  PAYMENT_CHECK_LIFE_MS: 7 * 24 * 60 * MINUTE_MS,
  PAYMENT_UNNOTICED_AFTER_MS: 10 * MINUTE_MS,
  PAYMENT_NOTIFICATION_KEPT_MS: 30 * 24 * 60 * MINUTE_MS,
  PAYMENT_RECONCILE_INTERVAL_MS: 24 * 60 * MINUTE_MS,
  AUDIT_INTERVAL_MS: 24 * 60 * MINUTE_MS,
  PAYMENT_RECONCILE_WINDOW_MS: 3 * 24 * 60 * MINUTE_MS,
  PHOTO_LOOKS_WINDOW_MS: 5 * SECOND_MS,
  PHOTO_LOOK_KEPT_MS: 7 * 24 * 60 * MINUTE_MS,
  PHOTO_KEPT_MS: 30 * 24 * 60 * MINUTE_MS,
  SESSION_KEPT_MS: 90 * 24 * 60 * MINUTE_MS,
  NOTICE_KEPT_MS: 90 * 24 * 60 * MINUTE_MS,
  PROGRESS_KEPT_MS: 30 * 24 * 60 * MINUTE_MS,
  JOB_EVENT_KEPT_MS: 180 * 24 * 60 * MINUTE_MS,
  KIE_CALLBACK_KEPT_MS: 30 * 24 * 60 * MINUTE_MS,
} as const;

/**
 * Durations that guard or watch something that really takes its time, with the least real milliseconds that they need for it. A send
 * ends with its lease, so both may be short together.
 */
const GUARDS_MS = {
  TELEGRAM_SEND_VIDEO_TIMEOUT_MS: { trueMs: 2 * MINUTE_MS, leastMs: 10 * SECOND_MS },
  SEND_LEASE_MS: { trueMs: 3 * MINUTE_MS, leastMs: 15 * SECOND_MS },
  TELEGRAM_POLL_LEASE_MS: { trueMs: 10 * SECOND_MS, leastMs: 3 * SECOND_MS },
  YOOKASSA_TIMEOUT_MS: { trueMs: 10 * SECOND_MS, leastMs: 3 * SECOND_MS },
  PHOTO_LOOK_TIMEOUT_MS: { trueMs: 10 * SECOND_MS, leastMs: 3 * SECOND_MS },
  PHOTO_LOOK_WAIT_MS: { trueMs: 8 * SECOND_MS, leastMs: 3 * SECOND_MS },
  JOB_WAKE_LOST_AFTER_MS: { trueMs: 30 * SECOND_MS, leastMs: 3 * SECOND_MS },
  PAYMENT_RECONCILE_RETRY_MS: { trueMs: 10 * MINUTE_MS, leastMs: 5 * SECOND_MS },
  JOB_CRON_INTERVAL_MS: { trueMs: 10 * SECOND_MS, leastMs: SECOND_MS / 2 },
} as const;

/** The application's durations on the sandbox's clock, at true ratios to each other and to the fakes'. */
export function scaledDurations(clock: SandboxClock): SandboxEnv {
  const durations = Object.entries(TRUE_DURATIONS_MS).map(
    ([name, trueMs]) => [name, clock.realMs(trueMs)] as const,
  );
  const guards = Object.entries(GUARDS_MS).map(
    ([name, { trueMs, leastMs }]) => [name, Math.max(leastMs, clock.realMs(trueMs))] as const,
  );
  return Object.fromEntries(
    [...durations, ...guards].map(([name, realMs]) => [name, String(Math.max(1, Math.round(realMs)))]),
  );
}
