import type { Who } from '../../admin/index.js';
import type { Wish } from './operator.schemas.js';

/** The commands of operators, in the order of their menu. */
export const OPERATOR_COMMANDS = [
  ...(['admin', 'user', 'grant', 'job', 'refund', 'broadcast', 'orders', 'maintenance'] as const),
] as const;
export type OperatorCommandName = (typeof OPERATOR_COMMANDS)[number];

/** A command as it was meant. */
export type OperatorCommand =
  | { kind: 'figures' }
  | { kind: 'person'; who: Who }
  | { kind: 'job'; jobId: string }
  | { kind: 'broadcast' }
  | { kind: 'grant'; who: Who; credits: number; reason: string | null }
  | { kind: 'wish'; wish: Wish; reason: string | null }
  /** It lacks something: the operator is told what to write. */
  | { kind: 'usage'; command: OperatorCommandName };

const COMMAND = /^\/([a-z]+)(?:@\w+)?(?:\s+([\s\S]*))?$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Telegram's ids have at most 52 bits (https://core.telegram.org/bots/api#user). */
const TELEGRAM_ID = /^[1-9]\d{0,15}$/;
/** Telegram's usernames: 4 to 32 of letters, digits and `_`, beginning with a letter. */
const USERNAME = /^@?([a-z]\w{3,31})$/i;
const CREDITS = /^[1-9]\d{0,8}$/;
const ROUBLES = /^(\d{1,9})(?:[.,](\d{1,2}))?$/;
const KOPECKS_IN_ROUBLE = 100;

/** The command of an operator in a message; null where there is none of theirs. */
export function readOperatorCommand(text: string): OperatorCommand | null {
  const [, name = '', rest = ''] = COMMAND.exec(text.trim()) ?? [];
  const command = OPERATOR_COMMANDS.find((known) => known === name.toLowerCase());
  return command ? (readRest(command, rest.trim()) ?? { kind: 'usage', command }) : null;
}

function readRest(command: OperatorCommandName, rest: string): OperatorCommand | null {
  const [first, after] = splitFirst(rest);
  switch (command) {
    case 'admin':
      return { kind: 'figures' };
    case 'broadcast':
      return { kind: 'broadcast' };
    case 'user': {
      const who = after === '' ? readWho(first) : null;
      return who && { kind: 'person', who };
    }
    case 'job':
      return UUID.test(rest) ? { kind: 'job', jobId: rest.toLowerCase() } : null;
    case 'grant': {
      const who = readWho(first);
      const grant = readCredits(after);
      return who && grant && { kind: 'grant', who, ...grant };
    }
    case 'refund':
      return readRefund(first, after);
    case 'maintenance':
    case 'orders':
      return readSwitch(command, first, after);
  }
}

/** A person, as an operator names one: Telegram's id, `@username`, or our id. */
export function readWho(text: string): Who | null {
  if (TELEGRAM_ID.test(text)) return { tgUserId: Number(text) };
  if (UUID.test(text)) return { userId: text.toLowerCase() };
  const username = USERNAME.exec(text)?.[1];
  return username ? { username } : null;
}

/** `5 for the trouble`: how many credits, and why, where that is said. */
export function readCredits(text: string): { credits: number; reason: string | null } | null {
  const [number, reason] = splitFirst(text.trim());
  return CREDITS.test(number) ? { credits: Number(number), reason: reason || null } : null;
}

function readRefund(paymentId: string, rest: string): OperatorCommand | null {
  if (!UUID.test(paymentId)) return null;
  const [sum, after] = splitFirst(rest);
  const [, roubles, fraction] = ROUBLES.exec(sum) ?? [];
  const kopecks =
    roubles === undefined
      ? null
      : Number(roubles) * KOPECKS_IN_ROUBLE + Number((fraction ?? '').padEnd(2, '0'));
  if (kopecks === 0) return null;
  const reason = (kopecks === null ? rest : after) || null;
  return { kind: 'wish', wish: { kind: 'refund', paymentId: paymentId.toLowerCase(), kopecks }, reason };
}

/** `/maintenance on` closes the bot, `/orders off` stops new orders: the second one is told from the side of people. */
function readSwitch(command: 'maintenance' | 'orders', first: string, after: string): OperatorCommand | null {
  const state = first.toLowerCase();
  if (state !== 'on' && state !== 'off') return null;
  const wish: Wish =
    command === 'maintenance'
      ? { kind: 'switch', name: 'maintenance', on: state === 'on' }
      : { kind: 'switch', name: 'orders_stopped', on: state === 'off' };
  return { kind: 'wish', wish, reason: after || null };
}

function splitFirst(text: string): [first: string, rest: string] {
  const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return [first, rest.trim()];
}
