import pg from 'pg';
import { logger, toError } from '../../platform/index.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** Of the lease: together less than the whole, so that a holder who hears nothing gives up before another one may begin. */
const BEAT_SHARE = 0.2;
const ANSWER_SHARE = 0.5;

/**
 * The right to poll, held by exactly one process: an advisory lock of PostgreSQL on a connection of its own. It lasts as long as
 * the connection, so that it is free at once when its holder dies. A holder that is frozen, or cut off without a word, keeps its
 * connection; PostgreSQL itself ends it when it has heard nothing on it for the lease.
 */
export class PollLock {
  private readonly log = logger('poll-lock');
  private readonly gone = new AbortController();
  private readonly beatMs: number;
  private heartbeat: NodeJS.Timeout | undefined;
  private proofs: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly client: pg.Client,
    leaseMs: number,
  ) {
    this.beatMs = leaseMs * BEAT_SHARE;
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

  /**
   * @param leaseMs after which a holder of whom nothing is heard has lost the lock, by the database's clock.
   * @returns the lock, or null while another process has it.
   * @throws when the database cannot be reached.
   */
  static async tryAcquire(databaseUrl: string, botId: string, leaseMs: number): Promise<PollLock | null> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'neurocards-poll',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // A connection that is dead without a word would else keep us polling while another has begun.
      query_timeout: leaseMs * ANSWER_SHARE,
      keepAlive: true,
    });
    const lock = new PollLock(client, leaseMs);
    try {
      await client.connect();
      const { rows } = await client.query<{ got: boolean }>(
        `select pg_try_advisory_lock(hashtextextended('neurocards-poll-' || $1, 0)) as got,
                set_config('idle_session_timeout', $2, false)`,
        [botId, String(leaseMs)],
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

  /** Asks the database whether the lock is still ours; it counts as lost when no answer comes in time. */
  prove(): Promise<boolean> {
    // One after the other: an answer that was there before we were frozen proves nothing.
    const proof = this.proofs.then(() => this.ask());
    this.proofs = proof;
    return proof;
  }

  /** Gives the right back by closing the connection. */
  async release(): Promise<void> {
    clearTimeout(this.heartbeat);
    this.gone.abort();
    await this.client
      .end()
      .catch((error: unknown) => this.log.debug({ err: toError(error) }, 'Closed anyway'));
  }

  private async ask(): Promise<boolean> {
    if (this.gone.signal.aborted) return false;
    try {
      await this.client.query('select 1');
    } catch {
      this.gone.abort();
    }
    return !this.gone.signal.aborted;
  }

  private beat(): void {
    this.heartbeat = setTimeout(() => {
      void this.prove().then((isOurs) => isOurs && this.beat());
    }, this.beatMs);
    this.heartbeat.unref();
  }
}
