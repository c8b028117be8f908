import type { KieModel, ModelChoice } from '../kie/index.js';
import type { TriedTask } from './kie-reports.rules.js';
import type { OfferedModel } from './order.types.js';

/** What was agreed with the person about a job's video. */
export interface AgreedVideo {
  /** The slug of the chosen model; absent where none was chosen. */
  model?: string | null;
  /** What the person was charged for it. */
  credits: number;
}

/** After so many failures of one job with a model, the next one has its turn. */
const MODEL_FAILURES_MAX = 2;

/**
 * The models that a job may be made with, best first: the chosen one (the first of those offered where none was chosen),
 * then whatever is configured and never costs the person more than they were charged. Empty when the chosen one is gone
 * from the catalogue and all others cost more.
 */
export function modelsForJob(
  { model, credits }: AgreedVideo,
  choice: ModelChoice,
  catalogue: readonly KieModel[],
): KieModel[] {
  const chosen = model
    ? catalogue.find(({ id, status }) => id === model && status === 'active')
    : choice.offered[0];
  const fallbacks = choice.models.filter(({ creditsPerVideo }) => creditsPerVideo <= credits);
  return [...new Set([...(chosen ? [chosen] : []), ...fallbacks])];
}

/** The model for a job's next task, given those that it had so far; undefined when none is left. */
export function nextModel(models: readonly KieModel[], tasks: readonly TriedTask[]): KieModel | undefined {
  const spent = refusedBy(tasks, 'next_model').map((task) => task.model);
  // An upload or a connection that failed says nothing about the model.
  const failed = refusedBy(tasks, 'retry').filter(({ state }) => state === 'failed');
  const failures = (id: string) => failed.filter((task) => task.model === id).length;
  const left = models.filter(({ id }) => !spent.includes(id));
  return left.find(({ id }) => failures(id) < MODEL_FAILURES_MAX) ?? left[0];
}

/** The tasks that were refused with this verdict. */
export function refusedBy(tasks: readonly TriedTask[], action: string): TriedTask[] {
  return tasks.filter((task) => (task.errorDetails as { action?: string } | null)?.action === action);
}

/**
 * What is left on offer while models are set aside: one of those only as long as another of its price stands in for it, since nobody
 * should pay for a dear model and get a cheap one. Everything, where nothing would be left.
 */
export function offersLeft(
  choice: ModelChoice,
  setAside: ReadonlySet<string>,
  catalogue: readonly KieModel[],
): readonly KieModel[] {
  const left = choice.offered.filter(({ id, creditsPerVideo: credits }) =>
    modelsForJob({ model: id, credits }, choice, catalogue).some(
      (model) => !setAside.has(model.id) && model.creditsPerVideo === credits,
    ),
  );
  return left.length > 0 ? left : choice.offered;
}

/** Offered models as people see them. */
export function offersOf(offered: readonly KieModel[]): OfferedModel[] {
  return offered.map(({ id, title, creditsPerVideo, durationS }) => ({
    id,
    title,
    creditsPerVideo,
    durationS,
  }));
}
