import type { SandboxClock } from '../clock.js';
import type { NotificationMode, YooEvent } from './yookassa-script.js';
import type { ReceiptRule } from './yookassa-shops.js';

/** The shop that a new fake knows. */
export const SANDBOX_YOOKASSA_SHOP_ID = '100500';
/** Its secret key, of the test mode. */
export const SANDBOX_YOOKASSA_API_KEY = 'test_sandboxSecretKeyOfTheShop0000000000';
/** What its payers read. */
export const SANDBOX_SHOP_NAME = 'Магазин песочницы';

/** What a new fake starts with. */
export interface FakeYooKassaOptions {
  /** Real time when absent. */
  clock?: SandboxClock;
}

/** What can be changed about the service as a whole. */
export interface YooKassaSettingsChange {
  /** Whether the sandbox's shop must send receipts. */
  receipts?: ReceiptRule | undefined;
  /** What becomes of every notification that no script is for. */
  notifications?: NotificationMode | undefined;
  /** Sent along with every notification, such as a proxy's `X-Forwarded-For`. */
  notificationHeaders?: Record<string, string> | undefined;
  /** The shortest pause before a notification is repeated, in real milliseconds; 0 unless told. */
  repeatPauseRealMsMin?: number | undefined;
}

/** Which events a URL gets, of which shop. */
export interface NotificationTarget {
  events?: readonly YooEvent[] | undefined;
  shopId?: string | undefined;
}

/** Where a forged notification goes, and its own headers. */
export interface ForgedNotification {
  headers?: Record<string, string>;
  url?: string;
}
