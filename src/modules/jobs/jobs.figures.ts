import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { defineGauge, Figures, sample, type Sample } from '../../platform/index.js';
import { JOB_STEPS, type JobStatus, type JobStep } from './job-lifecycle.types.js';

const OPEN = defineGauge({
  name: 'neurocards_jobs_open',
  help: 'Jobs that are not over, by status and step.',
  labels: { status: ['queued', 'processing'], step: JOB_STEPS },
});
const OLDEST = defineGauge({
  name: 'neurocards_jobs_oldest_age_seconds',
  help: 'Age of the oldest job in a step: since it was ordered while it is queued, since it left the queue after that; 0 where there is none.',
  labels: { step: JOB_STEPS },
});
const OVERDUE = defineGauge({
  name: 'neurocards_jobs_oldest_overdue_seconds',
  help: 'For how long the step that is due the longest has not been begun; 0 where none is due.',
  labels: { step: JOB_STEPS },
});
const ENDED = defineGauge({
  name: 'neurocards_jobs_ended',
  help: 'Jobs that ended in the last hour (1h) or day (1d), by outcome, by why they failed (none: they did not), and by model (none: no task was made).',
  labels: { window: ['1h', '1d'], outcome: ['completed', 'failed'], reason: 'any', model: 'any' },
});
const ENDED_ALL = defineGauge({
  name: 'neurocards_jobs_ended_all',
  help: 'The same without reason and model; shown also while it is 0.',
  labels: { window: ['1h', '1d'], outcome: ['completed', 'failed'] },
});
const PARKED = defineGauge({
  name: 'neurocards_videos_parked',
  help: 'Finished videos of people who blocked the bot, kept until they are back or their time is over.',
  labels: {},
});

interface OpenRow {
  status: Exclude<JobStatus, 'completed' | 'failed'>;
  step: JobStep;
  count: number;
  age_s: number;
}

interface EndedRow {
  outcome: 'completed' | 'failed';
  reason: string;
  model: string;
  hour: number;
  day: number;
}

/** All jobs of a day are counted, which may be a hundred thousand. */
const DAY_KEPT_MS = 60_000;

const WINDOWS = { '1h': 'hour', '1d': 'day' } as const;

/** How jobs stand, as `jobs` says. */
@Injectable()
export class JobsFigures implements OnModuleInit {
  constructor(private readonly figures: Figures) {}

  onModuleInit(): void {
    this.figures.register({
      name: 'jobs',
      gauges: [OPEN, OLDEST, OVERDUE, PARKED],
      read: async (manager) => [
        ...(await readOpen(manager)),
        ...(await readOverdue(manager)),
        ...(await readParked(manager)),
      ],
    });
    this.figures.register({
      name: 'jobs_ended',
      gauges: [ENDED, ENDED_ALL],
      read: readEnded,
      keptMs: DAY_KEPT_MS,
    });
  }
}

/** By the partial index of open jobs. */
async function readOpen(manager: EntityManager): Promise<Sample[]> {
  const rows = await manager.query<OpenRow[]>(
    `select status, step, count(*)::int as count,
            extract(epoch from now() - min(coalesce(started_at, created_at)))::float8 as age_s
       from jobs where status in ('queued', 'processing') group by status, step`,
  );
  const ages = JOB_STEPS.map((step) => {
    const inStep = rows.filter((row) => row.step === step).map(({ age_s }) => age_s);
    return sample(OLDEST, { step }, Math.max(0, ...inStep));
  });
  return [...rows.map(({ status, step, count }) => sample(OPEN, { status, step }, count)), ...ages];
}

/** By the index of wake-ups, which holds only what wants to be woken. */
async function readOverdue(manager: EntityManager): Promise<Sample[]> {
  const rows = await manager.query<{ step: JobStep; overdue_s: number }[]>(
    `select step, extract(epoch from now() - min(coalesce(overdue_since, wake_at)))::float8 as overdue_s
       from jobs where wake_at <= now() group by step`,
  );
  return JOB_STEPS.map((step) =>
    sample(OVERDUE, { step }, rows.find((row) => row.step === step)?.overdue_s ?? 0),
  );
}

async function readEnded(manager: EntityManager): Promise<Sample[]> {
  const rows = await manager.query<EndedRow[]>(
    `select status as outcome, coalesce(failure_reason, 'none') as reason, coalesce(model, 'none') as model, count(*)::int as day,
            (count(*) filter (where finished_at > now() - interval '1 hour'))::int as hour
       from jobs where finished_at > now() - interval '1 day' group by 1, 2, 3`,
  );
  return (['1h', '1d'] as const).flatMap((window) => {
    const column = WINDOWS[window];
    const each = rows
      .filter((row) => row[column] > 0)
      .map((row) => {
        const { outcome, reason, model } = row;
        return sample(ENDED, { window, outcome, reason, model }, row[column]);
      });
    const all = (['completed', 'failed'] as const).map((outcome) => {
      const counts = rows.filter((row) => row.outcome === outcome).map((row) => row[column]);
      return sample(
        ENDED_ALL,
        { window, outcome },
        counts.reduce((sum, count) => sum + count, 0),
      );
    });
    return [...each, ...all];
  });
}

async function readParked(manager: EntityManager): Promise<Sample[]> {
  const [row] = await manager.query<{ count: number }[]>(
    `select count(*)::int as count from jobs where parked_at is not null and video_message_id is null`,
  );
  return [sample(PARKED, {}, row?.count ?? 0)];
}
