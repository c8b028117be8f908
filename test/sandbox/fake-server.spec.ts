import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeServer, type RecordedCall } from '../../sandbox/fake-server.js';

/** A provider that does everything a provider does, good and bad. */
class Provider extends FakeServer {
  override readonly provider = 'test';

  protected override maskUrl(url: string): string {
    return url.replace(/secret-\w+/, '<key>');
  }

  protected override routes(app: FastifyInstance): void {
    app.post('/json', (request) => ({ heard: request.body }));
    app.get('/refuse', (_request, reply) => reply.code(429).type('text/plain').send('Too Many Requests'));
    app.get('/bytes', (_request, reply) => reply.send(Buffer.from([1, 2, 3])));
    app.get('/stream', (_request, reply) => reply.send(Readable.from(['a', 'b'])));
    app.get('/drip', (_request, reply) => {
      const endless = new Readable({ read: () => undefined });
      endless.push('first');
      return reply.type('video/mp4').send(endless);
    });
    app.post('/hang', (_request, reply) => void reply.hijack());
    app.post('/reset', (request, reply) => {
      reply.hijack();
      request.raw.socket.resetAndDestroy();
    });
    app.get('/_control/reset', () => ({ ok: true }));
  }
}

let provider: Provider;
let calls: RecordedCall[];

beforeEach(async () => {
  provider = await new Provider().start();
  calls = [];
  provider.onCall((call) => calls.push(call));
});

afterEach(() => provider.stop());

const post = (path: string, signal?: AbortSignal) =>
  fetch(`${provider.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"chat_id": 12345678901}',
    signal,
  });

describe('a recorded call', () => {
  it('holds provider, method, address, request, status, answer, time and duration', async () => {
    const before = Date.now();
    await post('/json?key=secret-abc');
    expect(calls).toEqual([
      {
        provider: 'test',
        method: 'POST',
        url: `${provider.url}/json?key=<key>`,
        request: { chat_id: 12345678901 },
        status: 200,
        response: { heard: { chat_id: 12345678901 } },
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        duration_ms: expect.any(Number) as number,
      },
    ]);
    expect(Date.parse(calls[0]?.at ?? '')).toBeGreaterThanOrEqual(before - 1_000);
  });

  it('holds text as text, bytes and streams as a word', async () => {
    for (const path of ['/refuse', '/bytes', '/stream', '/nowhere']) {
      await (await fetch(`${provider.url}${path}`)).arrayBuffer();
    }
    await expect.poll(() => calls.map(({ status }) => status)).toEqual([429, 200, 200, 404]);
    expect(calls.slice(0, 3).map(({ response }) => response)).toEqual([
      'Too Many Requests',
      '<binary>',
      '<binary>',
    ]);
  });

  it('has status 0 when the connection was cut without an answer', async () => {
    await expect(post('/reset')).rejects.toThrow();
    await expect.poll(() => calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      url: `${provider.url}/reset`,
      request: { chat_id: 12345678901 },
      status: 0,
      response: null,
    });
  });

  it('has status 0 when the caller gave up waiting', async () => {
    const call = post('/hang', AbortSignal.timeout(100));
    await expect(call).rejects.toThrow();
    await expect.poll(() => calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ url: `${provider.url}/hang`, status: 0, response: null });
    expect(calls[0]?.duration_ms).toBeGreaterThan(50);
  });

  it('has status 0 when the server ended first', async () => {
    const call = post('/hang').catch(() => undefined);
    await expect.poll(() => provider.callsInProgress).toBe(1);
    await provider.stop();
    await call;
    expect(calls.map(({ status }) => status)).toEqual([0]);
  });

  it('says when an answer broke off', async () => {
    const broken = new AbortController();
    const answer = await fetch(`${provider.url}/drip`, { signal: broken.signal });
    expect(answer.status).toBe(200);
    broken.abort();
    await expect.poll(() => calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ status: 200, response: '<broken off>' });
  });

  it('is not made of calls that script the fake, and not given to who no longer listens', async () => {
    await fetch(`${provider.url}/_control/reset`);
    const heard: RecordedCall[] = [];
    provider.onCall((call) => heard.push(call))();
    await post('/json');
    expect(calls).toHaveLength(1);
    expect(heard).toEqual([]);
  });
});

describe('a gate', () => {
  it('keeps a call at its arrival, with nothing done, or at its answer, with all done', async () => {
    const asked: string[] = [];
    for (const stopAt of ['before', 'after'] as const) {
      provider.setGate(({ provider: who, method, path, body }, when) => {
        asked.push(`${when} ${who} ${method} ${path} ${JSON.stringify(body)}`);
        return when === stopAt;
      });
      await expect(post('/json', AbortSignal.timeout(200))).rejects.toThrow();
    }
    const call = 'test POST /json {"chat_id":12345678901}';
    expect(asked).toEqual([`before ${call}`, `before ${call}`, `after ${call}`]);
    await expect.poll(() => calls.map(({ status }) => status)).toEqual([0, 0]);
  });

  it('lets pass what it does not stop, and is not asked about what scripts the fake', async () => {
    const asked: string[] = [];
    provider.setGate(({ path }, when) => asked.push(`${when} ${path}`) === 0);
    await fetch(`${provider.url}/_control/reset`);
    expect((await fetch(`${provider.url}/stream`)).status).toBe(200);
    expect(asked).toEqual(['before /stream', 'after /stream']);
  });
});
