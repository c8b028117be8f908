import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Injectable } from '@nestjs/common';
import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import { createHttpClient, describeConnectionFailure, Env, logger } from '../../../platform/index.js';
import {
  parseError,
  parsePayment,
  parsePayments,
  parseRefund,
  parseRefunds,
  type RemoteError,
  type RemotePage,
  type RemotePayment,
  type RemoteRefund,
} from './yookassa-replies.schemas.js';

/** What came of asking YooKassa to make something. */
export type CreateAnswer<T> =
  | { kind: 'made'; object: T }
  /** A definite no: this request made nothing. */
  | { kind: 'refused'; error: RemoteError & { status: number } }
  /** This request made nothing, and the same one may be sent again. */
  | { kind: 'busy'; text: string; askedMs?: number | undefined }
  /** It may have been made: the same request with the same key tells. */
  | { kind: 'unknown'; text: string; askedMs?: number | undefined };

/** What came of reading. */
export type ReadAnswer<T> =
  | { kind: 'found'; object: T }
  | { kind: 'not_found' }
  /** `isAnswered`: YooKassa did answer, with what we do not understand; asking again would not help. */
  | { kind: 'unreadable'; text: string; isAnswered: boolean; askedMs?: number | undefined };

/** Which part of a list. */
export interface ListRequest {
  /** By the time of creation, from inclusive, to exclusive. */
  from: Date;
  to: Date;
  cursor?: string | null | undefined;
}

const PAGE_ITEMS_MAX = 100;

interface Unreadable {
  text: string;
  isAnswered?: boolean;
  askedMs?: number | undefined;
}

interface Answer {
  status: number;
  body: string;
}

/**
 * YooKassa's API over HTTP, with connections and time limits of its own. Whatever YooKassa or the network does comes back as a value.
 * Retries nothing: callers do, with the key and the body that their row holds.
 *
 * @see https://yookassa.ru/developers/using-api/interaction-format
 */
@Injectable()
export class YooKassaClient {
  private readonly log = logger('yookassa');
  private readonly http: AxiosInstance;
  // A kept-alive connection that has just been closed would turn a creation into one with an unknown outcome.
  private readonly freshConnections = {
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
  };

  constructor(env: Env) {
    const credentials = Buffer.from(`${env.YOOKASSA_SHOP_ID}:${env.YOOKASSA_API_KEY}`).toString('base64');
    this.http = createHttpClient({
      baseUrl: env.YOOKASSA_BASE_URL,
      timeoutMs: env.YOOKASSA_TIMEOUT_MS,
      headers: { Authorization: `Basic ${credentials}` },
    });
  }

  /**
   * Makes a payment, or tells of the one that this key has made within 24 h.
   *
   * @param key 1–64 characters of `0-9a-zA-Z+-_.`, stored before the call.
   * @see https://yookassa.ru/developers/api#create_payment
   */
  createPayment(key: string, request: object): Promise<CreateAnswer<RemotePayment>> {
    return this.create('/payments', { key, request, parse: parsePayment });
  }

  /**
   * Gives money back, or tells of the refund that this key has made within 24 h.
   *
   * @see https://yookassa.ru/developers/api#create_refund
   */
  createRefund(key: string, request: object): Promise<CreateAnswer<RemoteRefund>> {
    return this.create('/refunds', { key, request, parse: parseRefund });
  }

  /** @see https://yookassa.ru/developers/api#get_payment */
  readPayment(id: string): Promise<ReadAnswer<RemotePayment>> {
    return this.read(`/payments/${encodeURIComponent(id)}`, {}, parsePayment);
  }

  /** @see https://yookassa.ru/developers/api#get_refund */
  readRefund(id: string): Promise<ReadAnswer<RemoteRefund>> {
    return this.read(`/refunds/${encodeURIComponent(id)}`, {}, parseRefund);
  }

  /** One page, newest first. @see https://yookassa.ru/developers/using-api/lists */
  listPayments(request: ListRequest): Promise<ReadAnswer<RemotePage<RemotePayment>>> {
    return this.read('/payments', listParams(request), parsePayments);
  }

  /** One page, newest first. @see https://yookassa.ru/developers/using-api/lists */
  listRefunds(request: ListRequest): Promise<ReadAnswer<RemotePage<RemoteRefund>>> {
    return this.read('/refunds', listParams(request), parseRefunds);
  }

  private async create<T>(
    url: string,
    { key, request, parse }: { key: string; request: object; parse: (body: string) => T | null },
  ): Promise<CreateAnswer<T>> {
    const answer = await this.ask({
      method: 'POST',
      url,
      // As text: it must be the same one however often it is sent.
      data: JSON.stringify(request),
      headers: { 'Idempotence-Key': key, 'Content-Type': 'application/json' },
      ...this.freshConnections,
    });
    const outcome = 'failure' in answer ? outcomeOfFailure(answer) : outcomeOf(answer, parse);
    if (outcome.kind !== 'made') this.log.warn({ url, key, outcome }, `YooKassa: ${url} ${outcome.kind}`);
    return outcome;
  }

  private async read<T>(
    url: string,
    params: Record<string, string>,
    parse: (body: string) => T | null,
  ): Promise<ReadAnswer<T>> {
    const answer = await this.ask({ method: 'GET', url, params });
    const outcome = 'failure' in answer ? unreadable({ text: answer.failure }) : readingOf(answer, parse);
    if (outcome.kind !== 'found') this.log.warn({ url, outcome }, `YooKassa: ${outcome.kind}`);
    return outcome;
  }

  /** One request. An axios error holds the Authorization header, so that nothing of it but its code leaves this method. */
  private async ask(
    config: AxiosRequestConfig,
  ): Promise<Answer | ReturnType<typeof describeConnectionFailure>> {
    try {
      const { status, data } = await this.http.request<unknown>(config);
      return { status, body: typeof data === 'string' ? data : '' };
    } catch (error) {
      return describeConnectionFailure(error);
    }
  }
}

function listParams({ from, to, cursor }: ListRequest): Record<string, string> {
  return {
    'created_at.gte': from.toISOString(),
    'created_at.lt': to.toISOString(),
    limit: String(PAGE_ITEMS_MAX),
    ...(cursor ? { cursor } : {}),
  };
}

/** https://yookassa.ru/developers/using-api/response-handling/recommendations */
function outcomeOf<T>({ status, body }: Answer, parse: (body: string) => T | null): CreateAnswer<T> {
  if (status === 200) {
    const object = parse(body);
    return object ? { kind: 'made', object } : { kind: 'unknown', text: 'an answer that cannot be read' };
  }
  const error = parseError(body);
  const askedMs = error?.retryAfterMs ?? undefined;
  const text = describe(status, error);
  if (status === 429) return { kind: 'busy', text, askedMs };
  // A 4xx that is not YooKassa's own may come from anything on the way, before or behind it.
  if (status >= 400 && status < 500 && error) return { kind: 'refused', error: { ...error, status } };
  return { kind: 'unknown', text, askedMs };
}

function outcomeOfFailure({ failure, wasSent }: { failure: string; wasSent: boolean }): CreateAnswer<never> {
  return { kind: wasSent ? 'unknown' : 'busy', text: failure };
}

function readingOf<T>({ status, body }: Answer, parse: (body: string) => T | null): ReadAnswer<T> {
  const error = parseError(body);
  if (status === 404 && error) return { kind: 'not_found' };
  const object = status === 200 ? parse(body) : null;
  return object
    ? { kind: 'found', object }
    : unreadable({
        text: describe(status, error),
        isAnswered: status === 200,
        askedMs: error?.retryAfterMs ?? undefined,
      });
}

function unreadable({ text, isAnswered = false, askedMs }: Unreadable): ReadAnswer<never> {
  return { kind: 'unreadable', text, isAnswered, askedMs };
}

function describe(status: number, error: RemoteError | null): string {
  return error ? `HTTP ${status} ${error.code}: ${error.description}` : `HTTP ${status}`;
}
