import { session } from './who.js';

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

/** Reads. @param path below `/console/api/`. @throws ApiError */
export function get<T>(path: string): Promise<T> {
  return ask<T>(path, { headers: { Accept: 'application/json' } });
}

/** Changes something. @throws ApiError */
export function post<T>(path: string, body: object): Promise<T> {
  return ask<T>(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Neurocards-Console': '1' },
    body: JSON.stringify(body),
  });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(`/console/api/${path}`, { ...init, credentials: 'same-origin' }).catch(() => {
    throw new ApiError(0, 'The console does not answer. Is its process running?');
  });
  const answer = (await response.json().catch(() => null)) as { message?: string } | null;
  if (response.ok) return answer as T;
  // The session is over: whoever comes next has to log in.
  if (response.status === 401 && session.peek()) session.value = null;
  throw new ApiError(response.status, answer?.message ?? `The console answered ${response.status}.`);
}
