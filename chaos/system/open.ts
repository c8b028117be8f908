import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { OutsideWorld } from '../../sandbox/outside-world.js';

const LOOK_MS = 250;

/** Where something may be under way. */
interface Place {
  db: DataSource;
  world: OutsideWorld;
}

/** Waits until everything under way is over. Returns what was not when the time was, or the signal came, such as `2 jobs`. */
export async function settle(
  place: Place,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<string[]> {
  const { yooKassa } = place.world;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    // A bill that nobody went to pay would lie open for its hour.
    for (const { id, status } of yooKassa.payments()) if (status === 'pending') yooKassa.decline(id);
    const open = await findOpen(place);
    if (open.length === 0 || performance.now() > deadline || signal?.aborted) return open;
    await pause(LOOK_MS);
  }
}

/** What is under way and must come to an end by itself, in words; none: all is over. */
export async function findOpen({ db, world }: Place): Promise<string[]> {
  const [row = {}] = await db.query<Record<string, number>[]>(
    `select (select count(*) from jobs where status in ('queued', 'processing'))::int as jobs,
            (select count(*) from notices n join users u on u.id = n.user_id
              where n.sent_at is null and n.dropped_at is null and u.blocked_at is null)::int as notices,
            (select count(*) from payments where provider = 'yookassa' and status = 'pending')::int as payments,
            (select count(*) from payment_refunds where status = 'pending')::int as refunds,
            (select count(*) from payment_notifications where check_at is not null)::int as notifications,
            (select count(*) from kie_callbacks where check_at is not null)::int as callbacks`,
  );
  const counts = { ...row, updates: world.telegram.pendingUpdates() };
  return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
}
