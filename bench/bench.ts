import { withEndings } from '../sandbox/endings.js';
import { explain } from '../sandbox/errors.js';
import { endedBySignal } from '../sandbox/first-signal.js';
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
  const signal = endedBySignal();
  const wanted = BENCHES.filter(({ name }) => options.only?.includes(name) ?? true);
  // Of what runs, whatever is committed or written meanwhile.
  const provenance = await readProvenance();
  const measured: Measured[] = [];
  const failed: string[] = [];
  for (const bench of wanted) {
    console.log(`== ${bench.name}: ${bench.what}`);
    const startedAtMs = performance.now();
    const measurement = await measure(bench, options.rounds, signal);
    if (!measurement?.figures.every(isReached)) failed.push(bench.name);
    if (!measurement) continue;
    const one = { name: bench.name, measurement, tookMs: performance.now() - startedAtMs };
    measured.push(one);
    console.log(formatMeasurement(measurement));
    // At once: the next one may be broken off by hand.
    if (options.isWritten) await writeBenchmarks([one], provenance);
  }
  const ok = failed.length === 0;
  console.log(ok ? 'PASS: every aim was reached' : `FAIL: ${failed.join(', ')}`);
  if (options.json) console.log(JSON.stringify({ ok, ...provenance, failed, benches: jsonOf(measured) }));
  return ok;
}

/** Null for a bench that could not be measured; the next one begins all the same. */
async function measure(bench: Bench, rounds: number, signal: Promise<never>): Promise<Measurement | null> {
  const tell = (line: string) => console.log(`   ${line}`);
  try {
    return await withEndings((ending) => Promise.race([bench.run({ rounds, tell, ending }), signal]));
  } catch (error) {
    await Promise.race([signal, Promise.resolve()]);
    console.log('   FAIL: it could not be measured:', explain(error));
    return null;
  }
}
