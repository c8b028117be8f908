import type { Callback } from '../telegram/index.js';
import type { ConversationState, DraftStep, VideoCount } from './conversation.schemas.js';
import type { PersonEvent, RepeatKind, Turn, TurnContext } from './conversation.types.js';
import { decideAccountButton } from './account.rules.js';
import {
  emptyDraft,
  firstMissingStep,
  isAnswered,
  isComplete,
  isWorthKeeping,
  stepBefore,
  withModelOnOffer,
} from './draft.rules.js';
import { decidePurchaseButton } from './purchase.rules.js';
import { again, answer, toMenu, toStep, withoutEmail } from './turn.rules.js';

type Tap = Extract<PersonEvent, { kind: 'tap' }>;

/**
 * What follows from a tap. Buttons stay on the screen for ever and are pressed twice: a button of a step works only while the
 * conversation is at that step, and one that comes too late changes nothing.
 */
export function decideTap(state: ConversationState, tap: Tap, context: TurnContext): Turn {
  const { callback, onScreen } = tap;
  if (!callback) return { state, note: 'unknown' };
  switch (callback.kind) {
    case 'menu':
      return toMenu(state);
    case 'help':
      return { state, show: { screen: 'help' } };
    case 'create':
      return decideCreate(state, onScreen, context);
    case 'resume':
      return decideResume(state);
    case 'confirm':
      return decideConfirm(state, callback, onScreen);
    case 'another':
    case 'variant':
      return decideRepeat(state, callback.args[0], callback.kind);
    case 'videos':
    case 'video':
    case 'cancel':
    case 'cabinet':
    case 'statement':
    case 'languages':
    case 'language':
    case 'agree':
    case 'delete':
    case 'erase':
      return decideAccountButton(state, callback, onScreen);
    case 'op_figures':
    case 'op_user':
    case 'op_statement':
    case 'op_job':
    case 'op_ask':
    case 'op_switch':
    case 'op_broadcast':
    case 'op_broadcast_new':
    case 'op_who':
    case 'op_language':
    case 'op_button':
    case 'op_chosen':
    case 'op_confirm':
    case 'op_drop':
      // An operator's taps never come here.
      return { state, note: 'unknown' };
    case 'plans':
    case 'plan':
    case 'buy':
    case 'paid':
    case 'email':
      return decidePurchaseButton(state, callback, tap.onPayScreen === true);
    default:
      return decideStepButton(state, callback, onScreen, context);
  }
}

/** A tap on a button that only the draft's own steps have, on the screen in view. */
export function isStepTap(event: PersonEvent): boolean {
  if (event.kind !== 'tap' || !event.onScreen) return false;
  return ['back', 'next', 'count', 'confirm'].includes(event.callback?.kind ?? '');
}

type StepButton = Extract<
  Callback,
  {
    kind: 'back' | 'next' | 'kind' | 'use_photo' | 'template' | 'skip' | 'edit_prompt' | 'model' | 'count';
  }
>;

function decideStepButton(
  state: ConversationState,
  callback: StepButton,
  onScreen: boolean,
  context: TurnContext,
): Turn {
  const step = stepOf(callback);
  if (!state.draft || state.step !== step) return tooLate(state, onScreen);
  switch (callback.kind) {
    case 'back': {
      const before = stepBefore(state.draft, step, context.models.length > 1);
      return before ? toStep(state, before) : toMenu(state);
    }
    case 'next':
      if (step === 'prompt_check') return answer(state, { promptChecked: true }, context);
      return isAnswered(state.draft, step)
        ? toStep(state, firstMissingStep(state.draft))
        : tooLate(state, onScreen);
    case 'kind':
      return answer(state, { kind: callback.args[0] }, context);
    case 'use_photo':
      return answer(state, { photoAccepted: state.draft.photoAdvice }, context);
    case 'template':
      return answer(state, { template: callback.args[0] }, context);
    case 'skip':
      return answer(state, { wishes: '' }, context);
    case 'edit_prompt':
      return toStep(state, 'prompt');
    case 'model':
      return context.models.some(({ id }) => id === callback.args[0])
        ? answer(state, { model: callback.args[0] }, context)
        : again(state, { key: 'model_gone' });
    case 'count':
      return answer(state, { count: Number(callback.args[0]) as VideoCount }, context);
  }
}

/** The step that shows the button. */
function stepOf(callback: StepButton): DraftStep {
  switch (callback.kind) {
    case 'back':
    case 'next':
      return callback.args[0];
    case 'use_photo':
      return 'photo_advice';
    case 'skip':
      return 'wishes';
    case 'edit_prompt':
      return 'prompt_check';
    case 'kind':
    case 'template':
    case 'model':
    case 'count':
      return callback.kind;
  }
}

/** An old menu does not offer to go on with the draft: before one is given up, the menu that does is shown. */
function decideCreate(state: ConversationState, onScreen: boolean, context: TurnContext): Turn {
  if (isWorthKeeping(state.draft) && !(onScreen && state.step === 'menu')) return toMenu(state);
  const slugs = context.models.map(({ id }) => id);
  return toStep({ ...state, draft: withModelOnOffer(emptyDraft(context.newDraftId), slugs) }, 'kind');
}

function decideResume(state: ConversationState): Turn {
  if (!state.draft) return toMenu(state, { key: 'no_draft' });
  const { step } = state;
  return toStep(state, step === 'menu' || step === 'email' ? firstMissingStep(state.draft) : step);
}

/** The button carries the id and the price of the draft as its screen showed it, so that nothing else can be started with it. */
function decideConfirm(
  state: ConversationState,
  { args: [draftId, creditsShown] }: Extract<Callback, { kind: 'confirm' }>,
  onScreen: boolean,
): Turn {
  const { draft } = state;
  if (draft?.id === draftId && isComplete(draft)) {
    const effect = { kind: 'start_order', draft, creditsShown: Number(creditsShown) } as const;
    return { state: withoutEmail(state), note: 'checking_photo', effect };
  }
  if (state.startedDraftId === draftId) return { state, note: 'started' };
  // The draft has changed under its own screen: what it would start now is shown first.
  if (draft && isComplete(draft) && onScreen && state.step === 'confirm') return toStep(state, 'confirm');
  return tooLate(state, onScreen);
}

/** Pressed again before anything was answered, the button has done its work already. */
function decideRepeat(state: ConversationState, jobId: string, as: RepeatKind): Turn {
  if (state.draft?.repeatOf === jobId && state.step === firstMissingStep(state.draft)) {
    const isSame = (as === 'variant') === (state.draft.template !== null);
    if (isSame) return { state };
  }
  return { state: withoutEmail(state), effect: { kind: 'find_repeat', jobId, as } };
}

/** On the current screen the same tap came twice, and the first did it; elsewhere the person deserves to be told. */
function tooLate(state: ConversationState, onScreen: boolean): Turn {
  return onScreen ? { state } : { state, note: 'old' };
}
