import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RoundRobin } from './round-robin.js';

describe('a round-robin', () => {
  let roundRobin: RoundRobin;
  const servers: Server[] = [];
  const statuses: number[] = [];

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const echo =
    (name: string): RequestListener =>
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () =>
        response.writeHead(201, { 'retry-after': '3' }).end(`${name} ${Buffer.concat(chunks).toString()}`),
      );
    };

  async function nobody(): Promise<string> {
    const url = await serve(echo('nobody'));
    const server = servers.pop();
    server?.close();
    await once(server as Server, 'close');
    return url;
  }

  const lead = (...targets: string[]) =>
    roundRobin.lead(targets, () => (status) => void statuses.push(status));
  const post = (body: string) => fetch(`${roundRobin.url}/hook`, { method: 'POST', body });

  beforeEach(async () => {
    statuses.length = 0;
    roundRobin = await RoundRobin.start();
  });

  afterEach(async () => {
    await roundRobin.stop();
    for (const server of servers.splice(0)) server.closeAllConnections();
  });

  it('goes from one to the next, and passes everything on', async () => {
    lead(await serve(echo('one')), await serve(echo('two')));
    const answers = [await post('a'), await post('b'), await post('c')];
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
      Array.from({ length: 3 }, () => [201, '3']),
    );
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['one a', 'two b', 'one c']);
    expect(statuses).toEqual([201, 201, 201]);
  });

  it('passes over one that is not there, and says 503 when none is', async () => {
    lead(await nobody(), await serve(echo('two')));
    expect([await (await post('a')).text(), await (await post('b')).text()]).toEqual(['two a', 'two b']);
    lead(await nobody());
    expect((await post('c')).status).toBe(503);
    expect(statuses).toEqual([201, 201, 503]);
  });

  it('says 502 when one dies with the call in its hands, and does not make it again', async () => {
    let calls = 0;
    const dies: RequestListener = (request) => {
      calls += 1;
      request.socket.destroy();
    };
    lead(await serve(dies), await serve(dies));
    expect((await post('a')).status).toBe(502);
    expect([calls, statuses]).toEqual([1, [502]]);
  });

  it('sends nothing to one that says that it is not ready, unless none is', async () => {
    const unready = new Set(['one']);
    const asked = new Map<string, number>();
    const withHealth =
      (name: string): RequestListener =>
      (request, response) => {
        if (request.url !== '/health/ready') return echo(name)(request, response);
        asked.set(name, (asked.get(name) ?? 0) + 1);
        response.writeHead(unready.has(name) ? 503 : 200).end();
      };
    /** An answer has been read when the next question has come. */
    const askedAgain = async () => {
      asked.clear();
      await vi.waitUntil(() => ['one', 'two'].every((name) => (asked.get(name) ?? 0) >= 3), { interval: 5 });
    };
    const answersTo = async (...bodies: string[]) => {
      const texts: string[] = [];
      for (const body of bodies) texts.push(await (await post(body)).text());
      return texts;
    };
    lead(await serve(withHealth('one')), await serve(withHealth('two')));
    roundRobin.watchHealth(5);
    await askedAgain();
    expect(await answersTo('a', 'b', 'c')).toEqual(['two a', 'two b', 'two c']);
    unready.add('two');
    await askedAgain();
    expect((await answersTo('d', 'e')).map((text) => text.split(' ')[0]).sort()).toEqual(['one', 'two']);
  });
});
