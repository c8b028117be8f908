import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed callback carries, and what to hold it against. */
export interface SignatureCheck {
  taskId: string;
  /** Header `X-Webhook-Timestamp`: Unix seconds as text. */
  timestamp: string | undefined;
  /** Header `X-Webhook-Signature`: base64 of HMAC-SHA256. */
  signature: string | undefined;
  hmacKey: string;
  /** Now, Unix seconds. */
  nowS: number;
  /** How far from now the timestamp may be, both ways. */
  ageMaxS: number;
}

/**
 * Whether KIE signed this task id at this time. The signature does not cover the body, so that it proves a wake-up and
 * nothing that the callback says. Compares in constant time.
 *
 * @see https://docs.kie.ai/common-api/webhook-verification
 */
export function verifyKieSignature(check: SignatureCheck): boolean {
  const { taskId, timestamp, signature } = check;
  if (!timestamp || !signature || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(check.nowS - Number(timestamp)) > check.ageMaxS) return false;
  const expected = createHmac('sha256', check.hmacKey).update(`${taskId}.${timestamp}`).digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
