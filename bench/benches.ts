import { boot } from './boot/boot.js';
import { inFlight } from './in-flight/in-flight.js';
import type { Bench } from './measurement.js';
import { ledger } from './ledger.js';
import { memory } from './memory.js';
export const BENCHES: readonly Bench[] = [webhook, ledger, pipeline, inFlight, scale, memory, boot];
