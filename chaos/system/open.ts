import type { DataSource } from 'typeorm';
import type { OutsideWorld } from '../../sandbox/outside-world.js';

/** What is under way and must come to an end by itself, in words; none: all is over. */
export async function findOpen({ db, world }: { db: DataSource; world: OutsideWorld }): Promise<string[]> {
  const [row = {}] = await db.query<Record<string, number>[]>(
    `select (select count(*) from jobs where status in ('queued', 'processing'))::int as jobs,
            (select count(*) from notices n join users u on u.id = n.user_id
              where n.sent_at is null and n.dropped_at is null and u.blocked_at is null)::int as notices,
            (select count(*) from payments where provider = 'yookassa' and status = 'pending')::int as payments,
            (select count(*) from payment_notifications where check_at is not null)::int as notifications`,
  );
  const counts = { ...row, updates: world.telegram.pendingUpdates() };
  return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
}
