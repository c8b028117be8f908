import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SandboxClock } from '../clock.js';
import {
  breakConnection,
  FaultQueue,
  hasEffect,
  pause,
  plannedFaultFields,
  sendCut,
  sendProxyPage,
} from '../fault-queue.js';
import { errorAnswer, YOOKASSA_TEXTS, type YooAnswer } from './yookassa-answers.js';

/** The calls that can be made to fail. */
export const yooRouteSchema = z.enum([
  'createPayment',
  'getPayment',
  'listPayments',
  'capturePayment',
  'cancelPayment',
  'createRefund',
  'getRefund',
  'listRefunds',
]);
export type YooRoute = z.infer<typeof yooRouteSchema>;

/**
 * What goes wrong on the wire. `http`: that status (500) with an error in YooKassa's shape; `processing`: HTTP 202; `html`: a
 * proxy's page; `json`: HTTP 200 (or that status) with that very `json`; `slow`: the true answer after `delayTrueMs`; `truncated`:
 * the true answer, cut; `reset`, `timeout`: no answer, and no effect; `*_after_effect`: no answer, but it happened.
 * `afterEffect` lets the first four happen after the effect.
 */
export const yooFaultSchema = z.strictObject({
  kind: z.enum([
    'http',
    'processing',
    'html',
    'json',
    'slow',
    'truncated',
    'reset',
    'reset_after_effect',
    'timeout',
    'timeout_after_effect',
  ]),
  status: z.number().int().min(200).max(599).optional(),
  /** Of an `http`: the status' own when absent. */
  code: z.string().optional(),
  description: z.string().optional(),
  parameter: z.string().optional(),
  retryAfterMs: z.number().int().nonnegative().optional(),
  json: z.unknown().optional(),
  ...plannedFaultFields,
});
export type YooFault = z.infer<typeof yooFaultSchema>;

/** One call and its answer. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

const RETRY_AFTER_MS = 1800;
const DESCRIPTIONS: Readonly<Record<number, string>> = {
  401: YOOKASSA_TEXTS.credentials,
  403: YOOKASSA_TEXTS.forbidden,
  404: YOOKASSA_TEXTS.paymentUnknown,
  429: YOOKASSA_TEXTS.tooMany,
};

/** Puts answers on the wire, well or as the scripted faults say. */
export class YooWire {
  /** What goes wrong with the next calls. */
  readonly faults = new FaultQueue<YooRoute, YooFault>();

  constructor(private readonly clock: SandboxClock) {}

  /** Makes the next call (or `times` calls) of a route fail; faults of one route wait for their turn. */
  failNext(route: YooRoute, fault: YooFault): void {
    this.faults.add(route, fault);
  }

  /** Forgets every fault. */
  clear(): void {
    this.faults.clear();
  }

  /** Answers one call: `effect` does the work and says what YooKassa would answer. */
  async answer(route: YooRoute, exchange: Exchange, effect: () => Promise<YooAnswer>): Promise<void> {
    const fault = this.faults.take(route, exchange.request);
    if (!fault) return void sendJson(exchange.reply, await effect());
    const truth = hasEffect(fault) ? await effect() : null;
    if (fault.delayTrueMs) await pause(this.clock.realMs(fault.delayTrueMs));
    playFault(fault, exchange, truth);
  }
}

/** Sends an answer as JSON. */
export function sendJson(reply: FastifyReply, { status, body }: YooAnswer): FastifyReply {
  return reply.code(status).type('application/json;charset=UTF-8').send(JSON.stringify(body));
}

function httpFault({ status = 500, code, description, parameter, retryAfterMs }: YooFault): YooAnswer {
  return errorAnswer(status, {
    ...(code === undefined ? {} : { code }),
    description: description ?? DESCRIPTIONS[status] ?? YOOKASSA_TEXTS.internal,
    ...(parameter === undefined ? {} : { parameter }),
    ...(retryAfterMs === undefined ? {} : { retry_after: retryAfterMs }),
  });
}

function playFault(fault: YooFault, { request, reply }: Exchange, truth: YooAnswer | null): void {
  if (fault.headers) reply.headers(fault.headers);
  switch (fault.kind) {
    case 'http':
      return void sendJson(reply, httpFault(fault));
    case 'processing': {
      const description = fault.description ?? YOOKASSA_TEXTS.processing;
      const body = { type: 'processing', description, retry_after: fault.retryAfterMs ?? RETRY_AFTER_MS };
      return void sendJson(reply, { status: 202, body });
    }
    case 'html':
      return sendProxyPage(reply, 'nginx', fault.status);
    case 'json':
      return void sendJson(reply, { status: fault.status ?? 200, body: fault.json ?? null });
    case 'slow':
      return void sendJson(reply, truth ?? { status: 200, body: {} });
    case 'truncated':
      return sendCut(reply, truth?.body ?? {});
    case 'reset':
    case 'reset_after_effect':
      return breakConnection(request, reply);
    case 'timeout':
    case 'timeout_after_effect':
      // Taken out of Fastify's hands and never answered: the caller's own timeout ends it.
      return void reply.hijack();
  }
}
