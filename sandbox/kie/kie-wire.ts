import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SandboxClock } from '../clock.js';
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
  headers: z.record(z.string(), z.string()).optional(),
  afterEffect: z.boolean().optional(),
  /** Waits before the answer, and after the effect where there is one, in true milliseconds. */
  delayTrueMs: z.number().nonnegative().optional(),
  /** For how many calls; 1 when absent. */
  times: z.number().int().positive().optional(),
  /** Waits for a call whose address or JSON body holds this text, and lets others pass. */
  when: z.strictObject({ includes: z.string().min(1) }).optional(),
});
export type WireFault = z.infer<typeof wireFaultSchema>;

/** One call and its answer. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

const PROXY_PAGE =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n';

/** Puts answers on the wire, well or as the scripted faults say. */
export class KieWire {
  private readonly faults = new Map<FaultRoute, { fault: WireFault; left: number }[]>();

  constructor(private readonly clock: SandboxClock) {}

  /** Makes the next call (or `times` calls) of a route fail; faults of one route wait for their turn. */
  failNext(route: FaultRoute, fault: WireFault): void {
    const queue = this.faults.get(route) ?? [];
    queue.push({ fault, left: fault.times ?? 1 });
    this.faults.set(route, queue);
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
    const fault = this.take(route, exchange.request);
    if (!fault) return void (await sendJson(exchange.reply, await effect()));
    const truth = hasEffect(fault) ? await effect() : null;
    if (fault.delayTrueMs) await pause(this.clock.realMs(fault.delayTrueMs));
    playFault(fault, exchange, truth);
  }

  /** Plays the next fault of a route whose true answer is no JSON; false when there is none. */
  async intercept(route: FaultRoute, exchange: Exchange): Promise<boolean> {
    const fault = this.take(route, exchange.request);
    if (!fault) return false;
    if (fault.delayTrueMs) await pause(this.clock.realMs(fault.delayTrueMs));
    playFault(fault, exchange, null);
    return true;
  }

  private take(route: FaultRoute, request: FastifyRequest): WireFault | null {
    const queue = this.faults.get(route) ?? [];
    const first = queue.find(({ fault }) => isMeant(fault, request));
    if (!first) return null;
    first.left -= 1;
    if (first.left === 0) queue.splice(queue.indexOf(first), 1);
    return first.fault;
  }
}

function isMeant({ when }: WireFault, { url, body }: FastifyRequest): boolean {
  return when === undefined || `${url}\n${JSON.stringify(body)}`.includes(when.includes);
}

function hasEffect({ kind, afterEffect }: WireFault): boolean {
  return afterEffect === true || kind === 'slow' || kind === 'truncated' || kind.endsWith('after_effect');
}

/** Waits real milliseconds. */
export function pause(realMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, realMs).unref();
  });
}

/** Breaks the connection so that the caller sees a reset instead of an answer. */
export function breakConnection(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
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
      return void reply
        .code(fault.status ?? 502)
        .type('text/html')
        .send(PROXY_PAGE);
    case 'json':
      return void sendJson(reply, { status: fault.status, body: fault.json ?? null });
    case 'cloudflare_1010':
      return void reply.code(403).type('text/plain; charset=UTF-8').send('error code: 1010');
    case 'slow':
      return void sendJson(reply, truth ?? { body: {} });
    case 'truncated': {
      const text = JSON.stringify(truth?.body ?? {});
      return void reply
        .code(200)
        .type('application/json')
        .send(text.slice(0, Math.floor(text.length / 2)));
    }
    case 'reset':
    case 'reset_after_effect':
      return breakConnection(request, reply);
    case 'timeout':
    case 'timeout_after_effect':
      // Taken out of Fastify's hands and never answered: the caller's own timeout ends it.
      return void reply.hijack();
  }
}
