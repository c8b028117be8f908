import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';

const READY_AND_IDLE = 'I';
const GREETING_FIELD_BYTES = 4;

/** A connection of PostgreSQL's, greeted by pg and from then on spoken to in raw bytes. */
interface Backend {
  client: pg.Client;
  stream: Socket;
}

/**
 * A pooler as PgBouncer is with `pool_mode = transaction`: it greets clients itself, and lends each a backend until its transaction
 * is over. Enough of the protocol for one client that speaks at a time per backend.
 */
export class TransactionPooler {
  private readonly idle: Backend[] = [];
  private readonly all: Backend[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly databaseUrl: string,
    private readonly server: Server,
  ) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async to(databaseUrl: string): Promise<TransactionPooler> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TransactionPooler(databaseUrl, server);
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return Object.assign(new URL(this.databaseUrl), { host: `127.0.0.1:${port}` }).href;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    for (const { stream } of this.all) stream.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let greeted = false;
    let lent: Promise<Backend> | null = null;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      if (!greeted) {
        greeted = true;
        return void socket.write(greeting());
      }
      // "Terminate" ends the client's connection, never a backend.
      if (bytes[0] === 'X'.charCodeAt(0)) return void socket.end();
      lent ??= this.lend(socket, () => (lent = null));
      void lent.then(({ stream }) => stream.write(bytes));
    });
  }

  /** The backend that was used last, or a new one, until it says that no transaction is open. */
  private async lend(socket: Socket, returned: () => void): Promise<Backend> {
    const backend = this.idle.pop() ?? (await this.open());
    let held = Buffer.alloc(0);
    const pass = (bytes: Buffer) => {
      socket.write(bytes);
      held = Buffer.concat([held, bytes]);
      // A message is its letter, its length, its body.
      while (held.length >= 5 && held.length > held.readUInt32BE(1)) {
        const message = held.subarray(0, held.readUInt32BE(1) + 1);
        held = held.subarray(message.length);
        if (message[0] !== 'Z'.charCodeAt(0) || message[5] !== READY_AND_IDLE.charCodeAt(0)) continue;
        backend.stream.off('data', pass);
        this.idle.push(backend);
        returned();
      }
    };
    backend.stream.on('data', pass);
    return backend;
  }

  private async open(): Promise<Backend> {
    const client = new pg.Client({ connectionString: this.databaseUrl, application_name: 'test-pooler' });
    client.on('error', () => undefined);
    await client.connect();
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    stream.removeAllListeners('data');
    const backend = { client, stream };
    this.all.push(backend);
    return backend;
  }
}

/** "You are in", a process of nobody's, "ready". */
function greeting(): Buffer {
  const authenticated = message('R', Buffer.alloc(GREETING_FIELD_BYTES));
  const key = message('K', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]));
  return Buffer.concat([authenticated, key, message('Z', Buffer.from(READY_AND_IDLE))]);
}

function message(letter: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(letter), length, body]);
}
