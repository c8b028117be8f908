import { z } from 'zod';
import type { Plans } from '../plans.js';
import {
  BALANCE_EXHAUSTED,
  BLOCKED_INPUT,
  CONTENT_POLICY,
  FLAGGED_INPUT,
  INSUFFICIENT_QUOTA,
  NO_CREDITS,
  OVERLOADED,
  SERVER_ERROR,
  WRONG_REGION,
  rateLimited,
  unknownModel,
  wrongKey,
  type OpenAiError,
} from './openai-errors.js';

/** What goes wrong before the model is asked. */
const CALL_FAULTS = [
  'insufficient_quota',
  'credit_balance_exhausted',
  'no_credits',
  'content_policy',
  'flagged_input',
  'blocked_input',
  'rate_limit',
  'region',
  'model_not_found',
  'server_error',
  'overloaded',
  'invalid_key',
  'hang',
  'reset',
  'html',
  'error_in_200',
  'foreign_in_200',
] as const;
/** What is wrong with the model's answer. */
const ANSWER_FAULTS = [
  'slow',
  'refusal',
  'declined',
  'incomplete_cut',
  'incomplete_empty',
  'filtered',
  'failed',
  'bad_json',
  'empty_prompt',
  'long_prompt',
  'hijacked',
] as const;

/**
 * The ways to fail. `error_in_200`: `{"error"}` under HTTP 200, as some compatible providers do; `foreign_in_200`:
 * KIE's `{"code","msg"}`; `slow`: the true answer, some time later; `refusal`: a refusal part; `declined`: a valid answer that
 * holds no text but a reason; `filtered`: an answer that the content filter cut off; `bad_json`: a completed answer that is no JSON; `long_prompt`: texts of
 * 30,000 characters; `hijacked`: texts that obey somebody else, with an address and a price; `no_credits`, `flagged_input`
 * and `blocked_input`: 402 and both kinds of 403 as OpenRouter has them.
 */
export const faultKindSchema = z.enum([...CALL_FAULTS, ...ANSWER_FAULTS]);
export type OpenAiFaultKind = z.infer<typeof faultKindSchema>;

/** The endpoints that can fail. */
export const routeSchema = z.enum(['responses', 'chat', 'moderations']);
export type OpenAiRoute = z.infer<typeof routeSchema>;

/** A fault of the next call, or of `times` calls; of any endpoint unless `route` names one. */
export const faultSchema = z.strictObject({
  kind: faultKindSchema,
  times: z.number().int().positive().optional(),
  /** For `rate_limit`, in real milliseconds as the client sees them; 2000 when absent. */
  retryAfterMs: z.number().int().nonnegative().optional(),
  /** For `slow`, in true milliseconds; 30,000 when absent. */
  delayTrueMs: z.number().int().positive().optional(),
  route: routeSchema.optional(),
  /** Waits for a call whose JSON body holds this text, pictures as sizes, and lets others pass. */
  when: z.strictObject({ includes: z.string().min(1) }).optional(),
});
export type OpenAiFault = z.infer<typeof faultSchema>;

const RETRY_AFTER_MS = 2_000;

/** The faults that wait for their call, and the mood that holds until it is changed. */
export class OpenAiFaults implements Plans {
  mood: OpenAiFault | null = null;
  private queue: { fault: OpenAiFault; left: number }[] = [];

  /** Queues a fault. */
  add(fault: OpenAiFault): void {
    this.queue.push({ fault, left: fault.times ?? 1 });
  }

  /** The fault of a call: the first queued one that fits, else the text's magic word, else the mood. */
  take(route: OpenAiRoute, text: string): OpenAiFault | null {
    const fits = ({ kind, route: only, when }: OpenAiFault): boolean =>
      (only === undefined || only === route) &&
      (route !== 'moderations' || !isAnswerFault(kind)) &&
      (when === undefined || text.includes(when.includes));
    const queued = this.queue.find(({ fault }) => fits(fault));
    if (queued) {
      queued.left -= 1;
      this.queue = this.queue.filter(({ left }) => left > 0);
      return queued.fault;
    }
    const word = faultKindSchema.safeParse(/\[\[openai:([a-z0-9_]+)\]\]/.exec(text)?.[1]);
    const magic = word.success ? { kind: word.data } : null;
    if (magic && fits(magic)) return magic;
    return this.mood && fits(this.mood) ? this.mood : null;
  }

  isPlanned(plan: object): boolean {
    return this.queue.some(({ fault }) => fault === plan);
  }

  unplan(plan: object): void {
    this.queue = this.queue.filter(({ fault }) => fault !== plan);
  }

  /** Forgets everything. */
  clear(): void {
    this.mood = null;
    this.queue = [];
  }
}

/** Whether a fault is one of the model's answer. */
export function isAnswerFault(kind: OpenAiFaultKind): kind is (typeof ANSWER_FAULTS)[number] {
  return (ANSWER_FAULTS as readonly string[]).includes(kind);
}

/** The error that a fault is answered with, or null where it is no error of OpenAI's shape. */
export function errorOfFault(fault: OpenAiFault, model: string): OpenAiError | null {
  switch (fault.kind) {
    case 'insufficient_quota':
      return INSUFFICIENT_QUOTA;
    case 'credit_balance_exhausted':
      return BALANCE_EXHAUSTED;
    case 'content_policy':
      return CONTENT_POLICY;
    case 'no_credits':
      return NO_CREDITS;
    case 'flagged_input':
      return FLAGGED_INPUT;
    case 'blocked_input':
      return BLOCKED_INPUT;
    case 'rate_limit':
      return rateLimited(model, fault.retryAfterMs ?? RETRY_AFTER_MS);
    case 'region':
      return WRONG_REGION;
    case 'model_not_found':
      return unknownModel(model);
    case 'server_error':
      return SERVER_ERROR;
    case 'overloaded':
      return OVERLOADED;
    case 'invalid_key':
      return wrongKey('invalid-key');
    default:
      return null;
  }
}
