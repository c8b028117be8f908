import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readAsset, SANDBOX_VIDEO } from '../sandbox/assets/index.js';

/**
 * Telegram, KIE.AI and OpenAI in a process of their own, which answer at once and check nothing: what they cost must not count, and the
 * sandbox's own fakes, which are strict and remember everything, take a good part of a core at this pace. Its first message to its parent is its
 * port, every later one answers a question with all deliveries so far, by the chat's id.
 */
const VIDEO = readAsset('video.mp4');
const PROMPT =
  'A steel mug on a wooden table, warm light. The camera moves slowly towards it while steam rises.';
const BODY_KEPT_BYTES_MAX = 4_096;

/** A call, and when it came. */
interface Call {
  url: string;
  atMs: number;
}

/** When the last video began to come to a chat, on the clock of `Date.now()`, and how many have come there. */
const deliveries = new Map<number, { atMs: number; times: number }>();
let messageId = 0;
let address = '';

const server = createServer((request, response) => {
  const atMs = Date.now();
  void readStart(request).then((start) => answer({ url: request.url ?? '', atMs }, start, response));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  address = `http://127.0.0.1:${port}`;
  process.send?.({ port });
});
process.on('message', () => process.send?.([...deliveries]));
process.on('disconnect', () => process.exit());

/** Reads all of a body and keeps its beginning. */
async function readStart(request: IncomingMessage): Promise<string> {
  let start = '';
  for await (const chunk of request as AsyncIterable<Buffer>)
    if (start.length < BODY_KEPT_BYTES_MAX) start += chunk.toString('latin1', 0, BODY_KEPT_BYTES_MAX);
  return start;
}

function answer({ url, atMs }: Call, body: string, response: ServerResponse): void {
  if (url === '/video.mp4') response.setHeader('content-type', 'video/mp4').end(VIDEO);
  else if (url.startsWith('/bot')) json(response, { ok: true, result: telegram({ url, atMs }, body) });
  else if (url === '/v1/responses') json(response, openAi());
  else json(response, { success: true, code: 200, msg: 'success', data: kie(url) });
}

/** https://core.telegram.org/bots/api#sendvideo */
function telegram({ url, atMs }: Call, body: string): unknown {
  if (!url.endsWith('/sendVideo')) return true;
  const chatId = Number(/name="chat_id"\r\n(?:[^\r\n]+\r\n)*\r\n(\d+)/.exec(body)?.[1]);
  deliveries.set(chatId, { atMs, times: (deliveries.get(chatId)?.times ?? 0) + 1 });
  messageId += 1;
  const { widthPx: width, heightPx: height, durationS: duration } = SANDBOX_VIDEO;
  const video = { file_id: `video-${messageId}`, file_unique_id: `v${messageId}`, width, height, duration };
  return {
    ...{ message_id: messageId, date: Math.floor(Date.now() / 1_000), video },
    chat: { id: chatId, type: 'private' },
  };
}

/** https://docs.kie.ai/market/quickstart, https://docs.kie.ai/market/common/get-task-detail */
function kie(url: string): unknown {
  if (url.startsWith('/api/file-stream-upload')) return { downloadUrl: `${address}/photo.jpg` };
  if (url === '/api/v1/jobs/createTask') return { taskId: randomUUID() };
  const taskId = new URL(url, address).searchParams.get('taskId');
  const resultJson = JSON.stringify({ resultUrls: [`${address}/video.mp4`] });
  return {
    taskId,
    state: 'success',
    param: '{}',
    resultJson,
    failCode: '',
    failMsg: '',
    creditsConsumed: 24,
  };
}

/** https://platform.openai.com/docs/api-reference/responses/object */
function openAi(): unknown {
  const text = JSON.stringify({ prompt: PROMPT, refusal_reason: null });
  return {
    ...{
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      usage: { input_tokens: 500, output_tokens: 60 },
    },
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }],
  };
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}
