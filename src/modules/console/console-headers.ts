import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

/** Where everything of the console is. */
export const CONSOLE_PATH = '/console';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** On every answer of the console, refusals and mistakes among them. */
const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'Cache-Control': 'no-store',
};

/**
 * Puts {@link HEADERS} on every answer of this process but those of others' routes. By the route, as it was found: the address itself may be
 * written in many ways. What has no route might be an address of ours, mistyped; one that cannot even be read is answered before any hook of
 * Fastify, but not before this one.
 */
export function addConsoleHeaders(adapter: HttpAdapterHost['httpAdapter']): void {
  adapter.registerSecurityHook((request: FastifyRequest, response) => {
    const { url } = request.routeOptions;
    if (url === undefined || url === CONSOLE_PATH || url.startsWith(`${CONSOLE_PATH}/`)) {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    }
    return undefined;
  });
}
