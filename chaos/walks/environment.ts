import type { SandboxEnv } from '../../sandbox/outside-world.js';
import { PHOTO_BYTES_MAX } from './material.js';

/** How many times faster than real time the outside world runs. */
export const SCALE = 30;
/** A tap outlives the lease of a chat whose process has died. */
export const TELEGRAM_PATIENCE_MS = 30_000;

/** In so long a time somebody may do so much, and not more. */
export const PACE = { eventsMax: 15, windowMs: 2_000 } as const;

/**
 * Limits so low that people meet them on a short walk, everything on that can be switched on, and calls that may not take long: all
 * answers come from the next room, and only a busy machine makes them wait. A lease outlives what it guards and no more, for a kill leaves it
 * to run out.
 */
export const APP_ENV: SandboxEnv = {
  KIE_MODELS_OFFERED: 'grok-imagine-video-1-5-preview,wan/2-7-image-to-video',
  TELEGRAM_STARS: 'on',
  YOOKASSA_RECEIPTS: 'on',
  YOOKASSA_VAT_CODE: '1',
  SUPPORT_URL: 'https://t.me/neurocards_support',
  TERMS_URL: 'https://neurocards.example/terms',
  PRIVACY_URL: 'https://neurocards.example/privacy',
  // An order of five is always one too many.
  JOBS_IN_FLIGHT_PER_USER_MAX: '4',
  ORDERS_PER_HOUR_MAX: '2',
  PERSON_EVENTS_MAX: String(PACE.eventsMax),
  PERSON_EVENTS_WINDOW_MS: String(PACE.windowMs),
  PHOTO_BYTES_MAX: String(PHOTO_BYTES_MAX),
  KIE_KEY_RECHECK_MS: '1000',
  TELEGRAM_SENDS_PER_SECOND_MAX: '200',
  TELEGRAM_TIMEOUT_MS: '6000',
  YOOKASSA_TIMEOUT_MS: '3000',
  SESSION_LEASE_MS: '10000',
};
