import type { EntityManager } from 'typeorm';
import type { TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

/** Work that is done and not committed: whoever wants the same rows waits for it. */
export async function holding(db: TestDatabase, work: (em: EntityManager) => Promise<unknown>) {
  const runner = db.dataSource.createQueryRunner();
  await runner.startTransaction();
  await work(runner.manager);
  const [row] = await runner.manager.query<{ pid: number }[]>('select pg_backend_pid() as pid');
  const countWaiting = async () => {
    const [waiting] = await db.query<{ n: number }>(
      'select count(*)::int as n from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
      [row?.pid],
    );
    return waiting?.n ?? 0;
  };
  return {
    /** Until somebody waits for it. */
    untilAwaited: () => waitFor(async () => (await countWaiting()) > 0, { what: 'somebody who waits' }),
    async commit(): Promise<void> {
      await runner.commitTransaction();
      await runner.release();
    },
  };
}
