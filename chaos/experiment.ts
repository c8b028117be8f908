import type { Plot } from '../bench/report/plot.js';

/** How much of an experiment is done: what every change must pass, or what is published. */
export type Profile = 'ci' | 'full';

/** Where the queues live. */
export type Queues = 'postgres' | 'redis';

/** A figure of an experiment: a count, seconds, words, or a few of them by name. */
export type FigureValue = number | string | Readonly<Record<string, number>>;

/** What came of an experiment. */
export interface Outcome {
  /** By name in words: `kills`, `jobs completed`. */
  figures: Readonly<Record<string, FigureValue>>;
  /** What was promised and is not so, a sentence each; none: every promise was kept. */
  broken: readonly string[];
  plots?: readonly Plot[];
}

/** What an experiment is given. */
export interface ExperimentContext {
  profile: Profile;
  seed: number;
  queues: Queues;
  /** Where copies of the application's logs go. */
  logFolder: string | undefined;
  /** Numbers from 0 to 1 that follow from the seed, others for every stream of every experiment. */
  draw: (stream: number) => () => number;
  /** Prints a line on the way. */
  tell: (line: string) => void;
  /** What was started ends here, in the order opposite to the starts, however the experiment ends. */
  ending: (stop: () => Promise<unknown>) => void;
  /** Plays a part that starts things of its own, which end with it. */
  stage: <T>(part: (context: Pick<ExperimentContext, 'ending'>) => Promise<T>) => Promise<T>;
  /** The experiment fails when this rejects: something of it died that nobody wanted to die. */
  guard: (death: Promise<never>) => void;
}

/** One experiment of `npm run chaos`: something is broken again and again, and the invariants must hold. */
export interface Experiment {
  /** As `--only` names it. */
  name: string;
  /** What is broken, one sentence. */
  what: string;
  /** @throws when it could not be played to its end. */
  run: (context: ExperimentContext) => Promise<Outcome>;
}
