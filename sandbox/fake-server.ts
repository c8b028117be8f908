import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/**
 * One call to a provider as the fake saw it; `request` and `response` are parsed JSON where they were JSON. Status 0: no answer
 * was begun, because the fake cut the connection or the caller gave up.
 */
export interface RecordedCall {
  provider: string;
  method: string;
  url: string;
  request: unknown;
  status: number;
  response: unknown;
  /** When the request arrived, ISO 8601. */
  at: string;
  duration_ms: number;
}

/** Told of each finished call, secrets already masked. */
export type CallListener = (call: RecordedCall) => void;

/** A call on its way; the same object at its arrival and at its answer. */
export interface CallOnItsWay {
  readonly provider: string;
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** As the fake parsed it; undefined for multipart. */
  readonly body: unknown;
  /** Whether whoever calls is still there. */
  readonly isCallerThere: () => boolean;
}

/**
 * Asked about each call: when it has arrived and nothing is done yet, and when all is done and the answer is about to leave. True
 * keeps it there for ever.
 */
export type CallGate = (call: CallOnItsWay, when: 'before' | 'after') => boolean;

export interface FakeServerOptions {
  /** 0 picks a free port. */
  port?: number;
}

const BODY_BYTES_MAX = 110 * 1024 * 1024;

/**
 * A provider of the outside world as a real HTTP server on loopback. A subclass adds the provider's routes in
 * `routes()`; what it adds under `/_control/` scripts it and is not recorded.
 */
export abstract class FakeServer {
  /** The provider's name in recorded calls: `telegram`, `kie`, `openai`. */
  abstract readonly provider: string;
  private app: FastifyInstance | undefined;
  private address = '';
  private readonly listeners = new Set<CallListener>();
  private gate: CallGate | undefined;
  /** The calls that are not recorded yet, and when they came. */
  private readonly inProgress = new Map<FastifyRequest, { reply: FastifyReply; startedAt: number }>();
  private readonly requestSummaries = new WeakMap<FastifyRequest, unknown>();

  /** Adds the provider's routes. Called once by `start`. */
  protected abstract routes(app: FastifyInstance): void | Promise<void>;

  /** Removes secrets from a URL before it is recorded; a subclass overrides it where its URLs hold some. */
  protected maskUrl(url: string): string {
    return url;
  }

  /** `http://127.0.0.1:<port>`, no trailing slash. Throws when the server is not running. */
  get url(): string {
    if (!this.address) throw new Error(`The fake ${this.provider} is not running`);
    return this.address;
  }

  /** Listens on loopback. Throws when the port is taken. */
  async start(options: FakeServerOptions = {}): Promise<this> {
    const app = Fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
    app.addHook('onRequest', (request, reply, done) => {
      this.inProgress.set(request, { reply, startedAt: performance.now() });
      reply.raw.once('close', () => this.recordEnd(request, reply));
      done();
    });
    this.addGate(app);
    app.addHook('onSend', (request, reply, payload, done) => {
      // How a stream ends is not known yet.
      if (!isStream(payload)) this.record(request, reply.statusCode, readable(payload));
      done(null, payload);
    });
    await this.routes(app);
    await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
    const { port } = app.server.address() as { port: number };
    this.app = app;
    this.address = `http://127.0.0.1:${port}`;
    return this;
  }

  /** Closes the server and every connection to it. */
  async stop(): Promise<void> {
    for (const [request, { reply }] of this.inProgress) this.recordEnd(request, reply);
    await this.app?.close();
    this.app = undefined;
  }

  /** Registers a listener; the returned function removes it. */
  onCall(listener: CallListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Lets the gate stop calls; calls that script the fake are not asked about. */
  setGate(gate: CallGate): void {
    this.gate = gate;
  }

  /** Says what a request held where the body alone does not (multipart: its fields, and its files as sizes). */
  protected describeRequest(request: FastifyRequest, summary: unknown): void {
    this.requestSummaries.set(request, summary);
  }

  /** How many calls wait for their answer. */
  get callsInProgress(): number {
    return this.inProgress.size;
  }

  private addGate(app: FastifyInstance): void {
    const calls = new WeakMap<FastifyRequest, CallOnItsWay>();
    app.addHook('preHandler', (request, _reply, done) => {
      const { method, url: path, body } = request;
      const isCallerThere = () => !request.raw.socket.destroyed;
      const call = { provider: this.provider, method, path, body, isCallerThere };
      calls.set(request, call);
      if (path.startsWith('/_control/') || !this.gate?.(call, 'before')) done();
      // The end of a connection is seen only by who reads it.
      else request.raw.resume();
    });
    app.addHook('onSend', (request, _reply, _payload, done) => {
      const call = calls.get(request);
      if (!call || call.path.startsWith('/_control/') || !this.gate?.(call, 'after')) done();
    });
  }

  private recordEnd(request: FastifyRequest, { raw }: FastifyReply): void {
    if (!raw.headersSent) this.record(request, 0, null);
    else this.record(request, raw.statusCode, raw.writableFinished ? '<binary>' : '<broken off>');
  }

  /** Once for each call. */
  private record(request: FastifyRequest, status: number, response: unknown): void {
    const call = this.inProgress.get(request);
    if (!call) return;
    this.inProgress.delete(request);
    if (request.url.startsWith('/_control/') || this.listeners.size === 0) return;
    const durationMs = performance.now() - call.startedAt;
    const recorded: RecordedCall = {
      provider: this.provider,
      method: request.method,
      url: this.maskUrl(`${this.address}${request.url}`),
      request: this.requestSummaries.get(request) ?? request.body ?? null,
      status,
      response,
      at: new Date(Date.now() - durationMs).toISOString(),
      duration_ms: Math.round(durationMs),
    };
    for (const listener of this.listeners) listener(recorded);
  }
}

function isStream(payload: unknown): boolean {
  return typeof (payload as { pipe?: unknown } | null | undefined)?.pipe === 'function';
}

function readable(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload === undefined || payload === null ? null : '<binary>';
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}
