import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const BODY_BYTES_MAX = 2 * 1024 * 1024;
/** As many as Telegram opens to one webhook by default, and others besides. */
const CONNECTIONS_MAX = 64;
/** A busy process is no unready one. */
const HEALTH_TIMEOUT_MS_MIN = 2_000;

/** A call that the round-robin passes on. */
export interface PassedCall {
  path: string;
  body: Buffer;
}

/** Told of each call when it comes; what it returns is told how the call was answered. */
export type CallWatch = (call: PassedCall) => ((status: number) => void) | undefined;

/**
 * Asked about each call before it is passed on, and when it was answered; the call waits for it. True: the answer is lost on its way,
 * and the caller is told that it went wrong.
 */
export type PassGate = (call: PassedCall, when: 'before' | 'after') => Promise<boolean>;

type Passed =
  | { kind: 'answered'; status: number; headers: http.IncomingHttpHeaders; body: Buffer }
  /** Nobody listens there: the call has had no effect. */
  | { kind: 'refused' }
  /** Broken off: nobody knows how far it got. */
  | { kind: 'cut' };

/**
 * What stands before several processes in earnest: each call goes to the next of them, a process that is not there is passed over,
 * and where none is there, or one dies with the call in its hands, the caller is told that it went wrong.
 */
export class RoundRobin {
  private targets: readonly URL[] = [];
  private next = 0;
  private watch: CallWatch = () => undefined;
  /** What stands in the way of calls; nothing by default. */
  gate: PassGate = () => Promise.resolve(false);
  /** Targets that were asked and are not ready. */
  private readonly unready = new Set<URL>();
  private health: NodeJS.Timeout | undefined;
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });

  private constructor(private readonly server: http.Server) {
    server.on('request', (request, response) => {
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on a free port of loopback. Until there are targets, every call is answered 503. */
  static async start(): Promise<RoundRobin> {
    const server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RoundRobin(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Says where calls go from now on. */
  lead(targets: readonly string[], watch: CallWatch): void {
    this.targets = targets.map((target) => new URL(target));
    this.watch = watch;
  }

  /** Asks each target every so often whether it is ready. One that is not gets nothing, unless none is. */
  watchHealth(intervalMs: number): void {
    clearInterval(this.health);
    this.health = setInterval(() => {
      for (const target of this.targets) void this.ask(target, intervalMs);
    }, intervalMs);
  }

  private async ask(target: URL, timeoutMs: number): Promise<void> {
    const signal = AbortSignal.timeout(Math.max(HEALTH_TIMEOUT_MS_MIN, timeoutMs));
    const answer = await fetch(new URL('/health/ready', target), { signal }).catch(() => null);
    if (answer?.ok) this.unready.delete(target);
    else this.unready.add(target);
  }

  async stop(): Promise<void> {
    clearInterval(this.health);
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await readBody(request);
    const call = { path: request.url ?? '', body };
    const answered = this.watch(call);
    await this.gate(call, 'before');
    const first = await this.passToNext(request, body);
    const isLost = first.kind === 'answered' && (await this.gate(call, 'after'));
    const passed: Passed = isLost ? { kind: 'cut' } : first;
    const status = passed.kind === 'answered' ? passed.status : passed.kind === 'refused' ? 503 : 502;
    answered?.(status);
    if (passed.kind === 'answered') response.writeHead(status, endToEnd(passed.headers)).end(passed.body);
    else response.writeHead(status).end();
  }

  private async passToNext(request: http.IncomingMessage, body: Buffer): Promise<Passed> {
    const ready = this.targets.filter((target) => !this.unready.has(target));
    const targets = ready.length > 0 ? ready : this.targets;
    const first = this.next++;
    for (let offset = 0; offset < targets.length; offset++) {
      const target = targets[(first + offset) % targets.length] as URL;
      const passed = await this.passTo(target, request, body);
      if (passed.kind !== 'refused') return passed;
    }
    return { kind: 'refused' };
  }

  private passTo(target: URL, { method, url, headers }: http.IncomingMessage, body: Buffer): Promise<Passed> {
    return new Promise((resolve) => {
      const call = http.request({
        agent: this.agent,
        host: target.hostname,
        port: target.port,
        method,
        path: url,
        headers: { ...endToEnd(headers), 'content-length': body.length, 'x-forwarded-for': '127.0.0.1' },
      });
      const fail = (error: NodeJS.ErrnoException) =>
        resolve({ kind: error.code === 'ECONNREFUSED' ? 'refused' : 'cut' });
      call.on('error', fail);
      call.on('response', (answer) => {
        readBody(answer).then(
          (read) =>
            resolve({
              kind: 'answered',
              status: answer.statusCode ?? 502,
              headers: answer.headers,
              body: read,
            }),
          fail,
        );
      });
      call.end(body);
    });
  }
}

async function readBody(message: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new RangeError(`A call of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Without what is between two neighbours only. */
function endToEnd(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const { connection: _connection, 'transfer-encoding': _encoding, 'keep-alive': _alive, ...rest } = headers;
  return rest;
}
