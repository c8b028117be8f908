import type { KieRefusal } from '../kie/index.js';
import type { Report } from './job-lifecycle.types.js';
import type { KieTask } from './kie-task.entity.js';
import type { TaskOutcome } from './kie-tasks.repository.js';

/** What a job's earlier tasks say about what is left to try. */
export type TriedTask = Pick<KieTask, 'state' | 'model' | 'keyFingerprint' | 'errorDetails'>;

/** What is left to try, as `VideoModels.means` says. */
interface Alternatives {
  choose(tasks: readonly TriedTask[]): unknown;
}

/** A refusal as the lifecycle sees it. */
export function refusalReport<K extends 'task_refused' | 'task_failed'>(
  kind: K,
  refusal: KieRefusal,
  tasks: readonly TriedTask[],
  means: Alternatives,
): Extract<Report, { kind: K }> {
  const report = {
    kind,
    action: refusal.action,
    reason: refusal.reason,
    errorClass: refusal.class,
    alternativesLeft: alternativesLeft(refusal, tasks, means),
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  };
  return report as Extract<Report, { kind: K }>;
}

/** The refusal as the task's row keeps it: the whole answer, and what we made of it. */
export function refusedOutcome(refusal: KieRefusal): Omit<TaskOutcome, 'state'> {
  const { action, reason, code, text, raw } = refusal;
  return {
    errorClass: refusal.class,
    errorCode: code === null ? null : String(code),
    errorText: text,
    errorDetails: { action, reason, code, text, raw },
  };
}

/** A request of ours that KIE would refuse: nobody's fault but ours, and the same again fails again. */
export function ownRefusal(text: string): KieRefusal {
  const raw = { httpStatus: null, body: text };
  return { class: 'unknown', reason: 'unknown', action: 'fail', code: null, text, raw };
}

function alternativesLeft(refusal: KieRefusal, tasks: readonly TriedTask[], means: Alternatives): boolean {
  if (refusal.action !== 'new_upload') return means.choose(tasks) !== null;
  // The one new upload is spent when an earlier task of this job asked for it too.
  const asked = tasks.filter(
    (task) => (task.errorDetails as { action?: string } | null)?.action === 'new_upload',
  );
  return asked.length <= 1;
}
