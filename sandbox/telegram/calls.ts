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

const CALLS_MAX = 20_000;

/** The last calls of the bot, oldest first. */
export class CallLog {
  private calls: BotCall[] = [];

  add(call: BotCall): void {
    this.calls.push(call);
    if (this.calls.length > CALLS_MAX) this.calls = this.calls.slice(CALLS_MAX / 2);
  }

  /** All kept calls, or those of one method in any case. */
  list(method?: string): BotCall[] {
    const name = method?.toLowerCase();
    return this.calls.filter((call) => name === undefined || call.method.toLowerCase() === name);
  }

  clear(): void {
    this.calls = [];
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
