import { readProvenance, type Provenance } from '../bench/report/machine.js';
import { UsageError } from '../sandbox/arguments.js';
import { withEndings } from '../sandbox/endings.js';
import { SandboxError } from '../sandbox/errors.js';
import { firstSignal } from '../sandbox/first-signal.js';
import { startEmbeddedPostgres } from '../sandbox/postgres/index.js';
import { runProgram } from '../sandbox/program.js';
import { isDirty, listMutants, MutantClone } from './mutants/clones.js';
import { readOptions, USAGE, type MutantOptions } from './mutants/options.js';
import { jsonOf, writeMutants } from './mutants/page.js';
import type { Mutant } from './mutants/patch-header.js';
import { runBaseline, tryMutant, type Trial, type TrialMeans } from './mutants/trials.js';
import { describeKiller } from './mutants/verdict.js';

await runProgram({ readOptions, usage: USAGE, run });

/** Tries the mutants that were asked for. Returns whether all of them were killed. */
async function run(options: MutantOptions): Promise<boolean> {
  if (await isDirty()) console.log('Files are not committed: the clones do not have them.');
  const stopping = new AbortController();
  void firstSignal().then((name) => stopping.abort(new SandboxError(`Ended by ${name}.`)));
  const startedAtMs = performance.now();
  // Of what is cloned now, whatever is committed meanwhile.
  const provenance = await readProvenance();
  return withEndings(async (ending) => {
    const postgres = await startEmbeddedPostgres({ ephemeral: true, settings: { max_connections: '300' } });
    ending(() => postgres.stop());
    const clones: MutantClone[] = [];
    for (let count = 0; count < options.jobs; count++) {
      const clone = await MutantClone.make();
      ending(() => clone.remove());
      clones.push(clone);
    }
    const trials = await tryAll(clones, options, { databaseUrl: postgres.url, stopping });
    const tookS = Math.round((performance.now() - startedAtMs) / 1_000);
    return tell(trials, options, { provenance, tookS });
  });
}

async function tryAll(
  clones: readonly MutantClone[],
  { only }: MutantOptions,
  { databaseUrl, stopping }: { databaseUrl: string; stopping: AbortController },
): Promise<Trial[]> {
  const means: TrialMeans = { databaseUrl, signal: stopping.signal };
  const [first] = clones as [MutantClone];
  const mutants = choose(await listMutants(first.root), only);
  console.log(`== ${mutants.length} mutants; first their specs, as they are`);
  await runBaseline(first, mutants, means);
  const waiting = [...mutants];
  const trials: Trial[] = [];
  const work = async (clone: MutantClone) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const trial = await tryMutant(clone, next, means);
      trials.push(trial);
      console.log(formatTrial(trial));
    }
  };
  const lanes = clones.map(work);
  try {
    await Promise.all(lanes);
  } catch (error) {
    // What the others run would outlive its clone, and this process.
    stopping.abort(error);
    await Promise.allSettled(lanes);
    throw error;
  }
  return trials.sort((a, b) => mutants.indexOf(a.mutant) - mutants.indexOf(b.mutant));
}

/** @throws UsageError for a name that no mutant has. */
function choose(mutants: readonly Mutant[], only: readonly string[] | null): Mutant[] {
  const unknown = only?.filter((name) => !mutants.some((mutant) => mutant.name === name)) ?? [];
  if (unknown.length > 0) throw new UsageError(`There is no mutant ${unknown.join(', ')} in chaos/mutants.`);
  return mutants.filter(({ name }) => only?.includes(name) ?? true);
}

async function tell(
  trials: readonly Trial[],
  options: MutantOptions,
  { provenance, tookS }: { provenance: Provenance; tookS: number },
): Promise<boolean> {
  const living = trials.filter(({ fate }) => fate.kind === 'lives');
  const ok = living.length === 0;
  for (const { mutant, fate } of living)
    if (fate.kind === 'lives') console.log(`LIVES ${mutant.name}: ${fate.why}`);
  console.log(
    `${ok ? 'PASS' : 'FAIL'}: ${trials.length - living.length} of ${trials.length} killed, ${tookS} s`,
  );
  if (options.isWritten) await writeMutants(trials, provenance, tookS);
  if (options.json) console.log(JSON.stringify({ ok, ...provenance, tookS, mutants: jsonOf(trials) }));
  return ok;
}

function formatTrial({ mutant: { name, killer }, fate, tookMs }: Trial): string {
  const took = `${(tookMs / 1_000).toFixed(1)} s`;
  return fate.kind === 'killed'
    ? `   killed  ${name} (${took}): ${fate.by}`
    : `   LIVES   ${name} (${took}): ${describeKiller(killer)}: ${fate.why}`;
}
