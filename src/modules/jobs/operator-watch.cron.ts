import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env } from '../../platform/index.js';
import { NoticesService } from '../notifications/index.js';
import { decideAlarms, type JobsFared } from './operator-watch.rules.js';

/** Between two looks, in looks of the other crons: an hour's jobs are counted each time. */
const TICKS_PER_LOOK = 6;
/** A prompt takes seconds; a third of the time for a whole video is out of order. */
const WAIT_PARTS_OF_DEADLINE = 3;

/**
 * Tells operators of what no single job shows: that most fail, or that jobs are not begun. For who has no Prometheus, too: but a
 * worker sends these notices, so that with no worker at all they come when one is back. Only Prometheus tells of that (WorkerGone).
 */
@Injectable()
export class OperatorWatchCron extends Cron {
  protected readonly name = 'operator-watch';
  private ticks = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: NoticesService,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    if (this.ticks++ % TICKS_PER_LOOK !== 0 || this.env.ADMIN_IDS.length === 0) return;
    const waitMaxMs = this.env.JOB_DEADLINE_MS / WAIT_PARTS_OF_DEADLINE;
    for (const alarm of decideAlarms(await this.read(), waitMaxMs)) await this.notices.alertOperators(alarm);
  }

  private async read(): Promise<JobsFared> {
    const { manager } = this.dataSource;
    const ended = await manager.query<{ reason: string | null; count: number }[]>(
      `select failure_reason as reason, count(*)::int as count from jobs
        where finished_at > now() - interval '1 hour' group by 1`,
    );
    const [waiting] = await manager.query<{ ms: number }[]>(
      `select coalesce(extract(epoch from now() - min(created_at)) * 1000, 0)::float8 as ms
         from jobs where status = 'queued' and step = 'prompt'`,
    );
    const failed = Object.fromEntries(
      ended.flatMap(({ reason, count }) => (reason === null ? [] : [[reason, count] as const])),
    );
    const completed = ended.find(({ reason }) => reason === null)?.count ?? 0;
    return { completed, failed, waitingMs: waiting?.ms ?? 0 };
  }
}
