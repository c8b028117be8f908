import { once } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';

/** What pg says when its `query_timeout` is over. */
const NO_ANSWER = 'Query read timeout';

type Answer = (error: Error | null, ...rest: unknown[]) => void;

/**
 * A connection that takes no process with it, and that ends when a statement was not answered in time, before whoever asked is
 * told. pg itself only stops waiting, and goes on using a connection on which nothing will ever be answered: each further statement
 * would wait as long, and BullMQ's workers, which hold one connection each, for ever.
 *
 * Where nobody listens for its error, it is no error of Node's: the pool stops listening when it hands a connection out, TypeORM begins a
 * moment later, and PostgreSQL's last words may lie between. The next statement says that the connection is gone.
 */
export class WatchedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    const query = super.query.bind(this) as (...args: unknown[]) => unknown;
    Object.assign(this, {
      query: (...args: unknown[]) => {
        const answer = args.at(-1);
        if (typeof answer === 'function') return query(...args.slice(0, -1), this.watched(answer as Answer));
        const result = query(...args);
        return result instanceof Promise ? result.catch((error: unknown) => this.rethrow(error)) : result;
      },
    });
  }

  private watched(answer: Answer): Answer {
    return (error, ...rest) => {
      if (isNoAnswer(error)) void this.breakOff().then(() => answer(error, ...rest));
      else answer(error, ...rest);
    };
  }

  private async rethrow(error: unknown): Promise<never> {
    if (isNoAnswer(error)) await this.breakOff();
    throw error;
  }

  private async breakOff(): Promise<void> {
    const { stream } = (this as unknown as { connection: { stream: Socket } }).connection;
    if (stream.destroyed) return;
    const ended = once(this, 'end');
    stream.destroy();
    // Its own error is told to those who listen for it.
    await ended.catch(() => undefined);
  }
}

function isNoAnswer(error: unknown): boolean {
  return error instanceof Error && error.message === NO_ANSWER;
}
