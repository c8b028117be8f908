import type { Bench } from './measurement.js';
import { memory } from './memory.js';

/** All benches, in the order in which they run. */
export const BENCHES: readonly Bench[] = [memory];
