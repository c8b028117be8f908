import Fastify from 'fastify';
import { expect } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { SANDBOX_KIE_KEY } from '../../sandbox/kie/index.js';

const WAIT_MS = 10_000;

/** `expect` of something that becomes true by itself, within 10 s. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: WAIT_MS, interval: 10 });
}

/** A KIE answer as it came: `body` is parsed JSON, or the text where it was none. */
export interface KieReply {
  status: number;
  body: { code: number; msg: string; data: unknown };
  text: string;
}

/** A small client that hides nothing: the tests look at the wire. */
export function kieApi(baseUrl: () => string) {
  const call = async (path: string, init: RequestInit = {}, key = SANDBOX_KIE_KEY): Promise<KieReply> => {
    const headers = { Authorization: `Bearer ${key}`, 'User-Agent': 'neurocards-test', ...init.headers };
    const response = await fetch(`${baseUrl()}${path}`, { ...init, headers });
    const text = await response.text();
    return { status: response.status, body: parse(text), text };
  };
  const get = (path: string, key?: string): Promise<KieReply> => call(path, {}, key);
  const post = (path: string, body: unknown, key?: string): Promise<KieReply> =>
    call(
      path,
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) },
      key,
    );
  const record = (taskId: string, key?: string): Promise<KieReply> =>
    get(`/api/v1/jobs/recordInfo?taskId=${taskId}`, key);
  const uploadPhoto = async (
    bytes: Buffer = readAsset('photos/mug.jpg'),
    fileName = 'mug.jpg',
  ): Promise<string> => {
    const form = new FormData();
    form.set('uploadPath', 'inputs');
    form.set('fileName', fileName);
    form.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), fileName);
    const { body } = await call('/api/file-stream-upload', { method: 'POST', body: form });
    return (body.data as { downloadUrl: string }).downloadUrl;
  };
  const create = async (body: unknown, key?: string): Promise<string> => {
    const reply = await post('/api/v1/jobs/createTask', body, key);
    if (reply.body.code !== 200) throw new Error(reply.text);
    return (reply.body.data as { taskId: string }).taskId;
  };
  const statesUntilEnd = async (taskId: string): Promise<string[]> => {
    const states: string[] = [];
    while (states.at(-1) !== 'success' && states.at(-1) !== 'fail') {
      const { code, data } = (await record(taskId)).body;
      if (code === 200) states.push((data as { state: string }).state);
    }
    return states;
  };
  return { call, get, post, record, uploadPhoto, create, statesUntilEnd };
}

/** createTask's body for the cheapest vertical model: 6 s at 3 credits a second. */
export function grokTask(
  photoUrl: string,
  callBackUrl?: string,
  prompt = 'A mug turns on a table',
): Record<string, unknown> {
  const input = { prompt, image_urls: [photoUrl], aspect_ratio: '9:16', resolution: '720p', duration: 6 };
  return { model: 'grok-imagine-video-1-5-preview', ...(callBackUrl ? { callBackUrl } : {}), input };
}

/** A server that receives callbacks and answers as told. */
export interface CallbackReceiver {
  url: string;
  calls: { body: Record<string, unknown>; headers: Record<string, unknown> }[];
  /** The statuses of the next answers; 200 when there is none left. */
  answers: number[];
  /** Runs before the answer. */
  whenCalled: ((body: Record<string, unknown>) => Promise<void>) | null;
  reset(): void;
  stop(): Promise<void>;
}

/** Starts a {@link CallbackReceiver} on a free port. */
export async function callbackReceiver(): Promise<CallbackReceiver> {
  const app = Fastify({ forceCloseConnections: true });
  const receiver: CallbackReceiver = {
    url: '',
    calls: [],
    answers: [],
    whenCalled: null,
    reset: () => {
      receiver.whenCalled = null;
      receiver.calls.length = 0;
      receiver.answers.length = 0;
    },
    stop: () => app.close(),
  };
  app.post('/kie/callback/row-1', async (request, reply) => {
    const body = request.body as Record<string, unknown>;
    receiver.calls.push({ body, headers: { ...request.headers } });
    await receiver.whenCalled?.(body);
    return reply.code(receiver.answers.shift() ?? 200).send({ code: 200, msg: 'success' });
  });
  receiver.url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/kie/callback/row-1`;
  return receiver;
}

function parse(text: string): KieReply['body'] {
  try {
    return JSON.parse(text) as KieReply['body'];
  } catch {
    return { code: 0, msg: text, data: null };
  }
}
