import { parse, serialize } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { Env } from '../../platform/index.js';
import { CONSOLE_PATH } from './console-headers.js';
import { SESSION_LIFE_MS } from './operator-sessions.js';

/**
 * The cookie of a session. `Secure` by what is set, not by what a request says of itself: outside of the sandbox always, unless
 * `CONSOLE_BASE_URL` is plain http. The prefix keeps other hosts and plain pages from setting it
 * (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes).
 */
export class SessionCookie {
  private readonly isSecure: boolean;
  private readonly name: string;

  constructor({ APP_ENV, CONSOLE_BASE_URL }: Pick<Env, 'APP_ENV' | 'CONSOLE_BASE_URL'>) {
    this.isSecure = CONSOLE_BASE_URL ? CONSOLE_BASE_URL.startsWith('https:') : APP_ENV !== 'sandbox';
    this.name = this.isSecure ? '__Host-neurocards-console' : 'neurocards-console';
  }

  /** The token that a request carries; null without one. */
  read({ headers }: FastifyRequest): string | null {
    return parse(headers.cookie ?? '')[this.name] ?? null;
  }

  /** The value of `Set-Cookie` that gives a browser its token. */
  give(token: string): string {
    return this.write(token, SESSION_LIFE_MS / 1_000);
  }

  /** The value of `Set-Cookie` that takes it away. */
  take(): string {
    return this.write('', 0);
  }

  private write(value: string, maxAgeS: number): string {
    return serialize(this.name, value, {
      httpOnly: true,
      sameSite: 'strict',
      secure: this.isSecure,
      path: this.isSecure ? '/' : CONSOLE_PATH,
      maxAge: maxAgeS,
    });
  }
}
