import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A wire to a server that can be cut, silenced and mended, so that a test can take PostgreSQL or Redis away from one process. */
export class CuttableProxy {
  private readonly sockets = new Set<Socket>();
  private cutOff = false;
  private silent = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** Listens on loopback; `url` is the target's with the proxy's address. */
  static async to(targetUrl: string): Promise<CuttableProxy> {
    const target = new URL(targetUrl);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(targetUrl);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const proxy = new CuttableProxy(server, url.href);
    server.on('connection', (near) => proxy.pipe(near, connect(Number(target.port), target.hostname)));
    return proxy;
  }

  /** Breaks every connection, and every new one, until `mend`. */
  cut(): void {
    this.cutOff = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /**
   * Lets every connection stand while nothing passes any more, as behind a firewall that has forgotten it, and every new one
   * until `mend`. Those that were silenced stay so.
   */
  silence(): void {
    this.silent = true;
    for (const socket of this.sockets) swallow(socket);
  }

  mend(): void {
    this.cutOff = false;
    this.silent = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pipe(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    if (this.cutOff) near.destroy();
    else if (this.silent) [near, far].forEach(swallow);
    else near.pipe(far).pipe(near);
  }
}

function swallow(socket: Socket): void {
  socket.unpipe();
  socket.resume();
}
