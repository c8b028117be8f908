import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

const LOOK_MS = 120;

/** What people wait for. */
type Awaited = 'jobs' | 'payments' | 'refunds';

/** How many of a person's there are of each, and how many of them are under way: `jobs`, `open_jobs`. */
type Counts = Record<Awaited | `open_${Awaited}`, number>;

/** Lets many people wait for what is theirs with one look at the database for all of them. */
export class Waits {
  private readonly waiting = new Map<number, { what: Awaited; resolve: () => void }>();
  private isEnded = false;

  constructor(private readonly db: DataSource) {}

  /** Looks on and on, until `end`. */
  async look(): Promise<void> {
    while (!this.isEnded) {
      if (this.waiting.size > 0) await this.lookOnce();
      await pause(LOOK_MS);
    }
  }

  end(): void {
    this.isEnded = true;
  }

  /** Resolves when there is something of this kind of the person's, and all of it is over. @returns false when it took too long. */
  async over(personId: number, what: Awaited, timeoutMs: number): Promise<boolean> {
    const over = new Promise<true>((resolve) => {
      this.waiting.set(personId, { what, resolve: () => resolve(true) });
    });
    const late = new AbortController();
    try {
      return await Promise.race([over, pause(timeoutMs, false, { signal: late.signal })]);
    } finally {
      late.abort();
      this.waiting.delete(personId);
    }
  }

  private async lookOnce(): Promise<void> {
    const rows = await this.db.query<(Counts & { id: string })[]>(
      `select u.tg_user_id as id,
              (select count(*) from jobs j where j.user_id = u.id)::int as jobs,
              (select count(*) from jobs j where j.user_id = u.id and j.status in ('queued', 'processing'))::int as open_jobs,
              (select count(*) from payments p where p.user_id = u.id)::int as payments,
              (select count(*) from payments p where p.user_id = u.id and p.status = 'pending')::int as open_payments,
              (select count(*) from payment_refunds r join payments p on p.id = r.payment_id
                where p.user_id = u.id)::int as refunds,
              (select count(*) from payment_refunds r join payments p on p.id = r.payment_id
                where p.user_id = u.id and r.status = 'pending')::int as open_refunds
         from users u where u.tg_user_id = any($1)`,
      [[...this.waiting.keys()]],
    );
    for (const { id, ...counts } of rows) {
      const one = this.waiting.get(Number(id));
      if (one && counts[one.what] > 0 && counts[`open_${one.what}`] === 0) one.resolve();
    }
  }
}
