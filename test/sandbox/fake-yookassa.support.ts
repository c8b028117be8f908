import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { SANDBOX_YOOKASSA_API_KEY, SANDBOX_YOOKASSA_SHOP_ID } from '../../sandbox/yookassa/index.js';

/** An object of YooKassa as it came; the tests know what they look for. */
export interface YooObject extends Record<string, unknown> {
  id: string;
  status: string;
}

/** An answer as it came: `body` is parsed JSON, or null where it was none. */
export interface YooReply {
  status: number;
  body: YooObject & Record<'code' | 'description' | 'parameter' | 'type', string>;
  text: string;
  headers: Headers;
}

/** What a call has besides its path and body. */
export interface YooCallOptions {
  /** A fresh one when absent; null sends none. */
  key?: string | null;
  auth?: string;
  signal?: AbortSignal;
}

/** The sandbox's shop by HTTP Basic. */
export const SHOP_AUTH = basic(SANDBOX_YOOKASSA_SHOP_ID, SANDBOX_YOOKASSA_API_KEY);

export function basic(shopId: string, apiKey: string): string {
  return `Basic ${Buffer.from(`${shopId}:${apiKey}`).toString('base64')}`;
}

/** A creation that is all right, with changes. */
export function paymentBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    amount: { value: '299.00', currency: 'RUB' },
    capture: true,
    confirmation: { type: 'redirect', return_url: 'https://t.me/sandbox_bot?start=paid_1' },
    description: '10 видео',
    metadata: { order_id: 'order-1' },
    ...change,
  };
}

/** A receipt of one item at so many roubles. */
export function receiptOf(value: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  const item = {
    description: 'Пакет 10 видео',
    quantity: 1,
    amount: { value, currency: 'RUB' },
    vat_code: 1,
    payment_mode: 'full_payment',
    payment_subject: 'service',
    measure: 'piece',
  };
  return { customer: { email: 'user@example.com' }, items: [{ ...item, ...change }] };
}

/** A small client that hides nothing: the tests look at the wire. */
export function yooApi(baseUrl: () => string) {
  const call = async (path: string, init: RequestInit, options: YooCallOptions): Promise<YooReply> => {
    const headers = { Authorization: options.auth ?? SHOP_AUTH, ...(init.headers as object) };
    const response = await fetch(`${baseUrl()}${path}`, { ...init, headers, signal: options.signal ?? null });
    const text = await response.text();
    return { status: response.status, body: parse(text), text, headers: response.headers };
  };
  const get = (path: string, options: YooCallOptions = {}): Promise<YooReply> =>
    call(`/v3${path}`, {}, options);
  const post = (path: string, body: unknown, options: YooCallOptions = {}): Promise<YooReply> => {
    const key = options.key === undefined ? randomUUID() : options.key;
    const headers = { 'Content-Type': 'application/json', ...(key !== null && { 'Idempotence-Key': key }) };
    return call(`/v3${path}`, { method: 'POST', headers, body: JSON.stringify(body) }, options);
  };
  const create = async (change: Record<string, unknown> = {}): Promise<YooObject> => {
    const reply = await post('/payments', paymentBody(change));
    if (reply.status !== 200) throw new Error(reply.text);
    return reply.body;
  };
  const read = async (paymentId: string): Promise<YooObject> => (await get(`/payments/${paymentId}`)).body;
  const refund = (paymentId: string, value: string, change: Record<string, unknown> = {}) =>
    post('/refunds', { payment_id: paymentId, amount: { value, currency: 'RUB' }, ...change });
  const control = async (verb: string, body: unknown = {}): Promise<{ ok: boolean; result: unknown }> => {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    };
    return (await (await fetch(`${baseUrl()}/_control/${verb}`, init)).json()) as never;
  };
  return { get, post, create, read, refund, control };
}

/** The shop's side of notifications. */
export interface NotificationReceiver {
  url: string;
  calls: { event: string; object: YooObject; type: string; headers: Record<string, unknown> }[];
  /** The statuses of the next answers; 200 when there is none left. */
  answers: number[];
  /** The most notifications that were here at once. */
  atOnceMax: number;
  /** Runs before the answer. */
  whenCalled: ((object: YooObject) => Promise<void>) | null;
  reset(): void;
  stop(): Promise<void>;
}

/** Starts a {@link NotificationReceiver} on a free port. */
export async function notificationReceiver(): Promise<NotificationReceiver> {
  const app = Fastify({ forceCloseConnections: true });
  let here = 0;
  const fresh = () => ({ calls: [], answers: [], atOnceMax: 0, whenCalled: null });
  const receiver: NotificationReceiver = {
    url: '',
    ...fresh(),
    reset: () => Object.assign(receiver, fresh()),
    stop: () => app.close(),
  };
  app.post('/yookassa/notification', async (request, reply) => {
    here += 1;
    receiver.atOnceMax = Math.max(receiver.atOnceMax, here);
    const body = request.body as { event: string; object: YooObject; type: string };
    receiver.calls.push({ ...body, headers: { ...request.headers } });
    await receiver.whenCalled?.(body.object);
    here -= 1;
    return reply.code(receiver.answers.shift() ?? 200).send('');
  });
  receiver.url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/yookassa/notification`;
  return receiver;
}

function parse(text: string): YooReply['body'] {
  try {
    return JSON.parse(text) as YooReply['body'];
  } catch {
    return null as never;
  }
}
