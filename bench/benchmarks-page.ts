import { writeFile, mkdir } from 'node:fs/promises';
import { readRecord, tableOf, writeFormatted, writeSection } from './report/document.js';
import type { Provenance } from './report/machine.js';
import { drawPlot } from './report/plot.js';
import { BENCHES } from './benches.js';
import { jsonOf, type FigureRecord, type Measured } from './tell.js';

const PAGE = 'docs/benchmarks.md';
const RECORD = 'docs/figures/benchmarks.json';
const IMAGES = 'docs/images';

/** The last figures of one bench. */
export interface BenchRecord extends Provenance {
  figures: FigureRecord[];
  notes: readonly string[];
  tookS: number;
  /** Names of its plots and what they show. */
  plots: { name: string; title: string }[];
}

/** Keeps the figures of these benches, draws their plots, and writes the page anew: those that were not run stand as they were. */
export async function writeBenchmarks(measured: readonly Measured[], provenance: Provenance): Promise<void> {
  const kept = await readRecord<BenchRecord>(RECORD);
  const json = jsonOf(measured);
  await mkdir(IMAGES, { recursive: true });
  for (const { name, measurement } of measured) {
    const plots = measurement.plots ?? [];
    for (const plot of plots) await writeFile(`${IMAGES}/${plot.name}.svg`, drawPlot(plot));
    const told = json[name];
    if (told)
      kept[name] = { ...provenance, ...told, plots: plots.map(({ name, title }) => ({ name, title })) };
  }
  await writeFormatted(RECORD, JSON.stringify(kept));
  await writeSection(PAGE, 'figures', formatBenchmarks(kept));
}

/** The figures of all benches as Markdown, in the order in which they run. */
export function formatBenchmarks(kept: Readonly<Record<string, BenchRecord>>): string {
  return BENCHES.flatMap(({ name, what }) => {
    const record = kept[name];
    return record ? [formatBench(name, what, record)] : [];
  }).join('\n\n');
}

function formatBench(name: string, what: string, record: BenchRecord): string {
  const rows = record.figures.map((figure) => [
    figure.name,
    `${thousands(figure.median)} ${figure.unit}`,
    figure.rounds > 1 ? `${thousands(figure.least)} to ${thousands(figure.most)}` : '',
    figure.aim === '' ? '' : `${figure.aim}: ${figure.isReached ? 'reached' : '**missed**'}`,
  ]);
  const command = `npm run bench -- --only ${name}`;
  const from = `\`${command}\` · commit ${record.commit} · ${record.date} · ${record.machine} · ${record.tookS} s`;
  return [
    `### ${name}`,
    `${what}`,
    tableOf(['figure', 'median', 'least to most', 'aim'], rows),
    ...record.notes.map((note) => `- ${note}`),
    ...record.plots.map((plot) => `![${plot.title}](images/${plot.name}.svg)`),
    from,
  ].join('\n\n');
}

function thousands(value: number): string {
  return value >= 10_000 ? Math.round(value).toLocaleString('en') : String(value);
}
