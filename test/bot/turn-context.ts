import { decideTurn } from '../../src/modules/bot/conversation.rules.js';
import {
  FIRST_STATE,
  type ConversationState,
  type Draft,
  type Step,
} from '../../src/modules/bot/conversation.schemas.js';
import type {
  ConversationEvent,
  EffectResult,
  IncomingPhoto,
  PersonEvent,
  Turn,
  TurnContext,
} from '../../src/modules/bot/conversation.types.js';
import { emptyDraft } from '../../src/modules/bot/draft.rules.js';
import { decodeCallback } from '../../src/modules/telegram/index.js';

/** The id of `FULL_DRAFT`. */
export const DRAFT_ID = '00000000-0000-4000-8000-000000000001';
/** The id that a draft gets with its next change. */
export const NEW_DRAFT_ID = '00000000-0000-4000-8000-000000000002';

export const MODEL = {
  id: 'grok',
  title: 'Grok',
  creditsPerVideo: 1,
  durationS: 8,
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
    photoKeptDays: 30,
  },
  newDraftId: NEW_DRAFT_ID,
  consented: true,
  models: [MODEL],
};

/** A draft with every answer. */
export const FULL_DRAFT: Draft = {
  ...emptyDraft(DRAFT_ID, 'neurocard'),
  photoPath: 'inputs/1/a.jpg',
  description: 'A travel mug',
  template: 'ugc',
  wishes: '',
  count: 1,
  model: MODEL.id,
};

/** The same without some of them. */
export const without = (...fields: (keyof Draft)[]): Draft => ({
  ...FULL_DRAFT,
  ...Object.fromEntries(fields.map((field) => [field, null])),
});

/** A tap on a button with this data: `confirm:<id>:1`. */
export const tap = (data: string, onScreen = true): Extract<PersonEvent, { kind: 'tap' }> => ({
  ...{ kind: 'tap', callback: decodeCallback(`1:${data}`), onScreen },
});

/** A photo as somebody sends it. */
export const PHOTO: IncomingPhoto = { fileId: 'f1', bytes: 10, caption: null, albumId: null };

/** What becomes of a photo that is all right. */
export const stored = (fields: Partial<IncomingPhoto> = {}): EffectResult => ({
  kind: 'photo_stored',
  path: 'p',
  photo: { ...PHOTO, ...fields },
  isMore: false,
  score: 1,
  advice: [],
});

/** Somebody at a step of the conversation. */
export const at = (step: Step, draft: Draft | null = FULL_DRAFT): ConversationState => ({
  ...FIRST_STATE,
  ...{ step, draft },
});

/** What the bot does when this happens then. */
export const decide = (state: ConversationState, event: ConversationEvent): Turn =>
  decideTurn(state, event, CONTEXT);
