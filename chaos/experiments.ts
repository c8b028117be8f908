import { botKill } from './bot-kill.js';
import { crashPoints } from './crash-points.js';
import type { Experiment } from './experiment.js';
import { postgresRestart } from './postgres-restart.js';
import { redisLoss } from './redis-loss.js';
import { stories } from './stories.js';
import { workerKill } from './worker-kill.js';

/** All experiments, in the order in which they are done. */
export const EXPERIMENTS: readonly Experiment[] = [
  workerKill,
  crashPoints,
  botKill,
  postgresRestart,
  redisLoss,
  stories,
];
