import { toError } from '../errors.js';
import { maskSecrets } from '../mask-secrets.js';
import type { ReadinessCheck } from './readiness.js';

const CHECK_TIMEOUT_MS = 2_000;

/** What is missing, by the check's own words; null where nothing is. Takes 2 s at most. */
export async function judge({ check }: ReadinessCheck): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([Promise.resolve().then(check), timeout]);
    return null;
  } catch (error) {
    const { message, code } = toError(error) as NodeJS.ErrnoException;
    // An error that stands for several attempts has no message of its own.
    return maskSecrets(message || (code ?? 'failed'));
  } finally {
    clearTimeout(timer);
  }
}
