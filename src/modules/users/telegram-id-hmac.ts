import { createHmac } from 'node:crypto';

/** What is kept of a Telegram id once its person was erased: HMAC-SHA256 of its decimal digits. @param key `USER_HMAC_KEY`. */
export function hmacOfTelegramId(tgUserId: number, key: string): Buffer {
  return createHmac('sha256', key).update(String(tgUserId)).digest();
}
