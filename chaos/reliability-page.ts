import { mkdir, writeFile } from 'node:fs/promises';
import { readRecord, tableOf, writeFormatted, writeSection } from '../bench/report/document.js';
import type { Provenance } from '../bench/report/machine.js';
import { drawPlot } from '../bench/report/plot.js';
import type { FigureValue, Profile, Queues } from './experiment.js';
import { EXPERIMENTS } from './experiments.js';
import { formatFigure, type Played } from './tell.js';

const PAGE = 'docs/reliability.md';
const RECORD = 'docs/figures/chaos.json';
const IMAGES = 'docs/images';

/** What a run was. */
export interface RunAbout extends Provenance {
  profile: Profile;
  seed: number;
  queues: Queues;
}

/** The last figures of one experiment. */
export interface ExperimentRecord extends RunAbout {
  figures: Readonly<Record<string, FigureValue>>;
  /** How many promises were broken. */
  broken: number;
  tookS: number;
  /** Names of its plots and what they show. */
  plots: { name: string; title: string }[];
}

/** Keeps the figures of these experiments, draws their plots, and writes the page anew: those that were not done stand as they were. */
export async function writeReliability(played: readonly Played[], about: RunAbout): Promise<void> {
  const kept = await readRecord<ExperimentRecord>(RECORD);
  await mkdir(IMAGES, { recursive: true });
  for (const { name, outcome, tookMs } of played) {
    const plots = outcome.plots ?? [];
    for (const plot of plots) await writeFile(`${IMAGES}/${plot.name}.svg`, drawPlot(plot));
    kept[name] = {
      ...about,
      figures: outcome.figures,
      broken: outcome.broken.length,
      tookS: Math.round(tookMs / 1_000),
      plots: plots.map(({ name: plot, title }) => ({ name: plot, title })),
    };
  }
  await writeFormatted(RECORD, JSON.stringify(kept));
  await writeSection(PAGE, 'experiments', formatExperiments(kept));
}

/** The figures of all experiments as Markdown, in the order in which they are done. */
export function formatExperiments(kept: Readonly<Record<string, ExperimentRecord>>): string {
  return EXPERIMENTS.flatMap(({ name, what }) => {
    const record = kept[name];
    return record ? [formatExperiment(name, what, record)] : [];
  }).join('\n\n');
}

function formatExperiment(name: string, what: string, record: ExperimentRecord): string {
  const rows = Object.entries(record.figures).map(([figure, value]) => [figure, formatFigure(value)]);
  const command = `npm run chaos -- --profile ${record.profile} --seed ${record.seed} --only ${name} --queues ${record.queues}`;
  const verdict = record.broken === 0 ? 'every promise was kept' : `**${record.broken} promises broken**`;
  return [
    `### ${name}`,
    `${what[0]?.toUpperCase()}${what.slice(1)}: ${verdict}.`,
    tableOf(['figure', ''], rows),
    ...record.plots.map((plot) => `![${plot.title}](images/${plot.name}.svg)`),
    `\`${command}\` · commit ${record.commit} · ${record.date} · ${record.machine} · ${record.tookS} s`,
  ].join('\n\n');
}
