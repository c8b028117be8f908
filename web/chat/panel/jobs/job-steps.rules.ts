import type { JobRow } from '../../../../sandbox/page/protocol.js';

/** The steps of a video, in order. */
export const STEPS = ['prompt', 'create', 'generate', 'deliver'] as const;

/** A step as it is drawn: `stopped` where a job was ended on purpose. */
export interface StepView {
  step: JobRow['step'];
  state: 'done' | 'current' | 'failed' | 'stopped' | 'ahead';
}

/** Whether a video is still being made. */
export function isInFlight({ status }: Pick<JobRow, 'status'>): boolean {
  return status === 'queued' || status === 'processing';
}

/** Whether somebody ended it on purpose. */
export function isStopped({ status, failureReason }: Pick<JobRow, 'status' | 'failureReason'>): boolean {
  return status === 'failed' && (failureReason === 'cancelled' || failureReason === 'by_operator');
}

/** How far a video is, step by step. */
export function stepViews(job: Pick<JobRow, 'status' | 'step' | 'failureReason'>): StepView[] {
  const reached = STEPS.indexOf(job.step);
  return STEPS.map((step, index) => {
    if (job.status === 'completed' || index < reached) return { step, state: 'done' };
    return { step, state: index > reached ? 'ahead' : stateOfReached(job) };
  });
}

/** How many videos were ordered together, of those that are shown. */
export function countOfOrder(jobs: readonly JobRow[], { orderId, position }: JobRow): number {
  const shown = jobs.filter((job) => job.orderId === orderId);
  return Math.max(position, ...shown.map((job) => job.position));
}

/** How long a job took, or has taken until now. */
export function tookMs({ createdAt, finishedAt }: JobRow | JobRow['tasks'][number], nowMs: number): number {
  return Math.max(0, (finishedAt ? Date.parse(finishedAt) : nowMs) - Date.parse(createdAt));
}

/**
 * Which jobs stand open: of those that were never seen, the first one in flight, unless another one in flight stands open. What the
 * reader opened or closed stays so.
 */
export function withNewJobs(
  known: ReadonlyMap<string, boolean>,
  jobs: readonly JobRow[],
): ReadonlyMap<string, boolean> {
  const unseen = jobs.filter(({ id }) => !known.has(id));
  if (unseen.length === 0) return known;
  const isOneOpen = jobs.some((job) => isInFlight(job) && known.get(job.id));
  const first = isOneOpen ? undefined : jobs.find((job) => isInFlight(job) && !known.has(job.id));
  return new Map([...known, ...unseen.map((job) => [job.id, job === first] as const)]);
}

function stateOfReached(job: Pick<JobRow, 'status' | 'failureReason'>): StepView['state'] {
  if (job.status !== 'failed') return 'current';
  return isStopped(job) ? 'stopped' : 'failed';
}
