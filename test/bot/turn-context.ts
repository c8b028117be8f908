import type { TurnContext } from '../../src/modules/bot/conversation.types.js';

/** The id that a draft gets with its next change. */
export const NEW_DRAFT_ID = '00000000-0000-4000-8000-000000000002';

export const MODEL = {
  id: 'grok',
  title: 'Grok',
  creditsPerVideo: 1,
  durationS: 8,
  takesAspectRatio: true,
};
export const OTHER_MODEL = { ...MODEL, id: 'kling/v3', title: 'Kling 3', creditsPerVideo: 2 };

/** What rules decide with: somebody who has agreed, and one model on offer. */
export const CONTEXT: TurnContext = {
  limits: {
    descriptionLengthMin: 3,
    descriptionLengthMax: 1000,
    wishesLengthMax: 500,
    promptLengthMax: 900,
    photoBytesMax: 1000,
    photoSideMinPx: 300,
    photoRatioMax: 2.5,
  },
  newDraftId: NEW_DRAFT_ID,
  consented: true,
  models: [MODEL],
};
