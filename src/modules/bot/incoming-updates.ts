import type { Message, Update } from 'telegraf/types';
import { z } from 'zod';
import { decodeCallback } from '../telegram/index.js';
import type { TelegramProfile } from '../users/index.js';
import type { ConversationState } from './conversation.schemas.js';
import { COMMAND_NAMES, type PersonEvent } from './conversation.types.js';
import type { SentMessage } from './operators/operator.types.js';

const id = z.number().int();
const chat = z.looseObject({ id, type: z.string() });
const from = z.looseObject({ id });
/** What it must hold is the intake's to judge: one that is not understood is looked for in the log as an error. */
const payment = z.looseObject({});

/**
 * As much of an update as we rely on (https://core.telegram.org/bots/api#update). Loose on purpose: Telegram adds fields at any
 * time, and an update that we refuse would come again for a day.
 */
export const updateSchema = z.looseObject({
  update_id: id,
  message: z
    .looseObject({
      message_id: id,
      chat,
      from: from.optional(),
      successful_payment: payment.optional(),
      refunded_payment: payment.optional(),
    })
    .optional(),
  pre_checkout_query: z.looseObject({ id: z.string() }).optional(),
  callback_query: z
    .looseObject({
      id: z.string(),
      from,
      data: z.string().optional(),
      message: z.looseObject({ message_id: id, chat }).optional(),
    })
    .optional(),
  my_chat_member: z
    .looseObject({ chat, from, new_chat_member: z.looseObject({ status: z.string() }) })
    .optional(),
});

/** The private chat that an update belongs to, and who is in it. */
export interface Sender {
  /** Of a private chat, also the person's id. */
  chatId: number;
  profile: TelegramProfile;
}

/** A tap on a button. */
export interface IncomingTap {
  queryId: string;
  /** The message with the button; null when Telegram does not say. */
  messageId: number | null;
  data: string | undefined;
}

type TelegramUser = NonNullable<Message['from']>;

/** Whose conversation an update belongs to; null for groups, channels and what has no conversation. */
export function readSender(update: Update): Sender | null {
  if ('message' in update) {
    const { chat, from } = update.message;
    return chat.type === 'private' && from ? sender(from) : null;
  }
  if ('callback_query' in update) {
    const { from, message } = update.callback_query;
    return message && message.chat.type !== 'private' ? null : sender(from);
  }
  if ('my_chat_member' in update) {
    const { chat, from } = update.my_chat_member;
    return chat.type === 'private' ? sender(from) : null;
  }
  return null;
}

function sender(from: TelegramUser): Sender {
  return {
    chatId: from.id,
    profile: {
      tgUserId: from.id,
      username: from.username,
      firstName: from.first_name,
      lastName: from.last_name,
      languageCode: from.language_code,
    },
  };
}

/** The tap of an update, if it is one. */
export function readTap(update: Update): IncomingTap | null {
  if (!('callback_query' in update)) return null;
  const { id: queryId, message } = update.callback_query;
  const data = 'data' in update.callback_query ? update.callback_query.data : undefined;
  return { queryId, messageId: message?.message_id ?? null, data };
}

/** What a tap means, given the messages that show the current screen and the last pay screen. */
export function readTapEvent(
  tap: IncomingTap,
  { screenMessageId, payMessageId }: Pick<ConversationState, 'screenMessageId' | 'payMessageId'>,
): PersonEvent {
  const isOn = (messageId: number | null) => tap.messageId !== null && tap.messageId === messageId;
  const callback = decodeCallback(tap.data);
  return { kind: 'tap', callback, onScreen: isOn(screenMessageId), onPayScreen: isOn(payMessageId) };
}

/** What a message means; null for service messages (a pinned message, a payment), which need no answer. */
export function readMessage(message: Message): PersonEvent | null {
  if ('text' in message) return readText(cleanText(message.text));
  if ('photo' in message) {
    const largest = message.photo.reduce((a, b) => (b.width * b.height >= a.width * a.height ? b : a));
    return photoEvent(message, largest);
  }
  if ('document' in message && /^image\//i.test(message.document.mime_type ?? '')) {
    return photoEvent(message, message.document);
  }
  const content = CONTENT.find((name) => name in message);
  return content ? { kind: 'other', isFile: content === 'document' } : null;
}

/** A message as it could be sent to others. */
export function readSentMessage(message: Message): SentMessage {
  const content = (['text', 'photo', 'video'] as const).find((name) => name in message) ?? 'other';
  return {
    messageId: message.message_id,
    content,
    text: 'text' in message ? cleanText(message.text) : null,
    isAlbum: 'media_group_id' in message && message.media_group_id !== undefined,
  };
}

/** Messages that a person writes and that we cannot use. */
const CONTENT = [
  ...['document', 'sticker', 'voice', 'video', 'video_note', 'audio', 'animation'],
  ...['contact', 'location', 'venue', 'poll', 'dice', 'story'],
];

function readText(text: string): PersonEvent {
  const command = /^\/([a-z0-9_]+)(?:@\w+)?(?:\s+([\s\S]*))?$/i.exec(text);
  if (!command) return text.startsWith('/') ? { kind: 'command', name: 'unknown' } : { kind: 'text', text };
  const name = command[1]?.toLowerCase();
  if (name === 'start') return { kind: 'start', payload: command[2]?.trim() || null };
  return { kind: 'command', name: COMMAND_NAMES.find((known) => known === name) ?? 'unknown' };
}

function photoEvent(message: Message, file: { file_id: string; file_size?: number }): PersonEvent {
  const caption = 'caption' in message ? cleanText(message.caption ?? '') : '';
  const albumId = 'media_group_id' in message ? (message.media_group_id ?? null) : null;
  return {
    kind: 'photo',
    photo: { fileId: file.file_id, bytes: file.file_size ?? null, caption: caption || null, albumId },
  };
}

/** Text as PostgreSQL takes it: without NUL and without halves of characters; and without space around it. */
export function cleanText(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString().trim();
}
