import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { AnswerReader, CommitTracker, type Statement } from './commit-tracker.js';
import { PgSplitter, readStartup, STARTUP, type PgMessage } from './pg-messages.js';

/** Whose commit it is. */
export interface CommitSource {
  /** What the connection's `application_name` is. */
  applicationName: string;
  /** Whether the program at its end is still there. */
  isThere: () => boolean;
}

/**
 * Asked about every commit: before it is passed on, and when the server has said that it is done. True: it goes no further,
 * and nothing else does on that connection.
 */
export type CommitGate = (
  statements: readonly Statement[],
  when: 'before' | 'after',
  source: CommitSource,
) => boolean;

/** A request ends with one of these: a simple query, a sync, a flush, the connection's end; copies and passwords are not ours. */
const REQUEST_ENDS = new Set(['Q', 'S', 'H', 'X', 'p', 'd', 'c', 'f']);

/** A wire to PostgreSQL on which every commit of the application can be seen and stopped. */
export class PgProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** The database's address through this wire. */
    readonly url: string,
  ) {}

  /**
   * Listens on loopback.
   *
   * @param isWatched whether the connection with this `application_name` is looked at; the others are passed through.
   */
  static async to(
    targetUrl: string,
    isWatched: (applicationName: string) => boolean,
    gate: CommitGate,
  ): Promise<PgProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = new URL(targetUrl);
    const url = new URL(targetUrl);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const proxy = new PgProxy(server, url.href);
    server.on('connection', (near) => {
      const far = connect(Number(target.port || 5432), target.hostname);
      proxy.tie(near, far);
      const wire = new Wire(near, far, { isWatched, gate });
      near.on('data', (chunk) => wire.fromClient(chunk));
      far.on('data', (chunk) => wire.fromServer(chunk));
    });
    return proxy;
  }

  /** Breaks every connection and listens no more. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What ends one side ends the other. */
  private tie(near: Socket, far: Socket): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('end', () => other.end());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}

/** One connection: whole requests to the server, whole answers back. */
class Wire {
  private readonly requests = new PgSplitter(true);
  private readonly answers = new PgSplitter(false);
  private readonly tracker = new CommitTracker();
  private readonly answerReader = new AnswerReader();
  private request: PgMessage[] = [];
  private isCommitting = false;
  private held: Buffer[] = [];
  private state: 'watched' | 'passed' | 'stopped' = 'watched';
  private readonly source: CommitSource;

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    private readonly rules: { isWatched: (applicationName: string) => boolean; gate: CommitGate },
  ) {
    this.source = { applicationName: '', isThere: () => !near.destroyed };
  }

  fromClient(chunk: Buffer): void {
    if (this.is('passed')) this.far.write(chunk);
    if (!this.is('watched')) return;
    for (const message of this.requests.take(chunk)) this.takeRequest(message);
    if (this.is('passed')) this.far.write(this.requests.takeRest());
  }

  fromServer(chunk: Buffer): void {
    if (this.is('passed')) this.near.write(chunk);
    if (!this.is('watched')) return;
    for (const message of this.answers.take(chunk)) this.takeAnswer(message);
  }

  private takeRequest(message: PgMessage): void {
    if (message.type === STARTUP) {
      const application = readStartup(message)?.get('application_name') ?? '';
      if (!this.rules.isWatched(application)) this.state = 'passed';
      this.source.applicationName = application;
    }
    if (message.type === STARTUP || this.is('passed')) {
      this.far.write(message.bytes);
      return;
    }
    this.request.push(message);
    if (REQUEST_ENDS.has(message.type)) this.pass();
  }

  /** Passes a whole request on, unless it is stopped. */
  private pass(): void {
    const request = this.request;
    this.request = [];
    if (this.is('stopped')) return;
    const commit = this.tracker.request(request);
    this.isCommitting = commit !== null;
    if (commit && this.rules.gate(commit, 'before', this.source)) this.state = 'stopped';
    else this.far.write(Buffer.concat(request.map(({ bytes }) => bytes)));
  }

  private takeAnswer(message: PgMessage): void {
    this.held.push(message.bytes);
    const answer = this.answerReader.take(message);
    if (answer) {
      const done = this.tracker.answer(answer);
      this.isCommitting = false;
      if (done && this.rules.gate(done, 'after', this.source)) this.state = 'stopped';
    }
    // The answer to a commit is kept until it is whole; anything else need not wait.
    if (this.isCommitting || this.is('stopped')) return;
    this.near.write(Buffer.concat(this.held));
    this.held = [];
  }

  private is(state: Wire['state']): boolean {
    return this.state === state;
  }
}
