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
import type { KieAnswer } from './kie-answers.js';

/** The calls that can be made to fail. `result` is the video's link. */
export const faultRouteSchema = z.enum([
  'createTask',
  'recordInfo',
  'upload',
  'credit',
  'downloadUrl',
  'result',
]);
export type FaultRoute = z.infer<typeof faultRouteSchema>;

/**
 * What goes wrong on the wire. `http`: that status with a JSON body; `body`: HTTP 200 with that code; `html`: a
 * proxy's page; `json`: HTTP 200 (or that status) with that very `json`, of whatever types; `cloudflare_1010`: a bare 403;
 * `slow`: the true answer after `delayTrueMs`; `truncated`: the true answer, cut; `reset`, `timeout`: no answer, and no
 * effect; `*_after_effect`: no answer, but it happened. `afterEffect` lets the first five happen after the effect.
 */
export const wireFaultSchema = z.strictObject({
  kind: z.enum([
    'http',
    'body',
    'html',
    'json',
    'cloudflare_1010',
    'slow',
    'truncated',
    'reset',
    'reset_after_effect',
    'timeout',
    'timeout_after_effect',
  ]),
  status: z.number().int().min(200).max(599).optional(),
  code: z.number().int().optional(),
  msg: z.string().optional(),
  json: z.unknown().optional(),
  ...plannedFaultFields,
});
export type WireFault = z.infer<typeof wireFaultSchema>;

/** One call and its answer. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  /** Of a form: what it holds besides files. */
  fields?: unknown;
}

/** Puts answers on the wire, well or as the scripted faults say. */
export class KieWire {
  /** What goes wrong with the next calls. */
  readonly faults = new FaultQueue<FaultRoute, WireFault>();

  constructor(private readonly clock: SandboxClock) {}

  /** Makes the next call (or `times` calls) of a route fail; faults of one route wait for their turn. */
  failNext(route: FaultRoute, fault: WireFault): void {
    this.faults.add(route, fault);
  }

  /** Forgets every fault. */
  clear(): void {
    this.faults.clear();
  }

  /** Answers one call: `effect` does the work and says what KIE would answer. */
  async answer(
    route: FaultRoute,
    exchange: Exchange,
    effect: () => KieAnswer | Promise<KieAnswer>,
  ): Promise<void> {
    const fault = this.faults.take(route, exchange.request, exchange.fields);
    if (!fault) return void (await sendJson(exchange.reply, await effect()));
    const truth = hasEffect(fault) ? await effect() : null;
    if (fault.delayTrueMs) await pause(this.clock.realMs(fault.delayTrueMs));
    playFault(fault, exchange, truth);
  }

  /** Plays the next fault of a route whose true answer is no JSON; false when there is none. */
  async intercept(route: FaultRoute, exchange: Exchange): Promise<boolean> {
    const fault = this.faults.take(route, exchange.request);
    if (!fault) return false;
    if (fault.delayTrueMs) await pause(this.clock.realMs(fault.delayTrueMs));
    playFault(fault, exchange, null);
    return true;
  }
}

function sendJson(reply: FastifyReply, answer: KieAnswer): FastifyReply {
  return reply
    .code(answer.status ?? 200)
    .type('application/json')
    .send(JSON.stringify(answer.body));
}

function playFault(fault: WireFault, { request, reply }: Exchange, truth: KieAnswer | null): void {
  if (fault.headers) reply.headers(fault.headers);
  switch (fault.kind) {
    case 'http': {
      const status = fault.status ?? 500;
      const body = { code: fault.code ?? status, msg: fault.msg ?? 'Internal server error', data: null };
      return void sendJson(reply, { status, body });
    }
    case 'body':
      return void sendJson(reply, {
        body: { code: fault.code ?? 500, msg: fault.msg ?? 'Server exception', data: null },
      });
    case 'html':
      return sendProxyPage(reply, 'cloudflare', fault.status);
    case 'json':
      return void sendJson(reply, { status: fault.status, body: fault.json ?? null });
    case 'cloudflare_1010':
      return void reply.code(403).type('text/plain; charset=UTF-8').send('error code: 1010');
    case 'slow':
      return void sendJson(reply, truth ?? { body: {} });
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
