import { readRecord, tableOf, writeFormatted, writeSection } from '../../bench/report/document.js';
import type { Provenance } from '../../bench/report/machine.js';
import type { Trial } from './trials.js';
import { describeKiller } from './verdict.js';

const PAGE = 'docs/reliability.md';
const RECORD = 'docs/figures/mutants.json';
const COMMAND = 'npm run chaos:mutants -- --write';

/** A run as JSON: who was killed by what. */
export function jsonOf(trials: readonly Trial[]) {
  return trials.map(({ mutant: { name, guard, breaks, killer }, fate, tookMs }) => ({
    ...{ name, guard, breaks, run: describeKiller(killer), fate: fate.kind },
    ...(fate.kind === 'killed' ? { killedBy: fate.by } : { why: fate.why }),
    tookMs: Math.round(tookMs),
  }));
}

/** Writes the table of all mutants into docs/reliability.md, and the same as JSON. */
export async function writeMutants(
  trials: readonly Trial[],
  provenance: Provenance,
  tookS: number,
): Promise<void> {
  const record = { ...(await readRecord(RECORD)), ...provenance, tookS, mutants: jsonOf(trials) };
  await writeFormatted(RECORD, JSON.stringify(record));
  await writeSection(PAGE, 'mutants', formatMutants(trials, provenance, tookS));
}

/** The table of a run as Markdown, by the names of the mutants. */
export function formatMutants(trials: readonly Trial[], provenance: Provenance, tookS: number): string {
  const { commit, date, machine } = provenance;
  const killed = trials.filter(({ fate }) => fate.kind === 'killed').length;
  const rows = trials.map(({ mutant: { name, guard, breaks, killer }, fate }) => [
    guard,
    `[${plain(breaks)}](../chaos/mutants/${name}.patch)`,
    fate.kind === 'killed' ? `[${plain(fate.by)}](../${killer.spec})` : `**lives**: ${plain(fate.why)}`,
  ]);
  return [
    `${killed} of ${trials.length} killed.`,
    tableOf(['guard', 'broken by', 'killed by'], rows),
    `\`${COMMAND}\` · commit ${commit} · ${date} · ${machine} · ${tookS} s`,
  ].join('\n\n');
}

/** Text that Markdown takes as it is. */
function plain(text: string): string {
  return text.replaceAll(/[\\[\]<>*_`]/g, '\\$&').replaceAll(/\s+/g, ' ');
}
