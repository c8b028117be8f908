import { drawing } from '../../sandbox/drawing.js';
import { askForMenus, settleTown, walkAll, type CrowdOptions } from './crowd.js';
import { readFacts, type WalkFacts } from './facts.js';
import { Havoc } from './havoc.js';
import type { RestartingProcesses } from './processes.js';
import { figuresOf, type Figures } from './report.js';
import type { Town } from './town.js';
import { findBroken } from './verdict.js';

/** Streams of the drawing besides people's own. */
const HAVOC_STREAM = 0;
const STEPS_PER_RESTART = 1_200;

/** What came of a walk. */
export interface PlayedWalk {
  facts: WalkFacts;
  figures: Figures;
  /** What was promised and is not so, a sentence each. */
  broken: string[];
}

/** People walk through the town until they have made steps enough; then everything settles, and is looked at. */
export async function playWalk(
  options: CrowdOptions,
  town: Town,
  processes: RestartingProcesses,
): Promise<PlayedWalk> {
  const startedAtMs = performance.now();
  const { seed, stepsPerRestart = STEPS_PER_RESTART } = options;
  const havoc = new Havoc(town, processes, { stepsPerRestart, draw: drawing(seed, HAVOC_STREAM) });
  await walkAll(options, town, havoc);
  const walkedAtMs = performance.now();
  await settleTown(town);
  const settledAtMs = performance.now();
  await askForMenus(town);
  const open = await settleTown(town);
  const { logFiles } = processes;
  const facts = await readFacts(town, { logFiles, weathers: [...havoc.weathers.keys()], open });
  const figures = figuresOf({
    ...{ facts, counts: town.counts, people: town.people.length, restarts: processes },
    ...{ weathers: havoc.weathers, settledMs: settledAtMs - walkedAtMs, tookMs: settledAtMs - startedAtMs },
  });
  return { facts, figures, broken: findBroken(facts) };
}
