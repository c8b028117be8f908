/**
 * As much of the Bot API as a webhook needs, in a process of its own, with as little work as can be: the fake Telegram judges each call,
 * and would be what is measured. It counts messages.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const BOT = { id: 1, is_bot: true, first_name: 'Bench', username: 'bench_bot' };
const DATE_S = Math.floor(Date.now() / 1_000);

interface Call {
  chat_id?: number;
  text?: string;
  url?: string;
}

let messages = 0;
let webhookUrl = '';

const METHODS: Readonly<Record<string, (call: Call) => unknown>> = {
  getMe: () => BOT,
  sendMessage: ({ chat_id: id, text }) => {
    messages += 1;
    return { message_id: messages, from: BOT, chat: { id, type: 'private' }, date: DATE_S, text };
  },
  setMyCommands: () => true,
  setWebhook: ({ url = '' }) => {
    webhookUrl = url;
    return true;
  },
  getWebhookInfo: () => ({ url: webhookUrl, has_custom_certificate: false, pending_update_count: 0 }),
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const method = METHODS[request.url?.split('/').at(-1) ?? ''];
    const call = (chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}) as Call;
    const answer = method
      ? { ok: true, result: method(call) }
      : { ok: false, error_code: 404, description: 'Not Found' };
    response.writeHead(method ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ messages }));
process.on('disconnect', () => process.exit());
