import { botKill } from './bot-kill.js';
import { crashPoints } from './crash-points.js';
import { callbacks } from './callbacks/callbacks.js';
import type { Experiment } from './experiment.js';
import { forged } from './forged/forged.js';
import { ledgerRace } from './ledger-race/ledger-race.js';
import { postgresRestart } from './postgres-restart.js';
import { providers } from './providers/providers.js';
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
  callbacks,
  forged,
  providers,
  ledgerRace,
  stories,
];
