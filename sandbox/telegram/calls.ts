import type { BotQuery } from './query.js';

/** A call of the bot as the fake took it, secrets masked. */
export interface BotCall {
  /** The official spelling, or the name as sent when there is no such method. */
  method: string;
  /** Arguments; what was JSON is parsed, an upload is `{file, bytes, mimeType}`. */
  args: Record<string, unknown>;
  /** 0 when the connection was cut or left without an answer. */
  status: number;
  /** The `result`, or null. */
  result: unknown;
  /** The refusal's text, or null. */
  description: string | null;
  /** ISO 8601. */
  at: string;
  /** True for a call that came as the answer to a webhook. */
  viaWebhook: boolean;
}

const CALLS_OF_METHOD_MAX = 20_000;

/** The last calls of the bot of each method, oldest first: rare ones are not forgotten for the sake of frequent ones. */
export class CallLog {
  private number = 0;
  private readonly calls = new Map<string, { number: number; call: BotCall }[]>();

  add(call: BotCall): void {
    const name = call.method.toLowerCase();
    const calls = this.calls.get(name) ?? [];
    calls.push({ number: this.number++, call });
    if (calls.length > CALLS_OF_METHOD_MAX) calls.splice(0, CALLS_OF_METHOD_MAX / 2);
    this.calls.set(name, calls);
  }

  /** All kept calls, or those of one method in any case. */
  list(method?: string): BotCall[] {
    const kept =
      method === undefined
        ? [...this.calls.values()].flat().sort((a, b) => a.number - b.number)
        : (this.calls.get(method.toLowerCase()) ?? []);
    return kept.map(({ call }) => call);
  }

  clear(): void {
    this.calls.clear();
  }
}

/** A call's arguments for people to read: JSON parsed, uploads as sizes, the webhook's secret masked. */
export function describeArgs(query: BotQuery): Record<string, unknown> {
  const described: Record<string, unknown> = {};
  for (const [name, value] of query.args) {
    described[name] = name === 'secret_token' ? '***' : readable(value);
  }
  for (const [name, { name: file, bytes, mimeType }] of query.uploads) {
    described[name] = { file, bytes, mimeType };
  }
  return described;
}

function readable(value: string): unknown {
  // Longer numbers are ids that arrived as text; as numbers they would lose digits.
  if (!/^(?:[[{]|-?\d{1,15}$|true$|false$)/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
