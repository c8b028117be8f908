import type { Callback } from '../telegram/index.js';
import { FIRST_STATE, type ConversationState } from './conversation.schemas.js';
import type { AccountResult, AccountShow, PersonEvent, Turn } from './conversation.types.js';
import { readReturn } from './purchase.rules.js';
import { again, toMenu, withoutEmail } from './turn.rules.js';

type ResultOf<K extends AccountResult['kind']> = Extract<AccountResult, { kind: K }>;
type AccountButtonKind =
  | ('videos' | 'video' | 'cancel' | 'cabinet' | 'statement')
  | ('languages' | 'language' | 'agree' | 'delete' | 'erase');
type AccountButton = Extract<Callback, { kind: AccountButtonKind }>;

/**
 * Before somebody has agreed to terms and privacy, they can read them and choose a language, and whatever else they do brings the
 * question back. The payload of the link that brought them is kept.
 */
export function decideUnconsented(state: ConversationState, event: PersonEvent): Turn {
  switch (event.kind) {
    case 'start':
      return { state: withPayload(state, event.payload), show: CONSENT };
    case 'command':
      if (event.name === 'language') return { state, show: { screen: 'languages' } };
      return event.name === 'terms' || event.name === 'paysupport'
        ? { state, show: { screen: event.name } }
        : { state, show: CONSENT };
    case 'tap':
      return decideUnconsentedTap(state, event);
    case 'photo':
      return decideUnconsentedPhoto(state, event.photo.albumId);
    default:
      return { state, show: CONSENT };
  }
}

const CONSENT = { screen: 'consent' } as const satisfies AccountShow;

function decideUnconsentedTap(
  state: ConversationState,
  { callback }: Extract<PersonEvent, { kind: 'tap' }>,
): Turn {
  switch (callback?.kind) {
    case 'agree':
      return { state, effect: { kind: 'agree', language: state.language } };
    case 'languages':
      return { state, show: { screen: 'languages' } };
    case 'language':
      return { state: { ...state, language: callback.args[0] }, show: CONSENT };
    default:
      return { state, show: CONSENT };
  }
}

/** Who comes back from a page where something is paid was not brought by it. */
function withPayload(state: ConversationState, payload: string | null): ConversationState {
  return readReturn(payload) === null ? { ...state, startPayload: state.startPayload ?? payload } : state;
}

/** One question for a whole album. */
function decideUnconsentedPhoto(state: ConversationState, albumId: string | null): Turn {
  const asked = albumId !== null && albumId === state.albumId;
  return { state: { ...state, albumId }, show: asked ? undefined : CONSENT };
}

/** What follows from a button that is about the person. They work at every step and for ever: what they show is looked up anew. */
export function decideAccountButton(
  state: ConversationState,
  callback: AccountButton,
  onScreen: boolean,
): Turn {
  const left = withoutEmail(state);
  switch (callback.kind) {
    case 'videos':
      return { state: left, effect: { kind: 'list_videos', page: Number(callback.args[0]) } };
    case 'video':
      return { state: left, effect: { kind: 'find_video', jobId: callback.args[0] } };
    case 'cancel':
      return {
        state: left,
        note: 'cancelling',
        effect: { kind: 'cancel_order', orderId: callback.args[0], onScreen },
      };
    case 'cabinet':
      return { state: left, effect: { kind: 'open_cabinet' } };
    case 'statement':
      return { state: left, effect: { kind: 'list_statement', page: Number(callback.args[0]) } };
    case 'languages':
      return { state: left, show: { screen: 'languages' } };
    case 'language':
      return { state: left, effect: { kind: 'set_language', language: callback.args[0] } };
    case 'agree':
      // Agreed already: a question from long ago, the second of two taps, or one that comes again because its welcome was not shown.
      if (!onScreen) return toMenu(state);
      return state.agreed ? { state } : { state, effect: { kind: 'agree', language: state.language } };
    case 'delete':
    case 'erase':
      return decideErasing(left, callback, onScreen);
  }
}

/** What cannot be undone is agreed to now, not by a button from long ago: that one begins with the first question. */
function decideErasing(
  state: ConversationState,
  callback: Extract<Callback, { kind: 'delete' | 'erase' }>,
  onScreen: boolean,
): Turn {
  if (!onScreen) return { state, effect: { kind: 'look_at_account', shownCredits: null } };
  const shownCredits = Number(callback.args[0]);
  const kind = callback.kind === 'delete' ? 'look_at_account' : 'erase_account';
  return { state, effect: { kind, shownCredits } };
}

/** What follows from looking something up for the person, or from changing something about them. */
export function decideAccountResult(state: ConversationState, result: AccountResult): Turn {
  switch (result.kind) {
    case 'agreed':
      return {
        state: { ...state, language: null, agreed: true },
        show: { screen: 'welcome', isNew: result.isNew },
      };
    case 'language_set':
      return again(state, { key: 'language_set' });
    case 'cabinet_opened':
      return { state, show: { screen: 'cabinet', inFlight: result.inFlight } };
    case 'statement_listed':
      return { state, show: { screen: 'statement', page: result.page } };
    case 'videos_listed':
      return { state, show: { screen: 'videos', page: result.page } };
    case 'video_found':
      return { state, show: { screen: 'video', video: result.video } };
    case 'video_missing':
      return again(state, { key: 'video_missing' });
    case 'order_cancelled':
      return decideCancelled(state, result);
    case 'account_seen':
      return decideAccountSeen(state, result);
    case 'account_erased':
      return decideErased(state, result);
  }
}

/** The order's own message shows what came of it; only a tap elsewhere needs an answer here. */
function decideCancelled(state: ConversationState, { outcome, onScreen }: ResultOf<'order_cancelled'>): Turn {
  switch (outcome.kind) {
    case 'cancelled':
      return onScreen ? { state, effect: { kind: 'list_videos', page: 0 } } : { state };
    case 'too_late':
      return again(state, { key: 'cancel_too_late' });
    case 'not_found':
      return again(state, { key: 'cancel_missing' });
  }
}

/** Asked twice, and each question names what is lost as it is at that moment. */
function decideAccountSeen(state: ConversationState, { look, shownCredits }: ResultOf<'account_seen'>): Turn {
  if (look.kind === 'busy') return { state, show: busyScreen(look) };
  const { credits } = look;
  const screen = shownCredits === credits ? 'erase_sure' : 'erase_ask';
  return { state, show: { screen, credits } };
}

function decideErased(state: ConversationState, { outcome }: ResultOf<'account_erased'>): Turn {
  switch (outcome.kind) {
    case 'erased':
      return { state: FIRST_STATE, show: { screen: 'erased' } };
    case 'busy':
      return { state, show: busyScreen(outcome) };
    case 'changed':
      return { state, show: { screen: 'erase_ask', credits: outcome.credits } };
  }
}

function busyScreen({ videos, payments }: { videos: number; payments: number }): AccountShow {
  return { screen: 'erase_busy', videos, payments };
}
