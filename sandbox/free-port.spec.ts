import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from './free-port.js';

describe('a free port', () => {
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function occupy(port: number): Promise<void> {
    const server = createServer().listen(port, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
  }

  it('is the wanted one, unless somebody listens there', async () => {
    const wanted = await freePort();
    expect(await freePort(wanted)).toBe(wanted);
    await occupy(wanted);
    expect(await freePort(wanted)).not.toBe(wanted);
  });

  it('is none that a system gives to outgoing connections', async () => {
    const smallest = await freePort(0, drawing(0, 0.001, 0.002));
    const largest = await freePort(0, drawing(0.9999, 0.999, 0.998));
    expect(smallest).toBeGreaterThanOrEqual(20_000);
    // Linux begins at 32,768, others later.
    expect(largest).toBeLessThan(32_768);
  });

  it('is the next that is drawn when the first is taken', async () => {
    const taken = await freePort();
    await occupy(taken);
    const share = (taken - 20_000 + 0.5) / 10_000;
    expect(await freePort(0, drawing(share, 0.5, 0.6, 0.7))).not.toBe(taken);
  });

  it('is given up after many tries', async () => {
    const taken = await freePort();
    await occupy(taken);
    const share = (taken - 20_000 + 0.5) / 10_000;
    await expect(freePort(0, () => share)).rejects.toThrow('EADDRINUSE');
  });
});

/** These numbers one after the other, and the last one again and again. */
function drawing(...numbers: number[]): () => number {
  return () => (numbers.length > 1 ? numbers.shift() : numbers[0]) ?? 0;
}
