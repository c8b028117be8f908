import type { Who } from '../../admin/index.js';
import type { Callback } from '../../telegram/index.js';
import type { OperatorCommand, OperatorCommandName } from './operator-commands.rules.js';
import type { OperatorState } from './operator.schemas.js';

/** A button that only operators have. */
export type OperatorCallback = Extract<Callback, { kind: `op_${string}` }>;

export function isOperatorCallback(callback: Callback): callback is OperatorCallback {
  return callback.kind.startsWith('op_');
}

/** A message as an operator may want it sent to many people. */
export interface SentMessage {
  messageId: number;
  content: 'text' | 'photo' | 'video' | 'other';
  /** Of a text; null of anything else. */
  text: string | null;
  isAlbum: boolean;
}

/** What an operator did. */
export type OperatorEvent =
  | { kind: 'command'; command: OperatorCommand }
  | { kind: 'cancel' }
  | { kind: 'message'; message: SentMessage }
  | { kind: 'tap'; callback: OperatorCallback }
  /** Anything that everybody does: a tap in the menu, another command. */
  | { kind: 'other' };

/** What a wish still waits to be told by a message. */
export type Awaited = 'credits' | 'message' | 'button' | 'reason';

/** Why a message is no answer to what was asked. */
export type OperatorProblem =
  'bad_credits' | 'too_many_credits' | 'bad_message' | 'bad_button' | 'reason_too_short' | 'reason_too_long';

/** What is to be done or shown. */
export type OperatorStep =
  | { kind: 'figures' | 'broadcast' | 'given_up' | 'old' }
  | { kind: 'person'; who: Who }
  | { kind: 'statement'; userId: string }
  | { kind: 'job'; jobId: string }
  | { kind: 'usage'; command: OperatorCommandName }
  /** Finds the person, then begins a grant. */
  | { kind: 'begin_grant'; who: Who; credits: number; reason: string | null }
  /** Asks for what the wish lacks, or for its confirmation. `isNewMessage`: its message has just come, and is shown as people will see it. */
  | { kind: 'ask'; problem?: OperatorProblem; isNewMessage?: boolean }
  /** Does what was confirmed. */
  | { kind: 'perform'; confirmed: OperatorState };

/** One decision. Without a step the event is not the operator's, but the conversation's. */
export interface OperatorTurn {
  operator: OperatorState | null;
  step: OperatorStep | null;
}
