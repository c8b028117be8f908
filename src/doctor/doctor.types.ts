import type { Env } from '../platform/light.js';

/** `error`: a process does not start with it, or, where it is about providers, starts and does not get far. `warning`: it starts, and something will go worse than it could. */
export type Severity = 'error' | 'warning';

/** What a check is about. */
export type Topic = 'settings' | 'database' | 'queues' | 'photos' | 'providers';

/** One thing that the doctor looks at. */
export interface Check {
  severity: Severity;
  topic: Topic;
  /** `live`: in the sandbox it is no fault. */
  scope: 'everywhere' | 'live';
  /** What is wrong, for whoever reads about it beforehand. */
  fault: string;
  /** What to set or run. */
  mend: string;
  /** What is known when nothing is wrong. */
  well: string;
  /** A start leaves it to another line of the log, which comes whenever it is so. */
  silentAtStart?: boolean;
  /** One sentence for each fault; null where the facts do not tell. */
  judge: (facts: Facts) => readonly string[] | null;
}

/** What the doctor knows. Null: not looked at, or not to be seen from here. */
export interface Facts {
  system: Env['APP_ENV'];
  settings: Env | null;
  /** What the environment's own check refuses, one sentence each. */
  settingProblems: readonly string[] | null;
  obsoleteNames: readonly string[] | null;
  /** What the choice of models passes over, one sentence each. */
  modelNotes: readonly string[] | null;
  database: DatabaseFacts | null;
  /** How many connections to PostgreSQL the queues of this process open; 0 where they live on Redis. */
  queueConnectionsMax: number;
  redis: RedisFacts | null;
  photoFolder: PhotoFolderFacts | null;
  /** Asked only where an operator wants it. */
  providers: ProviderFacts | null;
}

/** PostgreSQL, as one connection of ours finds it. */
export type DatabaseFacts = { kind: 'away'; where: string; problem: string } | FoundDatabase;

export interface FoundDatabase {
  kind: 'found';
  /** Host, port and name. */
  where: string;
  /** 150004 for 15.4. */
  versionNumber: number;
  encoding: string;
  readOnly: boolean;
  /** Of `fsync` and `full_page_writes`, those that are off. */
  unsafeSettings: readonly string[];
  synchronousCommit: string;
  /** How many connections our user may have open at once. */
  connectionsMax: number;
  /** Our clock minus the database's, as far as it cannot be the network's doing. */
  clockAheadMs: number;
  /** Whether two connections were seen to share one backend. */
  sharesBackends: boolean;
  pendingMigrations: readonly string[];
  unknownMigrations: readonly string[];
  queuesTooNew: string | null;
}

export type RedisFacts =
  | { kind: 'away'; where: string; reason: string }
  | { kind: 'refused'; where: string; reason: string }
  | FoundRedis;

export interface FoundRedis {
  kind: 'found';
  /** Host and port. */
  where: string;
  version: string | null;
  /** `noeviction` and the like; null where it does not tell. */
  maxmemoryPolicy: string | null;
  /** Whether anything of it is on a disk; null where it does not tell. */
  persistent: boolean | null;
  cluster: boolean | null;
}

/** The folder of the photos. */
export interface PhotoFolderFacts {
  /** An absolute path. */
  path: string;
  state: 'usable' | 'missing' | 'unusable';
  /** The system's word for it, such as EACCES. */
  reason: string | null;
}

/** What the providers answered when they were asked. */
export interface ProviderFacts {
  /** By which setting a provider was to be reached, and why it was not, in words without secrets. */
  failures: { setting: string; says: string }[];
  /** Those that our key may use; null where OpenAI did not tell. */
  openAiModels: string[] | null;
  /** The same of the second provider of prompts; null also where there is none. */
  fallbackModels: string[] | null;
  /** Of each key whose account is below our limit, in KIE's credits; null where KIE.AI told none. */
  lowKieCredits: number[] | null;
  /** Where Telegram sends our updates, when that is not to us; null where it did not tell. */
  webhook: { foreignHost: string | null } | null;
}
