import type { SandboxClock } from '../clock.js';
import type { KieAccounts } from './kie-accounts.js';
import type { KieCallbacks } from './kie-callbacks.js';
import type { KieFiles } from './kie-files.js';
import type { KieResults } from './kie-results.routes.js';
import type { KieTasks } from './kie-tasks.js';
import type { KieWire } from './kie-wire.js';

/** What an operator of the real service could change under us. */
export interface KieSettings {
  /** The code of "Credits insufficient": both were seen, 402 and 500. */
  insufficientCode: 402 | 500;
  pausedModels: Set<string>;
}

/** The parts of the fake that its routes work with. */
export interface KieParts {
  clock: SandboxClock;
  settings: KieSettings;
  accounts: KieAccounts;
  tasks: KieTasks;
  callbacks: KieCallbacks;
  files: KieFiles;
  results: KieResults;
  wire: KieWire;
}
