import { randomBytes } from 'node:crypto';

/** Seconds since 2000-01-01, which YooKassa's ids begin with. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const KINDS = { payment: '000f', refund: '0015' } as const;

/** An id as YooKassa makes them: 36 characters that look like a UUID, of version 5 by the look of it and not by the rules. */
export function newId(kind: keyof typeof KINDS): string {
  const seconds = Math.floor((Date.now() - EPOCH_MS) / 1000);
  const random = randomBytes(7).toString('hex');
  return `${seconds.toString(16).padStart(8, '0')}-${KINDS[kind]}-5000-${'89ab'[Number.parseInt(random[12] ?? '0', 16) % 4]}000-${random.slice(0, 12)}`;
}
