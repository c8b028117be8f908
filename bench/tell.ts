import { describeAim, isReached, medianOf, type Figure, type Measurement } from './measurement.js';

/** A bench that was run. */
export interface Measured {
  name: string;
  measurement: Measurement;
  tookMs: number;
}

/** A figure as it is kept and printed. */
export interface FigureRecord {
  name: string;
  unit: string;
  median: number;
  least: number;
  most: number;
  rounds: number;
  aim: string;
  isReached: boolean;
}

/** The figure without its single values. */
export function recordOf(figure: Figure): FigureRecord {
  const { name, unit, values, aim } = figure;
  return {
    ...{ name, unit, median: digits(medianOf(values)) },
    ...{ least: digits(Math.min(...values)), most: digits(Math.max(...values)), rounds: values.length },
    ...{ aim: describeAim(aim), isReached: isReached(figure) },
  };
}

/** The figures for people to read, one a line. */
export function formatMeasurement({ figures, notes = [] }: Measurement): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const lines = figures.map((figure) => {
    const { name, unit, median, least, most, rounds, aim, isReached: isIt } = recordOf(figure);
    const spread = rounds > 1 ? ` (${least} to ${most})` : '';
    return `   ${name.padEnd(width)}  ${median} ${unit}${spread}${aim ? `  ${isIt ? 'PASS' : 'FAIL'}: ${aim}` : ''}`;
  });
  return [...lines, ...notes.map((note) => `   ${note}`)].join('\n');
}

/** Everything, by the name of the bench; the JSON of a run. */
export function jsonOf(measured: readonly Measured[]) {
  return Object.fromEntries(
    measured.map(({ name, measurement, tookMs }) => [
      name,
      {
        figures: measurement.figures.map(recordOf),
        notes: measurement.notes ?? [],
        tookS: Math.round(tookMs / 1_000),
      },
    ]),
  );
}

/** Four digits that count. */
function digits(value: number): number {
  return Number(value.toPrecision(4));
}
