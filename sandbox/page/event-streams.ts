import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageEvent } from './protocol.js';

const HEARTBEAT_MS = 15_000;
const STREAMS_MAX = 50;

/** One open page. */
export interface PageStream {
  readonly personId: number | null;
  send(event: PageEvent): void;
}

/** The pages that listen (server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export class EventStreams {
  private readonly streams = new Map<PageStream, FastifyReply>();
  private readonly heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();

  /** Opens a stream, which begins with the given event; null when too many are open. */
  open(
    request: FastifyRequest,
    reply: FastifyReply,
    hello: PageEvent & { type: 'hello' },
  ): PageStream | null {
    if (this.streams.size >= STREAMS_MAX) return null;
    reply.hijack();
    reply.raw.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    const stream: PageStream = {
      personId: hello.state.personId,
      send: (event) => void reply.raw.write(`data: ${JSON.stringify(event)}\n\n`),
    };
    this.streams.set(stream, reply);
    reply.raw.on('error', () => undefined);
    request.raw.on('close', () => this.streams.delete(stream));
    stream.send(hello);
    return stream;
  }

  /** The open ones. */
  list(): PageStream[] {
    return [...this.streams.keys()];
  }

  /** Tells all of them. */
  tell(event: PageEvent): void {
    for (const stream of this.streams.keys()) stream.send(event);
  }

  /** Ends all of them. */
  close(): void {
    clearInterval(this.heartbeat);
    for (const reply of this.streams.values()) reply.raw.destroy();
    this.streams.clear();
  }

  private beat(): void {
    for (const reply of this.streams.values()) reply.raw.write(': still here\n\n');
  }
}
