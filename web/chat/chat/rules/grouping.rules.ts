import type { ChatMessage } from '../../../../sandbox/page/protocol.js';

/** The line between two days. */
export interface DayRow {
  kind: 'day';
  key: string;
  dateS: number;
}

/** A line in the middle that nobody wrote: money came or went back. */
export interface ServiceRow {
  kind: 'service';
  key: string;
  message: ChatMessage;
}

/** A bubble: one message, or the photos of an album. */
export interface BubbleRow {
  kind: 'bubble';
  key: string;
  messages: readonly ChatMessage[];
  /** Whether it begins and ends what one side said in a row. */
  isFirst: boolean;
  isLast: boolean;
}

/** What a chat is drawn from, one below the other. */
export type ChatRow = DayRow | ServiceRow | BubbleRow;

/** What is said after a longer silence stands apart, though the same side says it. */
const SILENCE_MAX_S = 15 * 60;
const SERVICE_KINDS: ReadonlySet<string> = new Set(['successful_payment', 'refunded_payment']);
const ALBUM_KINDS: ReadonlySet<string> = new Set(['photo', 'video']);

/**
 * The messages as the chat draws them: with days between, albums in one bubble, and neighbours of one side joined.
 *
 * @param dayOf names the day of an instant in seconds, in the reader's time zone.
 */
export function groupMessages(messages: readonly ChatMessage[], dayOf: (dateS: number) => string): ChatRow[] {
  const rows: ChatRow[] = [];
  let day = '';
  for (const message of messages) {
    if (dayOf(message.dateS) !== day) {
      day = dayOf(message.dateS);
      rows.push({ kind: 'day', key: `day-${day}`, dateS: message.dateS });
    }
    addMessage(rows, message);
  }
  return rows;
}

function addMessage(rows: ChatRow[], message: ChatMessage): void {
  const key = `message-${message.messageId}`;
  if (SERVICE_KINDS.has(message.kind)) {
    rows.push({ kind: 'service', key, message });
    return;
  }
  const before = rows.at(-1);
  if (before?.kind === 'bubble' && isSameAlbum(before.messages[0], message)) {
    rows[rows.length - 1] = { ...before, messages: [...before.messages, message] };
    return;
  }
  const goesOn = before?.kind === 'bubble' && isSameBreath(before.messages.at(-1), message);
  if (goesOn) rows[rows.length - 1] = { ...before, isLast: false };
  rows.push({ kind: 'bubble', key, messages: [message], isFirst: !goesOn, isLast: true });
}

function isSameAlbum(first: ChatMessage | undefined, message: ChatMessage): boolean {
  return (
    first !== undefined &&
    message.mediaGroupId !== null &&
    first.mediaGroupId === message.mediaGroupId &&
    first.from === message.from &&
    ALBUM_KINDS.has(first.kind) &&
    ALBUM_KINDS.has(message.kind)
  );
}

function isSameBreath(before: ChatMessage | undefined, message: ChatMessage): boolean {
  return before?.from === message.from && message.dateS - before.dateS <= SILENCE_MAX_S;
}

/** Whether two rows look the same, so that the second need not be drawn: messages are replaced, never changed. */
export function isSameRow(one: BubbleRow, other: BubbleRow): boolean {
  return (
    one.isFirst === other.isFirst &&
    one.isLast === other.isLast &&
    one.messages.length === other.messages.length &&
    one.messages.every((message, index) => message === other.messages[index])
  );
}
