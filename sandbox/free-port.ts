import { once } from 'node:events';
import { createServer } from 'node:net';
import { between } from './drawing.js';

/** Below those that systems give to outgoing connections: whoever found a free one there could lose it to any call. */
const PORTS = { min: 20_000, max: 30_000 };
const TRIES_MAX = 100;

/**
 * The wanted port of loopback if nobody listens there, else a free one that is drawn.
 *
 * @param draw a number from 0 to below 1.
 * @throws the error of the last try when none of many was free.
 */
export async function freePort(wanted = 0, draw: () => number = Math.random): Promise<number> {
  for (let tries = 1; ; tries++) {
    const isWanted = tries === 1 && wanted !== 0;
    const port = isWanted ? wanted : Math.floor(between(PORTS, draw()));
    try {
      await probe(port);
      return port;
    } catch (error) {
      if (tries >= TRIES_MAX) throw error;
    }
  }
}

async function probe(port: number): Promise<void> {
  const server = createServer();
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
