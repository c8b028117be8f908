import { boot } from './boot/boot.js';
import type { Bench } from './measurement.js';
import { memory } from './memory.js';
import { webhook } from './webhook/webhook.js';

/** All benches, in the order in which they run. */
export const BENCHES: readonly Bench[] = [webhook, memory, boot];
