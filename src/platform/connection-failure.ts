/** No answer came. */
export interface ConnectionFailure {
  /** Why, without anything of the request: its error code, such as `ECONNRESET`. */
  failure: string;
  /** Whether the provider may have seen the request. */
  wasSent: boolean;
}

/** The connection was never made, so that nothing was sent. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** What a failed request tells, in words that are safe to log: the error itself holds the Authorization header. */
export function describeConnectionFailure(error: unknown): ConnectionFailure {
  const code = errorField(error, 'code') ?? 'unknown failure';
  const cause = error instanceof Error ? error.cause : undefined;
  const isConnecting = (errorField(cause, 'syscall') ?? errorField(error, 'syscall')) === 'connect';
  return { failure: `no answer: ${code}`, wasSent: !NEVER_CONNECTED.has(code) && !isConnecting };
}

function errorField(error: unknown, name: 'code' | 'syscall'): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const value: unknown = (error as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
