import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

const LOOK_MS = 2;
/** However few of them are at the line by then, off they go. */
const AT_THE_LINE_MS_MAX = 2_000;

/** Holds people's rows until every writer stands before one of them, and lets all go at the same instant. */
export class StartingGun {
  /** How many writers had come to the line, of each start. */
  readonly atTheLine: number[] = [];

  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param launch begins the writes, each of which takes the lock of one of these people first.
   * @returns when they were let go, on this process's clock in ms, and what `launch` returned.
   */
  async fire<T>(
    userIds: readonly string[],
    launch: () => Promise<T>[],
  ): Promise<{ atMs: number; running: Promise<T>[] }> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query('select from users where id = any($1::uuid[]) order by id for update', [userIds]);
      const running = launch();
      this.atTheLine.push(await this.gather(running.length));
      await runner.commitTransaction();
      return { atMs: performance.now(), running };
    } finally {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await runner.release();
    }
  }

  private async gather(wanted: number): Promise<number> {
    const deadline = performance.now() + AT_THE_LINE_MS_MAX;
    for (;;) {
      const [row] = await this.dataSource.query<{ n: number }[]>(
        `select count(*)::int as n from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if ((row?.n ?? 0) >= wanted || performance.now() > deadline) return row?.n ?? 0;
      await pause(LOOK_MS);
    }
  }
}
