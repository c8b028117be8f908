import { createHash, timingSafeEqual } from 'node:crypto';

/** In constant time, whatever the lengths are. Without a secret of our own nobody gets in. */
export function isSameSecret(given: string | undefined, expected: string): boolean {
  if (typeof given !== 'string' || expected === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
