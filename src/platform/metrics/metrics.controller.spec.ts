import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { testEnv } from '../../../test/support/env.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';

const TOKEN = 'a-token-of-the-tests';

interface Caller {
  ip: string;
  headers?: Record<string, string>;
  settings?: Record<string, string>;
}

/** What somebody who asks is answered. */
async function statusFor({
  ip,
  headers = {},
  settings = {},
}: Caller): Promise<{ status: number; text: string }> {
  const answer = { status: 200, text: '' };
  const reply = {
    status: (status: number) => Object.assign(answer, { status }) && reply,
    header: () => reply,
    send: (text = '') => Promise.resolve(Object.assign(answer, { text })),
  };
  const controller = new MetricsController(new Metrics(), testEnv(settings));
  await controller.scrape({ ip, headers } as FastifyRequest, reply as unknown as FastifyReply);
  return answer;
}

describe('/metrics without a token', () => {
  it.each(['127.0.0.1', '::1', '::ffff:10.1.2.3', '10.0.0.7', '172.31.255.1', '192.168.1.1', 'fd00::7'])(
    'is read from near: %s',
    async (ip) => {
      const { status, text } = await statusFor({ ip });
      expect(status).toBe(200);
      expect(text).toContain('# TYPE process_cpu_seconds_total counter');
    },
  );

  it.each(['203.0.113.9', '172.32.0.1', '2001:db8::1', '100.64.0.1', ''])(
    'is not read from afar: "%s"',
    async (ip) => {
      expect(await statusFor({ ip })).toEqual({ status: 403, text: '' });
    },
  );

  it('is not read through a proxy that we were not told of, whoever stands behind it', async () => {
    const caller = { ip: '10.0.0.1', headers: { 'x-forwarded-for': '203.0.113.9' } };
    expect(await statusFor(caller)).toEqual({ status: 403, text: '' });
    // Told of it, the address is the caller's own.
    const settings = { TRUSTED_PROXY_HOPS: '1' };
    expect(await statusFor({ ...caller, settings })).toMatchObject({ status: 200 });
    expect(await statusFor({ ...caller, ip: '203.0.113.9', settings })).toMatchObject({ status: 403 });
  });
});

describe('/metrics with a token', () => {
  const settings = { METRICS_TOKEN: TOKEN };

  it('is read by who has it, from anywhere', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await statusFor({ ip: '203.0.113.9', headers, settings })).toMatchObject({ status: 200 });
  });

  it.each([
    ['nothing', {}],
    ['another token', { authorization: `Bearer ${TOKEN}x` }],
    ['its beginning', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['no scheme', { authorization: TOKEN }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an empty one', { authorization: 'Bearer ' }],
  ])('is not read by who shows %s, however near', async (_what, headers) => {
    expect(await statusFor({ ip: '127.0.0.1', headers, settings })).toEqual({ status: 403, text: '' });
  });
});
