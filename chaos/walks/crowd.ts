import { setTimeout as pause } from 'node:timers/promises';
import { drawing } from '../../sandbox/drawing.js';
import { Chats } from './chats.js';
import { PACE } from './environment.js';
import { settle } from '../system/open.js';
import type { Havoc } from './havoc.js';
import { makePhotos } from './material.js';
import type { WalkOptions } from './options.js';
import { isEnough, type Town } from './town.js';
import { Visits } from './visits.js';
import { walk } from './walk.js';
import { Walker } from './walker.js';

const SETTLING_MS_MAX = 90_000;
const PROGRESS_MS = 10_000;
/** Long enough to be met under way, and short enough to be seen ready on the same walk. */
const VIDEO_TRUE_MS = { min: 20_000, max: 90_000 };

/** A place to walk in, where nobody is yet. */
export async function foundTown(
  { steps }: Pick<WalkOptions, 'steps'>,
  { world, db, updates }: Pick<Town, 'world' | 'db' | 'updates'>,
): Promise<Town> {
  const visits = new Visits();
  world.kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  return {
    ...{ world, db, updates, visits, chats: new Chats(world.telegram, visits) },
    photos: await makePhotos(),
    ...{
      steps: 0,
      stepsWanted: steps,
      people: [],
      taps: [],
      foreignButtons: [],
      isOutage: false,
      alone: null,
      lost: [],
    },
    counts: { reordered: 0, doubled: 0, forged: 0, paid: 0, blocked: 0, banned: 0 },
  };
}

/** How many people walk, and what is drawn for them. */
export interface CrowdOptions {
  seed: number;
  /** How many walk at the same time. */
  people: number;
  /** So many steps belong together: a seed of their own is drawn for them, and whoever makes them. Each person has one of their own otherwise. */
  storySteps?: number;
  /** A process dies or is stopped about every so many steps; 1,200 unless told. */
  stepsPerRestart?: number;
}

/** People come, walk and go, always so many at the same time, until there were steps enough; things go wrong meanwhile. */
export async function walkAll(options: CrowdOptions, town: Town, havoc: Havoc): Promise<void> {
  const progress = setInterval(() => {
    console.log(`   ${town.steps} of ${town.stepsWanted} steps, ${town.people.length} people`);
  }, PROGRESS_MS);
  const wrong = havoc.run();
  const draws = drawsOf(options, town);
  const lane = async (): Promise<void> => {
    while (!isEnough(town)) await draws();
  };
  try {
    await Promise.race([
      Promise.all(Array.from({ length: options.people }, lane)),
      wrong.then(() => new Promise(() => {})),
    ]);
    havoc.end();
    await wrong;
  } finally {
    clearInterval(progress);
  }
}

/** Plays the next story, or lets the next person walk. */
function drawsOf({ seed, storySteps = 0 }: CrowdOptions, town: Town): () => Promise<void> {
  let stories = 0;
  return async () => {
    stories += 1;
    const draw = drawing(seed, stories);
    let steps = 0;
    do {
      const walker = new Walker(town, draw);
      await walk(walker);
      steps += walker.steps;
    } while (steps < storySteps && !isEnough(town));
  };
}

/** Everybody asks for the menu once more, calmly. */
export async function askForMenus({ people }: Town): Promise<void> {
  await pause(PACE.windowMs);
  await Promise.all(people.map((walker) => walker.say('/menu')));
}

/** The weather ends, and everything under way comes to its end. Returns what does not in time. */
export function settleTown(town: Town): Promise<string[]> {
  town.world.telegram.clearFaults();
  return settle(town, { timeoutMs: SETTLING_MS_MAX });
}
