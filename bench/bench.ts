import { withEndings } from '../sandbox/endings.js';
import { SandboxError } from '../sandbox/errors.js';
import { firstSignal } from '../sandbox/first-signal.js';
import { runProgram } from '../sandbox/program.js';
import { BENCHES } from './benches.js';
import { writeBenchmarks } from './benchmarks-page.js';
import { isReached, type Bench, type Measurement } from './measurement.js';
import { readOptions, USAGE, type BenchOptions } from './options.js';
import { readProvenance } from './report/machine.js';
import { formatMeasurement, jsonOf, type Measured } from './tell.js';

const names = BENCHES.map(({ name }) => name);

await runProgram({ readOptions: (args) => readOptions(args, names), usage: USAGE, run });

/** Runs what was asked for, one after the other. Returns whether every aim was reached. */
async function run(options: BenchOptions): Promise<boolean> {
  const signal = firstSignal().then((name) => {
    throw new SandboxError(`Ended by ${name}.`);
  });
  signal.catch(() => undefined);
  const wanted = BENCHES.filter(({ name }) => options.only?.includes(name) ?? true);
  const measured: Measured[] = [];
  for (const bench of wanted) {
    console.log(`== ${bench.name}: ${bench.what}`);
    const startedAtMs = performance.now();
    const measurement = await measure(bench, options.rounds, signal);
    measured.push({ name: bench.name, measurement, tookMs: performance.now() - startedAtMs });
    console.log(formatMeasurement(measurement));
  }
  const provenance = await readProvenance();
  if (options.isWritten) await writeBenchmarks(measured, provenance);
  const ok = measured.every(({ measurement }) => measurement.figures.every(isReached));
  if (options.json) console.log(JSON.stringify({ ok, ...provenance, benches: jsonOf(measured) }));
  return ok;
}

function measure(bench: Bench, rounds: number, signal: Promise<never>): Promise<Measurement> {
  const tell = (line: string) => console.log(`   ${line}`);
  return withEndings((ending) => Promise.race([bench.run({ rounds, tell, ending }), signal]));
}
