import { join } from 'node:path';
import { drawing } from '../sandbox/drawing.js';
import { withEndings } from '../sandbox/endings.js';
import { explain } from '../sandbox/errors.js';
import { endedBySignal } from '../sandbox/first-signal.js';
import { runProgram } from '../sandbox/program.js';
import { hasRedisServer } from '../sandbox/redis/index.js';
import { readProvenance } from '../bench/report/machine.js';
import type { Experiment, ExperimentContext, Outcome, Queues } from './experiment.js';
import { EXPERIMENTS } from './experiments.js';
import { readOptions, USAGE, type ChaosOptions } from './options.js';
import { writeReliability } from './reliability-page.js';
import { formatOutcome, formatVerdict, type Played } from './tell.js';

/** Streams of one experiment; those of the next one begin behind them. */
const STREAMS_MAX = 100_000;

const names = EXPERIMENTS.map(({ name }) => name);

await runProgram({ readOptions: (args) => readOptions(args, names), usage: USAGE, run });

/** Does what was asked for. Returns whether all promises were kept. */
async function run(options: ChaosOptions): Promise<boolean> {
  const signal = endedBySignal();
  const queues = options.queues ?? (hasRedisServer() ? 'redis' : 'postgres');
  const { profile, seed } = options;
  // Of what runs, whatever is committed or written meanwhile.
  const about = { ...(await readProvenance()), profile, seed, queues };
  console.log(`Profile ${profile}, seed ${seed}, queues in ${queues === 'redis' ? 'Redis' : 'PostgreSQL'}`);
  const played: Played[] = [];
  const left = EXPERIMENTS.filter(({ name }) => options.only?.includes(name) ?? true);
  let written = Promise.resolve();
  const lane = async (): Promise<void> => {
    for (let experiment = left.shift(); experiment; experiment = left.shift()) {
      console.log(`== ${experiment.name}: ${experiment.what}`);
      const startedAtMs = performance.now();
      const outcome = await play(experiment, { ...options, queues, signal });
      const one = { name: experiment.name, outcome, tookMs: performance.now() - startedAtMs };
      played.push(one);
      console.log(`${experiment.name}:\n${formatOutcome(outcome, one.tookMs)}`);
      // At once, for the next one may be broken off by hand; and one after the other, for there is one page.
      if (options.isWritten) written = written.then(() => writeReliability([one], about));
      await written;
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, lane));
  const isKept = played.every(({ outcome }) => outcome.broken.length === 0);
  console.log(formatVerdict(played));
  if (options.json) {
    const experiments = Object.fromEntries(
      played.map(({ name, outcome: { figures, broken }, tookMs }) => [
        name,
        { figures, broken, tookS: Math.round(tookMs / 1_000) },
      ]),
    );
    console.log(JSON.stringify({ ok: isKept, ...about, experiments }));
  }
  return isKept;
}

/** An experiment that breaks off has broken its promise, and the next one begins. */
async function play(
  experiment: Experiment,
  options: ChaosOptions & { queues: Queues; signal: Promise<never> },
): Promise<Outcome> {
  const { signal, queues, profile, seed, logFolder } = options;
  const first = (names.indexOf(experiment.name) + 1) * STREAMS_MAX;
  let died: (error: unknown) => void = () => undefined;
  const death = new Promise<never>((_resolve, reject) => (died = reject));
  death.catch(() => undefined);
  const common: Omit<ExperimentContext, 'ending'> = {
    ...{ profile, seed, queues, logFolder: logFolder && join(logFolder, experiment.name) },
    stage: (part) => withEndings((ending) => part({ ending })),
    draw: (stream) => drawing(seed, first + stream),
    tell: (line) => console.log(`   ${experiment.name}: ${line}`),
    guard: (one) => void one.catch(died),
  };
  try {
    return await withEndings((ending) =>
      Promise.race([experiment.run({ ...common, ending }), signal, death]),
    );
  } catch (error) {
    await Promise.race([signal, Promise.resolve()]);
    return { figures: {}, broken: [`broken off: ${String(explain(error))}`] };
  }
}
