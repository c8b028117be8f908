import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** The wanted port of loopback if nobody listens there, else a free one. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  try {
    server.listen({ host: '127.0.0.1', port: wanted, exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    if (wanted === 0) throw error;
    return await freePort();
  } finally {
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
  }
}
