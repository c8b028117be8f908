import { freePort } from '../free-port.js';
import { endAll } from '../endings.js';
import { EmbeddedPostgresError } from './errors.js';
import { DURABLE_SETTINGS, startEmbeddedPostgres, type EmbeddedPostgres } from './index.js';

const STARTS_MAX = 5;

/** An embedded PostgreSQL that keeps what it has answered and can be killed: it comes back with its data at the same address. */
export class RestartablePostgres {
  private constructor(
    private readonly first: EmbeddedPostgres,
    private server: EmbeddedPostgres,
  ) {}

  /** @param draw the port: a number from 0 to below 1. */
  static async start(draw?: () => number): Promise<RestartablePostgres> {
    const port = await freePort(0, draw);
    const server = await startEmbeddedPostgres({ ephemeral: true, port, settings: DURABLE_SETTINGS });
    return new RestartablePostgres(server, server);
  }

  /** The superuser's URL; the same before and after. */
  get url(): string {
    return this.first.url;
  }

  /** SIGKILL; resolves when the server is gone. */
  kill(): Promise<void> {
    return this.server.kill();
  }

  /** Starts it after a kill; resolves when it takes connections. @throws EmbeddedPostgresError when its port is gone. */
  async startAgain(): Promise<void> {
    const { dataDirectory, port } = this.first;
    for (let starts = 1; starts <= STARTS_MAX; starts++) {
      this.server = await startEmbeddedPostgres({ dataDirectory, port, settings: DURABLE_SETTINGS });
      if (this.server.port === port) return;
      await this.server.kill();
    }
    throw new EmbeddedPostgresError(
      `PostgreSQL could not come back on port ${port}: another program has taken it.`,
    );
  }

  /** Stops it for good and removes its data. */
  async stop(): Promise<void> {
    // The data are the first one's to remove.
    await endAll([() => this.first.stop(), () => this.server.stop()]);
  }
}
