import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageEvent } from './protocol.js';

const HEARTBEAT_MS = 15_000;
const STREAMS_MAX = 50;
/** What a page has not read yet; one that lags behind more is cut off, comes back, and begins with everything. */
const UNREAD_BYTES_MAX = 8 * 1024 * 1024;

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
    const { raw } = reply;
    raw.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    const stream: PageStream = {
      personId: hello.state.personId,
      send: (event) => sendText(raw, textOf(event)),
    };
    raw.on('error', () => undefined);
    // Who has gone already, while the beginning was read, closes no more.
    if (raw.destroyed || request.raw.socket.destroyed) return stream;
    this.streams.set(stream, reply);
    raw.on('close', () => this.streams.delete(stream));
    stream.send(hello);
    return stream;
  }

  /** The open ones. */
  list(): PageStream[] {
    return [...this.streams.keys()];
  }

  /** Tells all of them. */
  tell(event: PageEvent): void {
    const text = textOf(event);
    for (const { raw } of this.streams.values()) sendText(raw, text);
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

function textOf(event: PageEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

function sendText(raw: ServerResponse, text: string): void {
  if (raw.writableLength > UNREAD_BYTES_MAX) raw.destroy();
  else raw.write(text);
}
