import { SandboxError } from '../../sandbox/errors.js';
import type { MutantClone } from './clones.js';
import type { Mutant } from './patch-header.js';
import { runSpecs } from './spec-run.js';
import { findUnfit, judge, type Fate } from './verdict.js';

/** What a trial needs besides its clone. */
export interface TrialMeans {
  databaseUrl: string;
  signal: AbortSignal;
}

/** A mutant that was tried. */
export interface Trial {
  mutant: Mutant;
  fate: Fate;
  tookMs: number;
}

/** Of all specs together, unmutated. */
const BASELINE_MS_MAX = 600_000;
const TRIAL_MS_MAX = 120_000;

/** Runs all named specs as they are. @throws SandboxError naming what is not green: nothing could be told from it. */
export async function runBaseline(
  { root }: MutantClone,
  mutants: readonly Mutant[],
  means: TrialMeans,
): Promise<void> {
  const specs = [...new Set(mutants.map(({ killer }) => killer.spec))];
  const named = mutants.flatMap(({ killer: { test } }) => test ?? []);
  // Where one names any test of its file, all tests are asked for.
  const tests = named.length === mutants.length ? [...new Set(named)] : [];
  const run = await runSpecs({ ...means, root, specs, tests, endsEarly: false, limitMs: BASELINE_MS_MAX });
  if (run.kind === 'too_long')
    throw new SandboxError(`The specs were not over after ${run.limitMs / 1_000} s.`);
  if (run.kind === 'no_report') throw new SandboxError(`The specs did not run: ${run.output}`);
  const unfit = findUnfit(mutants, run.report, root);
  if (unfit.length === 0) return;
  throw new SandboxError(['Before anything was broken:', ...unfit].join('\n   '));
}

/** Tries one mutant; the clone is as it was before. */
export async function tryMutant(clone: MutantClone, mutant: Mutant, means: TrialMeans): Promise<Trial> {
  const startedAtMs = performance.now();
  const { spec, test } = mutant.killer;
  try {
    await clone.apply(mutant);
    const request = {
      root: clone.root,
      specs: [spec],
      tests: test === null ? [] : [test],
      endsEarly: true,
      limitMs: TRIAL_MS_MAX,
    };
    const fate = judge(await runSpecs({ ...means, ...request }));
    return { mutant, fate, tookMs: performance.now() - startedAtMs };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return { mutant, fate: { kind: 'lives', why: error.message }, tookMs: performance.now() - startedAtMs };
  } finally {
    await clone.restore();
  }
}
