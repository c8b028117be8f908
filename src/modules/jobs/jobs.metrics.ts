import { defineCounter, defineHistogram, VIDEO_BUCKETS_S, type Metrics } from '../../platform/index.js';
import type { Decision } from './job-lifecycle.types.js';
import type { Job } from './job.entity.js';

export const STEP_SECONDS = defineHistogram({
  name: 'neurocards_job_step_duration_seconds',
  help: 'What the steps of videos took: writing the prompt, the call that makes a task, the task at KIE until we knew its end, one send.',
  labels: { step: ['prompt', 'create', 'generate', 'deliver'], outcome: ['done', 'failed'] },
  buckets: VIDEO_BUCKETS_S,
});

const JOB_SECONDS = defineHistogram({
  name: 'neurocards_job_duration_seconds',
  help: 'Jobs that ended, from the order to the end as the person saw it.',
  labels: { outcome: ['completed', 'failed'] },
  buckets: [...VIDEO_BUCKETS_S, 3600, 7200],
});

const JOBS_STARTED = defineCounter({
  name: 'neurocards_jobs_started_total',
  help: 'Videos that were ordered.',
  labels: {},
});

const JOBS_ENDED = defineCounter({
  name: 'neurocards_jobs_ended_total',
  help: 'Jobs that ended, by outcome, by why they failed (none: they did not), and by model (none: no task was made).',
  labels: { outcome: ['completed', 'failed'], reason: 'any', model: 'any' },
});

const LATE_VIDEOS = defineCounter({
  name: 'neurocards_late_videos_total',
  help: 'Videos that came after their job had failed and were given as a present.',
  labels: {},
});

/** Counts what a committed decision ended. */
export function countDecision(metrics: Metrics, decision: Decision, job: Job): void {
  if (decision.kind === 'present') metrics.count(LATE_VIDEOS, {});
  if (decision.kind !== 'complete' && decision.kind !== 'fail') return;
  const outcome = decision.kind === 'complete' ? 'completed' : 'failed';
  const reason = decision.kind === 'fail' ? decision.reason : 'none';
  metrics.count(JOBS_ENDED, { outcome, reason, model: job.model ?? 'none' });
  const endedAtMs = job.finishedAt?.getTime() ?? Date.now();
  metrics.observe(JOB_SECONDS, { outcome }, Math.max(0, endedAtMs - job.createdAt.getTime()) / 1000);
}

/** Counts an order that was committed. */
export function countOrder(metrics: Metrics, videos: number): void {
  metrics.count(JOBS_STARTED, {}, videos);
}
