import type { Experiment } from './experiment.js';
import { workerKill } from './worker-kill.js';

/** All experiments, in the order in which they are done. */
export const EXPERIMENTS: readonly Experiment[] = [workerKill];
