import type { ApiObject } from './api-json.js';
import { type CallLog, describeArgs } from './calls.js';
import { BotApiError } from './errors.js';
import { type Fault, faultDescription, type FaultPlan } from './faults.js';
import { findMethod } from './methods/index.js';
import { refuseTooLarge } from './methods/media.js';
import type { MethodContext } from './methods/method.js';
import type { BotQuery } from './query.js';
import { toBotApiError } from './world.js';

/** What the HTTP side does with a call. */
export type Outcome =
  | { kind: 'answer'; status: number; body: ApiObject | string; retryAfterS?: number }
  | { kind: 'hang' }
  | { kind: 'reset' };

type Answer = Extract<Outcome, { kind: 'answer' }>;

/** Runs the bot's calls: the planned faults around the methods, the envelope, the log. */
export class Dispatcher {
  constructor(
    private readonly context: MethodContext,
    private readonly faults: FaultPlan,
    private readonly log: CallLog,
  ) {}

  /** Runs one call and never throws. `viaWebhook` marks one that came as the answer to an update. */
  async run(query: BotQuery, viaWebhook = false): Promise<Outcome> {
    const at = new Date().toISOString();
    const args = describeArgs(query);
    const outcome = await this.withFault(query);
    const body = outcome.kind === 'answer' && typeof outcome.body === 'object' ? outcome.body : {};
    this.log.add({
      method: findMethod(query.method)?.name ?? query.method,
      args,
      status: outcome.kind === 'answer' ? outcome.status : 0,
      result: body['result'] ?? null,
      description: typeof body['description'] === 'string' ? body['description'] : null,
      at,
      viaWebhook,
    });
    return outcome;
  }

  /** Waits as the fault says; then the fault's outcome, or undefined when the call goes on. */
  async meetFault(fault: Fault): Promise<Outcome | undefined> {
    if (fault.delayMs !== undefined) await this.pause(fault.delayMs);
    return faultOutcome(fault);
  }

  private async withFault(query: BotQuery): Promise<Outcome> {
    const fault = this.faults.take(query, this.chatOf(query));
    if (!fault) return this.answer(query);
    if (!fault.afterEffect) return (await this.meetFault(fault)) ?? this.answer(query);
    const answer = await this.answer(query);
    return answer.status === 200 ? ((await this.meetFault(fault)) ?? answer) : answer;
  }

  /** Whose chat a call is about: it says so, or it names what its person sent or tapped. */
  private chatOf(query: BotQuery): number | null {
    const { world } = this.context;
    const told = query.text('chat_id') || query.text('user_id');
    if (told !== '') return Number(told);
    const tap = world.callbacks.get(query.text('callback_query_id'));
    return tap?.personId ?? world.files.find(query.text('file_id'))?.senderId ?? null;
  }

  private async answer(query: BotQuery): Promise<Answer> {
    try {
      refuseTooLarge(query.uploads.values());
      const method = findMethod(query.method);
      if (!method) throw new BotApiError(404, 'Not Found: method not found');
      const { result, description } = await method.run(query, this.context);
      const described = description === undefined ? {} : { description };
      return { kind: 'answer', status: 200, body: { ok: true, result, ...described } };
    } catch (error) {
      return refusal(toBotApiError(error));
    }
  }

  private async pause(trueMs: number): Promise<void> {
    await new Promise((resolve) => {
      setTimeout(resolve, this.context.world.clock.realMs(trueMs));
    });
  }
}

/** The envelope of a refusal (https://core.telegram.org/bots/api#making-requests). */
export function refusal({ status, description, parameters }: BotApiError): Answer {
  return {
    kind: 'answer',
    status,
    body: { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) },
    retryAfterS: parameters?.retry_after,
  };
}

function faultOutcome(fault: Fault): Outcome | undefined {
  const { status, body, hang, reset } = fault;
  if (hang) return { kind: 'hang' };
  if (reset) return { kind: 'reset' };
  if (status === undefined) return undefined;
  const retryAfterS = fault.retryAfterS ?? (status === 429 ? 1 : undefined);
  if (body !== undefined) return { kind: 'answer', status, body, retryAfterS };
  const parameters = retryAfterS === undefined ? undefined : { retry_after: retryAfterS };
  return refusal(new BotApiError(status, faultDescription(fault), parameters));
}
