import type { ConversationState, Draft } from './conversation.schemas.js';
import type {
  CommandName,
  ConversationEvent,
  EffectResult,
  Hint,
  IncomingPhoto,
  Show,
  Turn,
  TurnContext,
} from './conversation.types.js';
import { draftOfRepeat, firstMissingStep } from './draft.rules.js';
import { decideEmail, decidePurchaseResult, decideReturn, readReturn } from './purchase.rules.js';
import { decideTap } from './tap.rules.js';
import { again, answer, toMenu, toStep } from './turn.rules.js';

/**
 * What follows from one event: the new state, what to show, and what must be done first. An event that does not fit the step
 * changes nothing and earns that step's help.
 */
export function decideTurn(state: ConversationState, event: ConversationEvent, context: TurnContext): Turn {
  switch (event.kind) {
    case 'start':
      return decideStart(state, event.payload);
    case 'command':
    case 'text':
    case 'photo':
    case 'other':
    case 'tap':
      return state.welcomed ? decideWelcomed(state, event, context) : welcome(state, null);
    default:
      return decideResult(state, event, context);
  }
}

type WelcomedEvent = Extract<ConversationEvent, { kind: 'command' | 'text' | 'photo' | 'other' | 'tap' }>;

function decideWelcomed(state: ConversationState, event: WelcomedEvent, context: TurnContext): Turn {
  switch (event.kind) {
    case 'command':
      return decideCommand(state, event.name);
    case 'text':
      return decideText(state, event.text, context);
    case 'photo':
      return decidePhoto(state, event.photo, context);
    case 'other':
      return state.step === 'photo' && event.isFile
        ? again(state, { key: 'not_an_image' })
        : again(state, { key: state.step });
    case 'tap':
      return decideTap(state, event, context);
  }
}

function welcome(state: ConversationState, payload: string | null): Turn {
  return {
    state: { ...state, welcomed: true, startPayload: state.startPayload ?? payload },
    show: { screen: 'welcome' },
  };
}

/** A return from paying looks at the payment; any other deep link never moves a person out of a draft; a plain /start leads to the menu, where the draft waits. */
function decideStart(state: ConversationState, payload: string | null): Turn {
  const paymentId = readReturn(payload);
  if (!state.welcomed) return welcome(state, paymentId === null ? payload : null);
  if (paymentId !== null) return decideReturn(state, paymentId);
  if (payload !== null && state.draft !== null) return { state, show: { screen: state.step } };
  return toMenu(state);
}

function decideCommand(state: ConversationState, name: CommandName): Turn {
  switch (name) {
    case 'menu':
      return toMenu(state);
    case 'help':
    case 'paysupport':
    case 'terms':
      return { state, show: { screen: name } };
    case 'cancel': {
      const hint: Hint = { key: state.draft ? 'cancelled' : 'nothing_to_cancel' };
      return toMenu({ ...state, draft: null }, hint);
    }
    case 'unknown':
      return again(state, { key: state.step });
  }
}

function decideText(state: ConversationState, text: string, context: TurnContext): Turn {
  const { limits } = context;
  switch (state.step) {
    case 'description':
      return decideEntry(state, text, context, {
        field: 'description',
        min: limits.descriptionLengthMin,
        max: limits.descriptionLengthMax,
      });
    case 'wishes':
      return decideEntry(state, text, context, { field: 'wishes', min: 1, max: limits.wishesLengthMax });
    case 'prompt':
      return decideEntry(state, text, context, {
        field: 'prompt',
        min: limits.descriptionLengthMin,
        max: limits.promptLengthMax,
      });
    case 'email':
      return decideEmail(state, text);
    default:
      return again(state, { key: state.step });
  }
}

function decideEntry(
  state: ConversationState,
  text: string,
  context: TurnContext,
  entry: { field: 'description' | 'wishes' | 'prompt'; min: number; max: number },
): Turn {
  // The limit of a script is the video model's, which counts as JavaScript does; people count characters.
  const { length } = entry.field === 'prompt' ? text : [...text];
  if (length < entry.min) return again(state, { key: 'too_short', min: entry.min });
  if (length > entry.max) return again(state, { key: 'too_long', length, max: entry.max });
  return answer(state, { [entry.field]: text }, context);
}

function decidePhoto(state: ConversationState, photo: IncomingPhoto, { limits }: TurnContext): Turn {
  // The other photos of an album whose first one was taken: a help message for each would be noise.
  if (photo.albumId !== null && photo.albumId === state.draft?.albumId) return { state };
  if (state.step !== 'photo') return again(state, { key: state.step });
  if ((photo.bytes ?? 0) > limits.photoBytesMax) return again(state, { key: 'photo_too_large' });
  return { state, effect: { kind: 'take_photo', photo } };
}

function decideResult(state: ConversationState, result: EffectResult, context: TurnContext): Turn {
  switch (result.kind) {
    case 'photo_stored':
      return answer(state, photoAnswer(state, result, context), context);
    case 'photo_rejected':
      return again(state, { key: result.problem });
    case 'order_started':
      return {
        state: { ...state, step: 'menu', draft: null, startedDraftId: result.draft.id },
        show: { screen: 'started', count: result.draft.count ?? 1 },
      };
    case 'order_refused':
      return { state: { ...state, step: 'confirm' }, show: refusalScreen(result.refusal) };
    case 'repeat_found': {
      const draft = draftOfRepeat(context.newDraftId, result.jobId, result.order);
      return toStep({ ...state, draft }, firstMissingStep(draft));
    }
    case 'repeat_missing':
      return toMenu(state, { key: 'repeat_missing' });
    case 'plans_listed':
    case 'bought':
    case 'payment_checked':
    case 'email_saved':
      return decidePurchaseResult(state, result);
  }
}

function refusalScreen(refusal: Extract<EffectResult, { kind: 'order_refused' }>['refusal']): Show {
  switch (refusal.kind) {
    case 'insufficient_credits':
      return { screen: 'insufficient', balance: refusal.balance, needed: refusal.needed };
    case 'too_many_in_flight':
      return { screen: 'too_many', max: refusal.max };
    case 'not_accepting':
      return { screen: 'not_accepting' };
  }
}

/** A caption is the description that the seller would else be asked for, unless one is there already. */
function photoAnswer(
  state: ConversationState,
  result: Extract<EffectResult, { kind: 'photo_stored' }>,
  { limits }: TurnContext,
): Partial<Draft> {
  const { caption, albumId } = result.photo;
  const photo = { photoPath: result.path, albumId };
  const length = [...(caption ?? '')].length;
  const fits = length >= limits.descriptionLengthMin && length <= limits.descriptionLengthMax;
  return fits && !state.draft?.description ? { ...photo, description: caption } : photo;
}
