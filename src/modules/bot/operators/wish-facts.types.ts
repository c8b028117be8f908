import type { BroadcastView } from '../../admin/index.js';
import type { Job } from '../../jobs/index.js';
import type { Payment } from '../../payments/index.js';
import type { User } from '../../users/index.js';

/** What a wish is about, as it is at this moment. */
export type WishFacts =
  | { kind: 'person'; user: User }
  | { kind: 'job'; job: Job; user: User }
  /** `left` can still be given back; `user` is null for somebody who was erased. */
  | { kind: 'payment'; payment: Payment; left: number; user: User | null }
  | { kind: 'switch' }
  /** `people` is counted only where it is shown. */
  | { kind: 'broadcast'; people: number; sendsPerSecond: number }
  | { kind: 'running'; broadcast: BroadcastView };

/** What a wish is about and is not there: `person`, `job`, … */
export type MissingFacts = Exclude<WishFacts['kind'], 'switch' | 'broadcast'>;
