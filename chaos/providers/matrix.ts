import type { FaultClass } from './fault-class.js';
import { KIE_CREATIONS } from './kie-creations.data.js';
import { KIE_TASKS } from './kie-tasks.data.js';
import { KIE_WIRE } from './kie-wire.data.js';
import { OPENAI } from './openai.data.js';
import { TELEGRAM } from './telegram.data.js';
import { YOOKASSA } from './yookassa.data.js';

/** All ways to fail that are known of the four providers, each once, and what must come of it. */
export const MATRIX: readonly FaultClass[] = [
  ...KIE_CREATIONS,
  ...KIE_TASKS,
  ...KIE_WIRE,
  ...TELEGRAM,
  ...OPENAI,
  ...YOOKASSA,
];
