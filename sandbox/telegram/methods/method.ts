import type { BotQuery } from '../query.js';
import type { LongPoll } from '../updates/long-poll.js';
import type { Webhook } from '../updates/webhook.js';
import type { World } from '../world.js';

/** What a method may use. */
export interface MethodContext {
  world: World;
  webhook: Webhook;
  poll: LongPoll;
}

/** The `result` of a call, and for a few methods a `description` beside it. */
export interface MethodResult {
  result: unknown;
  description?: string;
}

/** One method of the Bot API. Throws BotApiError to refuse. */
export type Method = (query: BotQuery, context: MethodContext) => MethodResult | Promise<MethodResult>;
