import { createHash } from 'node:crypto';

/**
 * The id that a draft gets which changes with an update: the same whenever the update comes again, or a button that was shown before
 * the process died would start nothing when it is handled anew.
 *
 * @param turn which of the update's turns it is, from 0.
 * @returns a UUID of version 8 (RFC 9562, section 5.8).
 */
export function draftIdOf(chatId: number, updateId: number, turn: number): string {
  return uuidOf(`${chatId}:${updateId}:${turn}`);
}

/**
 * The id of a payment that an update opens: the same whenever the update comes again, or somebody who has paid meanwhile would be
 * shown a second bill.
 *
 * @returns a UUID of version 8 (RFC 9562, section 5.8).
 */
export function paymentIdOf(chatId: number, updateId: number): string {
  return uuidOf(`payment:${chatId}:${updateId}`);
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
