import { KIE_REHEARSALS } from './rehearsals-kie.data.js';
import { OPENAI_REHEARSALS } from './rehearsals-openai.data.js';
import { TELEGRAM_REHEARSALS } from './rehearsals-telegram.data.js';
import { YOOKASSA_REHEARSALS } from './rehearsals-yookassa.data.js';
import type { RehearsalPlan } from './trouble.js';

/** What can be made to go wrong, provider by provider. */
export const REHEARSALS: readonly RehearsalPlan[] = [
  ...TELEGRAM_REHEARSALS,
  ...KIE_REHEARSALS,
  ...OPENAI_REHEARSALS,
  ...YOOKASSA_REHEARSALS,
];
