import { boot } from './boot/boot.js';
import { inFlight } from './in-flight/in-flight.js';
import { ledger } from './ledger.js';
import type { Bench } from './measurement.js';
import { memory } from './memory.js';
import { pipeline } from './pipeline/pipeline.js';
import { recovery } from './recovery/recovery.js';
import { scale } from './scale/scale.js';
import { webhook } from './webhook/webhook.js';

/** All benches, in the order in which they run. */
export const BENCHES: readonly Bench[] = [webhook, ledger, pipeline, inFlight, scale, recovery, memory, boot];
