import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeKie, SANDBOX_KIE_KEY, type CallbackMode } from '../../sandbox/kie/index.js';
import { KieClient, KieKey, parseClaimedTaskId, verifyKieSignature } from '../../src/modules/kie/index.js';
import { Metrics } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { envFor } from './kie.support.js';

const HMAC_KEY = 'webhook-hmac-key';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

const fake = new FakeKie({ clock: new SandboxClock(100) });
const received: Received[] = [];
let server: Server;
let client: KieClient;

beforeAll(async () => {
  await fake.start();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.end('{"code":200,"msg":"success"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new KieClient(envFor(fake), new Metrics());
});

afterAll(async () => {
  await fake.stop();
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  fake.reset();
  received.length = 0;
});

async function receiveCallback(callback: CallbackMode): Promise<{ taskId: string; got: Received }> {
  fake.configure({ hmacKey: HMAC_KEY });
  fake.nextTask({ durationTrueMs: 0, callback });
  const { port } = server.address() as AddressInfo;
  const outcome = await client.createTask(new KieKey(SANDBOX_KIE_KEY), {
    model: 'grok-imagine-video-1-5-preview',
    prompt: 'A mug.',
    photoUrl: `${fake.url}/files/none.jpg`,
    callbackUrl: `http://127.0.0.1:${port}/kie/callback/1`,
  });
  await waitFor(() => received.length > 0, { timeoutMs: 5_000, what: 'the callback' });
  const [got] = received;
  if (outcome.kind !== 'accepted' || !got) throw new Error('no callback');
  return { taskId: outcome.taskId, got };
}

it.each(['normal', 'snake_case', 'early'] as const)(
  'a %s callback names its task and is signed',
  async (mode) => {
    const { taskId, got } = await receiveCallback(mode);
    expect(parseClaimedTaskId(JSON.parse(got.body))).toBe(taskId);
    const signed = {
      taskId,
      timestamp: String(got.headers['x-webhook-timestamp']),
      signature: String(got.headers['x-webhook-signature']),
      nowS: Math.floor(Date.now() / 1000),
      ageMaxS: 300,
    };
    expect(verifyKieSignature({ ...signed, hmacKey: HMAC_KEY })).toBe(true);
    expect(verifyKieSignature({ ...signed, hmacKey: 'another' })).toBe(false);
  },
);
