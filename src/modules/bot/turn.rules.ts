import type { ConversationState, Draft, DraftStep } from './conversation.schemas.js';
import type { Hint, Turn, TurnContext } from './conversation.types.js';
import { firstMissingStep, withAnswer } from './draft.rules.js';

/** To the menu; a draft waits there. */
export function toMenu(state: ConversationState, hint?: Hint): Turn {
  return { state: { ...state, step: 'menu' }, show: { screen: 'menu', hint } };
}

/** To a step of the draft. */
export function toStep(state: ConversationState, step: DraftStep): Turn {
  return { state: { ...state, step }, show: { screen: step } };
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
