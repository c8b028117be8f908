import { connect } from 'node:net';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { EventStreams } from '../../sandbox/page/event-streams.js';
import type { PageEvent, PageState } from '../../sandbox/page/protocol.js';
import { waitFor } from '../support/wait-for.js';

const MEGABYTE = 'x'.repeat(1024 * 1024);

it('cuts off a page that reads nothing, before it fills the memory', async () => {
  const streams = new EventStreams();
  const app = Fastify();
  const hello = { type: 'hello', state: { personId: 1 } as PageState } as const;
  app.get('/', (request, reply) => void streams.open(request, reply, hello));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const page = connect(port, '127.0.0.1').pause();
  page.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await waitFor(() => streams.list().length === 1, { what: 'the stream' });
  let told = 0;
  await waitFor(
    () => {
      streams.tell({ type: 'chat_action', personId: 1, action: MEGABYTE } satisfies PageEvent);
      told += 1;
      return streams.list().length === 0;
    },
    { what: 'the end of the stream' },
  );
  // What the kernel takes in between, and 8 MB.
  expect(told).toBeLessThan(40);
  page.destroy();
  streams.close();
  await app.close();
});
