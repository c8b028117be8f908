import { isSessionOver, session } from './who.js';

/** A sentence of the console about what could not be done. */
export class ApiError extends Error {
  /** @param status of HTTP; 0 when no answer came. */
  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

const READ_TIMEOUT_MS = 30_000;
/** Longer, as some actions ask a provider. */
const ACTION_TIMEOUT_MS = 60_000;

/**
 * Reads.
 *
 * @param path below `/console/api/`.
 * @param unwanted breaks it off.
 * @throws ApiError
 */
export function get<T>(path: string, unwanted?: AbortSignal): Promise<T> {
  const timeout = AbortSignal.timeout(READ_TIMEOUT_MS);
  const signal = unwanted ? AbortSignal.any([unwanted, timeout]) : timeout;
  return ask<T>(path, { headers: { Accept: 'application/json' }, signal });
}

/** Changes something. @throws ApiError */
export function post<T>(path: string, body: object): Promise<T> {
  return ask<T>(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Neurocards-Console': '1' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ACTION_TIMEOUT_MS),
  });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(`/console/api/${path}`, { ...init, credentials: 'same-origin' }).catch(() => {
    throw new ApiError(0, 'The console does not answer. Is its process running?');
  });
  const answer = (await response.json().catch(() => null)) as { message?: string } | null;
  if (response.ok && answer !== null) return answer as T;
  if (response.status === 401 && session.peek() && path !== 'login') {
    isSessionOver.value = true;
    throw new ApiError(401, 'Your session has ended: log in, then try again.');
  }
  throw new ApiError(response.status, answer?.message ?? `The console answered ${response.status}.`);
}
