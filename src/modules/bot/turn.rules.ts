import type { ConversationState, Draft, DraftStep } from './conversation.schemas.js';
import type { Hint, Turn, TurnContext } from './conversation.types.js';
import { firstMissingStep, withAnswer, withModelOnOffer } from './draft.rules.js';

/** To the menu; a draft waits there. */
export function toMenu(state: ConversationState, hint?: Hint): Turn {
  return { state: { ...state, step: 'menu', emailFor: null }, show: { screen: 'menu', hint } };
}

/** To a step of the draft. */
export function toStep(state: ConversationState, step: DraftStep): Turn {
  return { state: { ...state, step, emailFor: null }, show: { screen: step } };
}

/** To the address of the receipt for this plan; the draft waits. */
export function toEmail(state: ConversationState, planId: string): Turn {
  return { state: { ...state, step: 'email', emailFor: planId }, show: { screen: 'email' } };
}

/** No address is waited for any more: back to where the draft was left. */
export function withoutEmail(state: ConversationState): ConversationState {
  if (state.step !== 'email') return state;
  return { ...state, step: state.draft ? firstMissingStep(state.draft) : 'menu', emailFor: null };
}

/** The same step again, saying what it waits for. */
export function again(state: ConversationState, hint: Hint): Turn {
  return { state, show: { screen: state.step, hint } };
}

/** Stores an answer and goes on to the first step that still lacks one. */
export function answer(state: ConversationState, given: Partial<Draft>, context: TurnContext): Turn {
  if (!state.draft) return toMenu(state, { key: 'no_draft' });
  const draft = withAnswer(state.draft, given, context.newDraftId);
  return toStep({ ...state, draft }, firstMissingStep(draft));
}

/**
 * The state as this build, with its configuration of today, can go on from it: the model that the draft names may be on offer no
 * more, and then a step that needs one is left. Where another takes its place, the draft is another one: nobody has seen its price.
 */
export function withModelsOf(
  state: ConversationState,
  { models, newDraftId }: Pick<TurnContext, 'models' | 'newDraftId'>,
): ConversationState {
  if (!state.draft) return state;
  const slugs = models.map(({ id }) => id);
  const { model } = withModelOnOffer(state.draft, slugs);
  const isReplaced = state.draft.model !== null && state.draft.model !== model;
  const draft = isReplaced ? withAnswer(state.draft, { model }, newDraftId) : { ...state.draft, model };
  const needsModel = state.step === 'count' || state.step === 'confirm';
  return { ...state, draft, step: needsModel && draft.model === null ? firstMissingStep(draft) : state.step };
}
