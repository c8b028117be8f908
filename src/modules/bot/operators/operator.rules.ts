import {
  GRANT_CREDITS_MAX,
  linkButtonSchema,
  REASON_LENGTH_MAX,
  REASON_LENGTH_MIN,
  type Audience,
} from '../../admin/index.js';
import { readCredits, type OperatorCommand } from './operator-commands.rules.js';
import type { OperatorState, Wish } from './operator.schemas.js';
import type {
  Awaited,
  OperatorCallback,
  OperatorEvent,
  OperatorProblem,
  OperatorTurn,
  SentMessage,
} from './operator.types.js';

/** What a wish waits to be told by a message; null when it waits for a button, or for nothing. */
export function awaitedBy({ wish, reason }: OperatorState): Awaited | null {
  if (wish.kind === 'grant' && wish.credits === null) return 'credits';
  if (wish.kind === 'broadcast') {
    if (wish.messageId === null) return 'message';
    if (wish.asksButton) return 'button';
    if (!wish.isChosen) return null;
  }
  return reason === null ? 'reason' : null;
}

/** Whether nothing but the operator's confirmation is missing. */
export function isWhole(state: OperatorState): boolean {
  const { wish, reason } = state;
  if (reason === null || awaitedBy(state) !== null) return false;
  return wish.kind !== 'broadcast' || wish.isChosen;
}

/**
 * What follows from what an operator did. The draft of a video is beside it and never touched. Whoever goes on with something else is not asked
 * any more: their next words are not meant as a reason.
 *
 * @param newKey for a wish that begins.
 */
export function decideOperator(
  operator: OperatorState | null,
  event: OperatorEvent,
  newKey: string,
): OperatorTurn {
  switch (event.kind) {
    case 'command':
      return decideCommand(event.command, newKey);
    case 'cancel':
      return { operator: null, step: operator ? { kind: 'given_up' } : null };
    case 'tap':
      return decideTap(operator, event.callback, newKey);
    case 'message':
      return operator && awaitedBy(operator)
        ? decideMessage(operator, event.message)
        : { operator, step: null };
    case 'other':
      return { operator: operator && awaitedBy(operator) === null ? operator : null, step: null };
  }
}

/** A wish that begins; its reason may have come with it. */
export function beginWish(wish: Wish, reason: string | null, key: string): OperatorTurn {
  const operator: OperatorState = { key, reason: null, wish };
  if (wish.kind === 'grant' && wish.credits !== null && wish.credits > GRANT_CREDITS_MAX) {
    return ask({ ...operator, wish: { ...wish, credits: null } }, 'too_many_credits');
  }
  return reason === null ? ask(operator) : withReason(operator, reason);
}

function decideCommand(command: OperatorCommand, newKey: string): OperatorTurn {
  switch (command.kind) {
    case 'figures':
    case 'broadcast':
      return { operator: null, step: { kind: command.kind } };
    case 'person':
      return { operator: null, step: { kind: 'person', who: command.who } };
    case 'job':
      return { operator: null, step: { kind: 'job', jobId: command.jobId } };
    case 'usage':
      return { operator: null, step: { kind: 'usage', command: command.command } };
    case 'grant': {
      const { who, credits, reason } = command;
      return { operator: null, step: { kind: 'begin_grant', who, credits, reason } };
    }
    case 'wish':
      return beginWish(command.wish, command.reason, newKey);
  }
}

function decideTap(operator: OperatorState | null, callback: OperatorCallback, newKey: string): OperatorTurn {
  switch (callback.kind) {
    case 'op_figures':
      return { operator, step: { kind: 'figures' } };
    case 'op_broadcast':
      return { operator, step: { kind: 'broadcast' } };
    case 'op_user':
      return { operator, step: { kind: 'person', who: { userId: callback.args[0] } } };
    case 'op_statement':
      return { operator, step: { kind: 'statement', userId: callback.args[0] } };
    case 'op_job':
      return { operator, step: { kind: 'job', jobId: callback.args[0] } };
    case 'op_ask':
      return beginWish(wishOf(...callback.args), null, newKey);
    case 'op_switch': {
      const [name, state] = callback.args;
      return beginWish({ kind: 'switch', name, on: state === 'on' }, null, newKey);
    }
    case 'op_broadcast_new':
      return beginWish(EMPTY_BROADCAST, null, newKey);
    case 'op_who':
    case 'op_language':
    case 'op_button':
    case 'op_chosen':
      return decideAudience(operator, callback);
    case 'op_drop':
      return { operator: null, step: { kind: operator ? 'given_up' : 'old' } };
    case 'op_confirm':
      return operator?.key === callback.args[0] && isWhole(operator)
        ? { operator: null, step: { kind: 'perform', confirmed: operator } }
        : { operator, step: { kind: 'old' } };
  }
}

/** A message of which nothing is known yet, to everybody. */
export const EMPTY_BROADCAST: Extract<Wish, { kind: 'broadcast' }> = {
  ...{ kind: 'broadcast', messageId: null, button: null, asksButton: false },
  audience: { who: 'everybody', language: null },
  isChosen: false,
};

type AskAction = Extract<OperatorCallback, { kind: 'op_ask' }>['args'][0];

function wishOf(action: AskAction, id: string): Wish {
  switch (action) {
    case 'grant':
      return { kind: action, userId: id, credits: null };
    case 'ban':
    case 'unban':
      return { kind: action, userId: id };
    case 'job_fail':
    case 'job_send':
    case 'job_make':
      return { kind: action, jobId: id };
    case 'bc_stop':
    case 'bc_go_on':
      return { kind: action, broadcastId: id };
  }
}

type AudienceButton = Extract<
  OperatorCallback,
  { kind: 'op_who' | 'op_language' | 'op_button' | 'op_chosen' }
>;

/** The buttons under the preview: they work until the audience is chosen. */
function decideAudience(operator: OperatorState | null, callback: AudienceButton): OperatorTurn {
  const wish = operator?.wish;
  if (!operator || wish?.kind !== 'broadcast' || wish.messageId === null || wish.isChosen) {
    return { operator, step: { kind: 'old' } };
  }
  const change = (changes: Partial<typeof wish>) =>
    ask({ ...operator, wish: { ...wish, asksButton: false, ...changes } });
  const audienceWith = (changes: Partial<Audience>) => change({ audience: { ...wish.audience, ...changes } });
  switch (callback.kind) {
    case 'op_who':
      return audienceWith({ who: callback.args[0] });
    case 'op_language':
      return audienceWith({ language: callback.args[0] === 'any' ? null : callback.args[0] });
    case 'op_button':
      return change({ asksButton: true });
    case 'op_chosen':
      return change({ isChosen: true });
  }
}

function decideMessage(operator: OperatorState, message: SentMessage): OperatorTurn {
  const { wish } = operator;
  const text = message.text?.trim() ?? '';
  switch (awaitedBy(operator)) {
    case 'credits': {
      const said = readCredits(text);
      if (!said || wish.kind !== 'grant') return ask(operator, 'bad_credits');
      return beginWish({ ...wish, credits: said.credits }, said.reason, operator.key);
    }
    case 'message': {
      if (wish.kind !== 'broadcast' || message.content === 'other' || message.isAlbum) {
        return ask(operator, 'bad_message');
      }
      const { messageId } = message;
      const turn = ask({ ...operator, wish: { ...wish, messageId } });
      return { ...turn, step: { kind: 'ask', isNewMessage: true } };
    }
    case 'button': {
      const button = readButton(text);
      if (!button || wish.kind !== 'broadcast') return ask(operator, 'bad_button');
      const turn = ask({ ...operator, wish: { ...wish, button, asksButton: false } });
      return { ...turn, step: { kind: 'ask', isNewMessage: true } };
    }
    default:
      return withReason(operator, text);
  }
}

/** `Open the shop | https://shop.example`. */
function readButton(text: string) {
  const at = text.lastIndexOf('|');
  if (at < 0) return null;
  const parsed = linkButtonSchema.safeParse({ text: text.slice(0, at), url: text.slice(at + 1).trim() });
  return parsed.success ? parsed.data : null;
}

function withReason(operator: OperatorState, said: string): OperatorTurn {
  const reason = said.trim();
  const { length } = [...reason];
  if (length < REASON_LENGTH_MIN) return ask(operator, 'reason_too_short');
  if (length > REASON_LENGTH_MAX) return ask(operator, 'reason_too_long');
  return ask({ ...operator, reason });
}

function ask(operator: OperatorState, problem?: OperatorProblem): OperatorTurn {
  return { operator, step: problem ? { kind: 'ask', problem } : { kind: 'ask' } };
}
