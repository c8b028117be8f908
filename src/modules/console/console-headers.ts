import type { FastifyInstance } from 'fastify';

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
 * written in many ways. What has no route might be an address of ours, mistyped.
 */
export function addConsoleHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ routeOptions: { url } }, reply, done) => {
    if (url === undefined || url === CONSOLE_PATH || url.startsWith(`${CONSOLE_PATH}/`)) {
      void reply.headers(HEADERS);
    }
    done();
  });
}
