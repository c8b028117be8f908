import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxClock } from '../clock.js';
import { between, type Range } from '../drawing.js';
import { pause } from '../fault-queue.js';
import {
  badRequest,
  errorBody,
  numberedErrorBody,
  rateLimited,
  wrongKey,
  type OpenAiError,
} from './openai-errors.js';
import {
  OpenAiFaults,
  errorOfFault,
  isAnswerFault,
  type OpenAiFault,
  type OpenAiFaultKind,
  type OpenAiRoute,
} from './openai-faults.js';
import type { Colour } from './openai-images.js';
import { seeColours, type Sight } from './openai-sight.rules.js';

/** A call as the fake saw it; pictures stand there as their size. */
export interface OpenAiRequestRecord {
  /** ISO 8601. */
  at: string;
  route: OpenAiRoute;
  model: string;
  body: unknown;
  /** Null while it is being answered, and where it never was. */
  status: number | null;
  fault: OpenAiFaultKind | null;
  answer: unknown;
}

/** What a handler answers with. */
export type Result = { body: unknown } | { error: OpenAiError };

/** One call and its answer. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** What holds for the provider as a whole. */
export interface DeskOptions {
  clock: SandboxClock;
  latencyTrueMs: Range;
  requestsPerMinuteMax: number;
  /** Errors of a compatible provider come under HTTP 200. */
  errorsIn200: boolean;
  describe(request: FastifyRequest, summary: unknown): void;
}

const TOKENS_PER_MINUTE_MAX = 500_000;
const MINUTE_TRUE_MS = 60_000;
const SLOW_TRUE_MS = 30_000;
const PROXY_PAGE =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>';

/** The front desk: keys, limits, faults, the record of every call, and the form of every answer. */
export class OpenAiDesk {
  readonly faults = new OpenAiFaults();
  readonly keys = new Set<string>();
  readonly records: OpenAiRequestRecord[] = [];
  /** What every picture shows, whatever it is; null where the pictures speak for themselves. */
  scriptedSight: Sight | null = null;
  private recentCalls: number[] = [];

  constructor(private readonly options: DeskOptions) {}

  /** Takes one call through: key, faults, limit, then the work itself. */
  async handle(
    route: OpenAiRoute,
    exchange: Exchange,
    work: (fault: OpenAiFault | null) => Promise<Result>,
  ): Promise<void> {
    const { request, reply } = exchange;
    const denied = this.findKeyError(request);
    if (denied) return this.send(reply, { error: denied });
    const record = this.open(route, request);
    const fault = this.faults.take(route, JSON.stringify(record.body));
    record.fault = fault?.kind ?? null;
    await this.think();
    if (fault?.kind === 'slow') await pause(this.options.clock.realMs(fault.delayTrueMs ?? SLOW_TRUE_MS));
    if (fault && !isAnswerFault(fault.kind)) return this.playCallFault(fault, exchange, record);
    const limited = this.findLimitError(record.model);
    this.send(reply, limited ? { error: limited } : await work(fault), record);
  }

  /** The error of a missing or wrong key, or null. */
  findKeyError(request: FastifyRequest): OpenAiError | null {
    const secret = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
    return secret !== null && this.keys.has(secret) ? null : wrongKey(secret);
  }

  /** Puts an answer on the wire, with the headers that come with every answer. */
  send(reply: FastifyReply, result: Result, record?: OpenAiRequestRecord): void {
    const error = 'error' in result ? result.error : null;
    const hidden = error !== null && this.options.errorsIn200;
    const status = error === null || hidden ? 200 : error.status;
    const body =
      'body' in result ? result.body : hidden ? numberedErrorBody(result.error) : errorBody(result.error);
    if (record) Object.assign(record, { status, answer: body });
    void reply
      .code(status)
      .headers({ ...this.headers(), ...error?.headers })
      .type('application/json')
      .send(JSON.stringify(body));
  }

  /** What is in the pictures of a call, all together. */
  see(pictures: readonly Colour[]): Sight {
    return (pictures.length > 0 ? this.scriptedSight : null) ?? seeColours(pictures);
  }

  /** Forgets keys, faults, records and what pictures show. */
  clear(): void {
    this.faults.clear();
    this.scriptedSight = null;
    this.keys.clear();
    this.records.length = 0;
    this.recentCalls = [];
  }

  private open(route: OpenAiRoute, request: FastifyRequest): OpenAiRequestRecord {
    const body = withoutPictures(request.body);
    this.options.describe(request, body);
    const model = (body as { model?: unknown } | null)?.model;
    const record: OpenAiRequestRecord = {
      at: new Date().toISOString(),
      route,
      model: typeof model === 'string' ? model : '',
      body,
      status: null,
      fault: null,
      answer: null,
    };
    this.records.push(record);
    return record;
  }

  private playCallFault(fault: OpenAiFault, { request, reply }: Exchange, record: OpenAiRequestRecord): void {
    const error = errorOfFault(fault, record.model);
    if (error) return this.send(reply, { error }, record);
    switch (fault.kind) {
      case 'hang':
        // Taken out of Fastify's hands and never answered: the caller's own timeout ends it.
        return void reply.hijack();
      case 'reset':
        reply.hijack();
        return void request.raw.socket.resetAndDestroy();
      case 'html':
        record.status = 502;
        return void reply.code(502).type('text/html').send(PROXY_PAGE);
      case 'foreign_in_200':
        return this.send(reply, { body: { code: 402, msg: 'Credits insufficient', data: null } }, record);
      default: {
        const body = { error: { code: 502, message: 'Provider returned error', metadata: {} } };
        return this.send(reply, { body }, record);
      }
    }
  }

  private think(): Promise<void> {
    const realMs = this.options.clock.realMs(between(this.options.latencyTrueMs, Math.random()));
    return new Promise((resolve) => {
      setTimeout(resolve, realMs).unref();
    });
  }

  private findLimitError(model: string): OpenAiError | null {
    const minuteMs = this.options.clock.realMs(MINUTE_TRUE_MS);
    const now = Date.now();
    this.recentCalls = this.recentCalls.filter((at) => at > now - minuteMs);
    const [oldest = now] = this.recentCalls;
    if (this.recentCalls.length >= this.options.requestsPerMinuteMax) {
      return rateLimited(model, Math.ceil(oldest + minuteMs - now), this.options.requestsPerMinuteMax);
    }
    this.recentCalls.push(now);
    return null;
  }

  private headers(): Record<string, string> {
    const left = Math.max(0, this.options.requestsPerMinuteMax - this.recentCalls.length);
    return {
      'x-request-id': `req_${randomBytes(16).toString('hex')}`,
      'openai-version': '2020-10-01',
      'x-ratelimit-limit-requests': String(this.options.requestsPerMinuteMax),
      'x-ratelimit-limit-tokens': String(TOKENS_PER_MINUTE_MAX),
      'x-ratelimit-remaining-requests': String(left),
      'x-ratelimit-remaining-tokens': String(TOKENS_PER_MINUTE_MAX),
      'x-ratelimit-reset-requests': '120ms',
      'x-ratelimit-reset-tokens': '0s',
    };
  }
}

/** The error of a body that is no JSON. */
export const UNREADABLE_BODY: OpenAiError = badRequest(
  'We could not parse the JSON body of your request.',
  null,
  null,
);

/** A body with its pictures as sizes: megabytes of base64 help nobody who reads a record. */
function withoutPictures(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/^(data:[\w/.+-]+;base64,)(.*)$/s, (_all, head: string, data: string) => {
      return `${head}<${Math.floor((data.length * 3) / 4)} bytes>`;
    });
  }
  if (Array.isArray(value)) return value.map(withoutPictures);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutPictures(one)]));
}
