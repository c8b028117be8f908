import { Injectable } from '@nestjs/common';
import type { HandlerResult } from '../../platform/index.js';
import type { Send } from './send.queue.js';

/** Does one send; a returned pause puts it back into the queue. */
export type SendHandler = (send: Send) => Promise<HandlerResult>;

/** Who sends what: the module that owns a kind of send registers its handler, because Telegram's module knows nobody. */
@Injectable()
export class SendHandlers {
  private readonly handlers = new Map<Send['kind'], SendHandler>();

  /** @throws Error when the kind has a handler already. */
  register(kind: Send['kind'], handler: SendHandler): void {
    if (this.handlers.has(kind)) throw new Error(`Two handlers send "${kind}"`);
    this.handlers.set(kind, handler);
  }

  /** @throws Error when nobody sends this kind: the worker was built without its owner. */
  get(kind: Send['kind']): SendHandler {
    const handler = this.handlers.get(kind);
    if (!handler) throw new Error(`Nobody sends "${kind}"; import its owner's worker module`);
    return handler;
  }
}
