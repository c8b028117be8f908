import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Plans } from './plans.js';

/** What every planned fault of a fake says besides what goes wrong: with what, and when. */
export const plannedFaultFields = {
  headers: z.record(z.string(), z.string()).optional(),
  /** Lets it happen after the effect. */
  afterEffect: z.boolean().optional(),
  /** Waits before the answer, and after the effect where there is one, in true milliseconds. */
  delayTrueMs: z.number().nonnegative().optional(),
  /** For how many calls; 1 when absent. */
  times: z.number().int().positive().optional(),
  /** Waits for a call whose address or JSON body holds this text, and lets others pass. */
  when: z.strictObject({ includes: z.string().min(1) }).optional(),
};

/** A planned fault; a `kind` that ends in `after_effect` happened, and no answer comes. */
export type PlannedFault = { kind: string } & {
  [K in keyof typeof plannedFaultFields]?: z.infer<(typeof plannedFaultFields)[K]>;
};

/** The faults that are planned for a fake's routes; those of one route wait for their turn. */
export class FaultQueue<Route extends string, Fault extends PlannedFault> implements Plans {
  private readonly faults = new Map<Route, { fault: Fault; left: number }[]>();

  /** Makes the next call (or `times` calls) of a route fail. */
  add(route: Route, fault: Fault): void {
    const queue = this.faults.get(route) ?? [];
    queue.push({ fault, left: fault.times ?? 1 });
    this.faults.set(route, queue);
  }

  isPlanned(plan: object): boolean {
    return [...this.faults.values()].flat().some(({ fault }) => fault === plan);
  }

  unplan(plan: object): void {
    for (const [route, queue] of this.faults) {
      this.faults.set(
        route,
        queue.filter(({ fault }) => fault !== plan),
      );
    }
  }

  /** Forgets every fault. */
  clear(): void {
    this.faults.clear();
  }

  /** The fault that this call meets, if any. @param fields of a form, which stand for the body. */
  take(route: Route, { url, body }: FastifyRequest, fields: unknown = body): Fault | null {
    const queue = this.faults.get(route) ?? [];
    const text = `${url}\n${JSON.stringify(fields)}`;
    const first = queue.find(({ fault: { when } }) => when === undefined || text.includes(when.includes));
    if (!first) return null;
    first.left -= 1;
    if (first.left === 0) queue.splice(queue.indexOf(first), 1);
    return first.fault;
  }
}

/** Whether the call does its work in spite of the fault. */
export function hasEffect({ kind, afterEffect }: PlannedFault): boolean {
  return afterEffect === true || kind === 'slow' || kind === 'truncated' || kind.endsWith('after_effect');
}

/** Waits real milliseconds, or until the signal says stop. */
export function pause(realMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, realMs).unref();
    signal?.addEventListener('abort', end);
  });
}

/** Breaks the connection so that the caller sees a reset instead of an answer. */
export function breakConnection(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
}

/** Sends the first half of a JSON answer as if it were the whole. */
export function sendCut(reply: FastifyReply, body: unknown): void {
  const text = JSON.stringify(body);
  void reply
    .code(200)
    .type('application/json')
    .send(text.slice(0, Math.floor(text.length / 2)));
}

/** A proxy's page in the place of an answer. */
export function sendProxyPage(reply: FastifyReply, server: string, status = 502): void {
  const page =
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n' +
    `<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`;
  void reply.code(status).type('text/html').send(page);
}
