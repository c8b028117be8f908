import type { RecordedCall } from '../fake-server.js';
import type { ProviderCall, ProviderName } from './protocol.js';

const CALLS_MAX = 200;
/** They must not push out what one looks for. */
const ROUTINE_CALLS_MAX = 10;
const ROUTINE_PATHS = /^(getWebhookInfo|getUpdates|getMe)$/;
const BODY_CHARACTERS_MAX = 12_000;
/** Longer texts within a body are pictures in base64. */
const TEXT_CHARACTERS_MAX = 2_000;

/** The newest calls to providers, as the page shows them. */
export class CallLog {
  private readonly calls: ProviderCall[] = [];
  private number = 0;

  /** Adds a call and returns how it is shown. */
  add(recorded: RecordedCall): ProviderCall {
    this.number += 1;
    const call: ProviderCall = {
      id: this.number,
      provider: recorded.provider as ProviderName,
      method: recorded.method,
      path: pathOf(recorded.url),
      status: recorded.status,
      durationMs: recorded.duration_ms,
      at: recorded.at,
      request: bodyOf(recorded.request),
      response: bodyOf(recorded.response),
      isRoutine: recorded.status === 200 && ROUTINE_PATHS.test(pathOf(recorded.url)),
    };
    this.calls.push(call);
    this.forget(call.isRoutine, call.isRoutine ? ROUTINE_CALLS_MAX : CALLS_MAX);
    return call;
  }

  /** The calls that are kept, oldest first. */
  list(): ProviderCall[] {
    return [...this.calls];
  }

  /** The oldest of its kind, when there are too many. */
  private forget(isRoutine: boolean, callsMax: number): void {
    const indexes = this.calls.flatMap((call, index) => (call.isRoutine === isRoutine ? [index] : []));
    const [oldest] = indexes;
    if (oldest !== undefined && indexes.length > callsMax) this.calls.splice(oldest, 1);
  }
}

/** The Bot API's method, or the path with its query. */
function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/]+/, '');
  return path.replace(/^\/bot<token>\//, '').replace(/^\/file\/bot<token>\//, 'file: ');
}

function bodyOf(body: unknown): string | null {
  if (body === null || body === undefined) return null;
  const text =
    typeof body === 'string' ? body : JSON.stringify(body, (_name, value: unknown) => shortened(value), 2);
  return text.length > BODY_CHARACTERS_MAX
    ? `${text.slice(0, BODY_CHARACTERS_MAX)}\n… (${text.length} characters)`
    : text;
}

function shortened(value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= TEXT_CHARACTERS_MAX) return value;
  return `${value.slice(0, 60)}… (${value.length} characters)`;
}
