import pg from 'pg';
import { logger, toError } from '../../platform/index.js';

const CONNECT_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 5_000;

/**
 * The right to poll, held by exactly one process: an advisory lock of PostgreSQL on a connection of its own. It lasts as long as
 * the connection, so that it is free at once when its holder dies.
 */
export class PollLock {
  private readonly log = logger('poll-lock');
  private readonly gone = new AbortController();
  private heartbeat: NodeJS.Timeout | undefined;

  private constructor(private readonly client: pg.Client) {
    const lose = () => this.gone.abort();
    client.on('error', (error) => {
      this.log.warn({ err: error }, 'The connection that holds the right to poll broke');
      lose();
    });
    client.on('end', lose);
  }

  /** Ends when the lock is lost or given back. */
  get lost(): AbortSignal {
    return this.gone.signal;
  }

  /** @returns the lock, or null while another process has it. @throws when the database cannot be reached. */
  static async tryAcquire(databaseUrl: string, botId: string): Promise<PollLock | null> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'neurocards-poll',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // A connection that is dead without a word would else keep us polling while another has begun.
      query_timeout: HEARTBEAT_MS,
      keepAlive: true,
    });
    const lock = new PollLock(client);
    try {
      await client.connect();
      const { rows } = await client.query<{ got: boolean }>(
        // The server, too, must notice soon when our machine is gone without a word.
        `select pg_try_advisory_lock(hashtextextended('neurocards-poll-' || $1, 0)) as got,
                set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '5', false),
                set_config('tcp_keepalives_count', '3', false)`,
        [botId],
      );
      if (!rows[0]?.got) {
        await lock.release();
        return null;
      }
    } catch (error) {
      await lock.release();
      throw error;
    }
    lock.beat();
    return lock;
  }

  /** Gives the right back by closing the connection. */
  async release(): Promise<void> {
    clearTimeout(this.heartbeat);
    this.gone.abort();
    await this.client
      .end()
      .catch((error: unknown) => this.log.debug({ err: toError(error) }, 'Closed anyway'));
  }

  private beat(): void {
    this.heartbeat = setTimeout(() => {
      this.client.query('select 1').then(
        () => {
          if (!this.gone.signal.aborted) this.beat();
        },
        () => this.gone.abort(),
      );
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
  }
}
