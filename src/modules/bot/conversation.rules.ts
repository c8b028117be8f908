import type { OrderRefusal, OrderText } from '../jobs/index.js';
import { decideAccountResult, decideUnconsented } from './account.rules.js';
import type { ConversationState } from './conversation.schemas.js';
import type {
  CommandName,
  ConversationEvent,
  EffectResult,
  Hint,
  PersonEvent,
  Show,
  Turn,
  TurnContext,
} from './conversation.types.js';
import {
  draftOfRepeat,
  draftOfVariant,
  firstMissingStep,
  withAnswer,
  withModelOnOffer,
} from './draft.rules.js';
import { decideAdvised, decidePhoto, decideStopped, decideStored } from './photo.rules.js';
import { decideEmail, decidePurchaseResult, decideReturn, readReturn } from './purchase.rules.js';
import { decideTap, isStepTap } from './tap.rules.js';
import { again, answer, toMenu, toStep, withModelsOf, withoutEmail } from './turn.rules.js';

/**
 * What follows from one event: the new state, what to show, and what must be done first. An event that does not fit the step
 * changes nothing and earns that step's help.
 */
export function decideTurn(stored: ConversationState, event: ConversationEvent, context: TurnContext): Turn {
  const state = withModelsOf(stored, context);
  switch (event.kind) {
    case 'start':
    case 'command':
    case 'text':
    case 'photo':
    case 'other':
    case 'tap':
      if (!context.consented) return decideUnconsented(state, event);
      // The screen in view is one of a step that had to be left: its buttons must not be dead.
      if (state.step !== stored.step && isStepTap(event)) return again(state, { key: 'model_gone' });
      return decideEvent(state, event, context);
    default:
      return decideResult(state, event, context);
  }
}

function decideEvent(state: ConversationState, event: PersonEvent, context: TurnContext): Turn {
  switch (event.kind) {
    case 'start':
      return decideStart(state, event.payload);
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

/** A return from paying looks at the payment; any other deep link never moves a person out of a draft; a plain /start leads to the menu, where the draft waits. */
function decideStart(state: ConversationState, payload: string | null): Turn {
  const paymentId = readReturn(payload);
  if (paymentId !== null) return decideReturn(state, paymentId);
  const kept = { ...state, startPayload: state.startPayload ?? payload };
  if (payload !== null && state.draft !== null) return { state: kept, show: { screen: state.step } };
  return toMenu(kept);
}

function decideCommand(state: ConversationState, name: CommandName): Turn {
  const left = withoutEmail(state);
  switch (name) {
    case 'menu':
      return toMenu(state);
    case 'help':
    case 'paysupport':
    case 'terms':
      return { state, show: { screen: name } };
    case 'cabinet':
      return { state: left, effect: { kind: 'open_cabinet' } };
    case 'videos':
      return { state: left, effect: { kind: 'list_videos', page: 0 } };
    case 'language':
      return { state, show: { screen: 'languages' } };
    case 'delete_me':
      return { state: left, effect: { kind: 'look_at_account', shownCredits: null } };
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
    case 'prompt_check':
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
  // A prompt is read once more before it is filmed word for word.
  const unchecked = entry.field === 'prompt' ? { promptChecked: false } : {};
  return answer(state, { [entry.field]: text, ...unchecked }, context);
}

function decideResult(state: ConversationState, result: EffectResult, context: TurnContext): Turn {
  switch (result.kind) {
    case 'photo_stored':
      return decideStored(state, result, context);
    case 'photo_rejected':
      return result.isMore ? { state } : again(state, { key: result.problem });
    case 'photo_stopped':
      return decideStopped(state, result.stop, context);
    case 'photo_advised':
      return decideAdvised(state, result.advice, context);
    case 'text_stopped':
      return decideTextStopped(state, result.text, context);
    case 'order_started':
      return {
        state: { ...state, step: 'menu', draft: null, startedDraftId: result.draft.id },
        show: { screen: 'started', lines: result.lines, orderId: result.orderId },
      };
    case 'order_refused':
      return decideRefused(state, result.refusal, context);
    case 'repeat_found': {
      const make = result.as === 'variant' ? draftOfVariant : draftOfRepeat;
      const made = make(context.newDraftId, result.jobId, result.order);
      const slugs = context.models.map(({ id }) => id);
      const draft = withModelOnOffer(made, slugs);
      const turn = toStep({ ...state, draft }, firstMissingStep(draft));
      return draft.photoPath === null ? again(turn.state, { key: 'photo_gone' }) : turn;
    }
    case 'repeat_missing':
      return toMenu(state, { key: 'repeat_missing' });
    case 'plans_listed':
    case 'bought':
    case 'payment_checked':
    case 'email_saved':
      return decidePurchaseResult(state, result);
    default:
      return decideAccountResult(state, result);
  }
}

/** What follows from a text that cannot be filmed. It is given up, shown once more to be copied, and all else is kept. */
function decideTextStopped(state: ConversationState, text: OrderText, { newDraftId }: TurnContext): Turn {
  if (!state.draft) return toMenu(state, { key: 'no_draft' });
  const unchecked = text === 'prompt' ? { promptChecked: false } : {};
  const draft = withAnswer(state.draft, { [text]: null, ...unchecked }, newDraftId);
  return again({ ...state, step: text, draft }, { key: 'text_flagged', text: state.draft[text] ?? '' });
}

function decideRefused(state: ConversationState, refusal: OrderRefusal, context: TurnContext): Turn {
  if (!state.draft) return toMenu(state, { key: 'no_draft' });
  const atConfirm = { ...state, step: 'confirm' } as const;
  switch (refusal.kind) {
    case 'price_changed':
      return again(atConfirm, { key: 'price_changed' });
    case 'model_gone': {
      const draft = withAnswer(state.draft, { model: null }, context.newDraftId);
      return again({ ...state, step: 'model', draft }, { key: 'model_gone' });
    }
    case 'photo_gone':
      return decideStopped(state, 'photo_gone', context);
    default:
      return { state: atConfirm, show: refusalScreen(refusal) };
  }
}

type ShownRefusal = Exclude<OrderRefusal, { kind: 'model_gone' | 'price_changed' | 'photo_gone' }>;

function refusalScreen(refusal: ShownRefusal): Show {
  switch (refusal.kind) {
    case 'insufficient_credits':
      return { screen: 'insufficient', balance: refusal.balance, needed: refusal.needed };
    case 'too_many_in_flight':
      return { screen: 'too_many', max: refusal.max };
    case 'too_often':
      return { screen: 'too_often', againInMin: refusal.againInMin };
    case 'not_accepting':
      return { screen: 'not_accepting' };
  }
}
