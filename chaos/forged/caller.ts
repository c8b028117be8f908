import type { ForgedAnswer } from './forgery.js';

const ANSWER_MS_MAX = 30_000;
/** Who is refused in the middle of a long body may lose the connection before the answer. */
const TRIES_MAX = 5;

/** A call as a proxy of ours would pass it on. */
export interface ForgedCall {
  path: string;
  /** Sent as JSON unless it is a text. */
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** Calls a process of the product past everything that stands before it. Null: no answer. */
export async function callBot(botUrl: string, { path, body, headers }: ForgedCall): Promise<ForgedAnswer> {
  for (let tries = 1; tries <= TRIES_MAX; tries++) {
    try {
      const answer = await fetch(`${botUrl}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch (error) {
      if (tries === TRIES_MAX || (error instanceof Error && error.name === 'TimeoutError')) return null;
    }
  }
  return null;
}
