import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/platform/index.js';

const endings: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle);
  await listening(server);
  endings.push(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve)));
}

/** How long a call took to fail, in milliseconds. */
async function msToFailure(call: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await expect(call).rejects.toThrow();
  return performance.now() - startedAt;
}

const TIMEOUT_MS = 300;
/** A busy machine wakes up late. */
const LATEST_MS = 3_000;

describe('createHttpClient', () => {
  it('gives up on a server that never answers', async () => {
    const baseUrl = await serve(() => undefined);
    const tookMs = await msToFailure(createHttpClient({ baseUrl, timeoutMs: TIMEOUT_MS }).get('/'));
    expect(tookMs).toBeGreaterThan(TIMEOUT_MS - 50);
    expect(tookMs).toBeLessThan(LATEST_MS);
  });

  it('counts the whole call: a byte now and then is no excuse', async () => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const dripping = setInterval(() => response.write(' '), 20);
      endings.push(() => clearInterval(dripping));
    });
    expect(await msToFailure(createHttpClient({ baseUrl, timeoutMs: TIMEOUT_MS }).get('/'))).toBeLessThan(
      LATEST_MS,
    );
  });

  it('counts the connecting, too', async () => {
    // Takes the connection and never shakes hands.
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await listening(server);
    endings.push(() => sockets.forEach((socket) => socket.destroy()));
    const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await msToFailure(createHttpClient({ baseUrl, timeoutMs: TIMEOUT_MS }).get('/'))).toBeLessThan(
      LATEST_MS,
    );
  });

  it('keeps its limit for a caller who brings a signal of their own, and obeys that too', async () => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(200);
      const dripping = setInterval(() => response.write(' '), 20);
      endings.push(() => clearInterval(dripping));
    });
    const { signal } = new AbortController();
    const client = createHttpClient({ baseUrl, timeoutMs: TIMEOUT_MS });
    expect(await msToFailure(client.get('/', { signal }))).toBeLessThan(LATEST_MS);

    const impatient = new AbortController();
    const patient = createHttpClient({ baseUrl, timeoutMs: 60_000 });
    const call = patient.get('/', { signal: impatient.signal });
    impatient.abort();
    expect(await msToFailure(call)).toBeLessThan(LATEST_MS);
  });

  it('takes another limit for one call', async () => {
    const baseUrl = await serve(() => undefined);
    const client = createHttpClient({ baseUrl, timeoutMs: 60_000 });
    expect(await msToFailure(client.get('/', { timeout: TIMEOUT_MS }))).toBeLessThan(LATEST_MS);
  });

  it.each([200, 302, 404, 429, 503])(
    'answers with status %i as it is, and goes nowhere else',
    async (status) => {
      const asked: string[] = [];
      const baseUrl = await serve((request, response) => {
        asked.push(request.url ?? '');
        response.writeHead(status, { Location: '/elsewhere' }).end('{"ok": 1}');
      });
      const answer = await createHttpClient({ baseUrl, timeoutMs: 5_000 }).get('/first');
      expect(answer).toMatchObject({ status, data: '{"ok": 1}' });
      expect(asked).toEqual(['/first']);
    },
  );

  it.each(['{"id": 12345678901234567890}', '', 'null', '<html>502 Bad Gateway</html>', '{"half'])(
    'hands over the text %j as it came',
    async (text) => {
      const baseUrl = await serve((_request, response) =>
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(text),
      );
      expect((await createHttpClient({ baseUrl, timeoutMs: 5_000 }).get('/')).data).toBe(text);
    },
  );

  it('F-67 says who it is, and sends the headers of its provider', async () => {
    let seen: IncomingMessage['headers'] = {};
    const baseUrl = await serve((request, response) => {
      seen = request.headers;
      response.end();
    });
    await createHttpClient({ baseUrl, timeoutMs: 5_000, headers: { 'X-Of-Ours': '1' } }).post('/', { a: 1 });
    expect(seen['user-agent']).toMatch(/^Mozilla\/5\.0 .*Neurocards/);
    expect(seen).toMatchObject({ 'x-of-ours': '1', 'content-type': 'application/json' });
  });

  it('stops reading an answer without end', async () => {
    const baseUrl = await serve((_request, response) => {
      const chunk = Buffer.alloc(256 * 1024, 'x');
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    const client = createHttpClient({ baseUrl, timeoutMs: 20_000 });
    await expect(client.get('/')).rejects.toThrow(/maxContentLength/);
  });
});
