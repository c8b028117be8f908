import { badRequest } from '../errors.js';
import { JsonFields } from '../json-fields.js';
import { readReplyMarkup } from '../keyboard.js';
import type { FormattedText, MessageContent } from '../model.js';
import type { BotQuery } from '../query.js';
import { readCaption, readMessageText } from '../text.js';
import type { World } from '../world.js';
import { photoContent, videoContent } from './media.js';
import type { Method, MethodResult } from './method.js';

const INT32_MAX = 2 ** 31 - 1;
const ACTIONS = new Set([
  ...['cancel', 'typing', 'record_video', 'upload_video', 'record_audio', 'record_voice', 'upload_audio'],
  ...['upload_voice', 'upload_photo', 'upload_document', 'choose_sticker', 'pick_up_location'],
  ...['find_location', 'record_video_note', 'upload_video_note'],
]);

/** https://core.telegram.org/bots/api#sendmessage */
export const sendMessage: Method = (query, { world }) => {
  const body = readMessageText({
    text: query.text('text'),
    parseMode: query.text('parse_mode'),
    entities: query.lenientJson('entities'),
  });
  return send(query, world, { kind: 'text', body });
};

/** https://core.telegram.org/bots/api#sendphoto */
export const sendPhoto: Method = async (query, { world }) => {
  const source = { upload: query.upload('photo'), value: query.text('photo') };
  if (!source.upload && source.value === '') throw badRequest('there is no photo in the request');
  const body = captionOf(query);
  checkDestination(query, world);
  return send(query, world, await photoContent(world, source, body));
};

/** https://core.telegram.org/bots/api#sendvideo */
export const sendVideo: Method = async (query, { world }) => {
  const source = { upload: query.upload('video'), value: query.text('video') };
  if (!source.upload && source.value === '') throw badRequest('there is no video in the request');
  const body = captionOf(query);
  const facts = {
    widthPx: query.integer('width', 0, [0, 10_000]),
    heightPx: query.integer('height', 0, [0, 10_000]),
    durationS: query.integer('duration', 0, [0, INT32_MAX]),
    supportsStreaming: query.flag('supports_streaming'),
  };
  checkDestination(query, world);
  return send(query, world, await videoContent(world, { ...source, facts }, body));
};

/** https://core.telegram.org/bots/api#sendchataction */
export const sendChatAction: Method = (query, { world }) => {
  const action = query.text('action').toLowerCase();
  if (!ACTIONS.has(action)) throw badRequest('wrong parameter action in request');
  const person = world.writableChat(query.chatId());
  world.events.emit({ type: 'chat_action', personId: person.id, action });
  return { result: true };
};

/** The caption of a call that carries one. */
export function captionOf(query: BotQuery): FormattedText {
  return readCaption({
    text: query.text('caption'),
    parseMode: query.text('parse_mode'),
    entities: query.lenientJson('caption_entities'),
  });
}

/** The message that a new one answers to. Throws 400 when it is gone and the call insists on it. */
export function readReplyTo(query: BotQuery, world: World): number | undefined {
  const value = query.json('reply_parameters', 'reply parameters');
  if (value === undefined) return undefined;
  const fields = JsonFields.of(value, 'object expected as reply parameters');
  if (!fields.has('message_id')) throw badRequest('Can\'t find field "message_id"');
  const messageId = fields.integer('message_id');
  if (world.chats.find(query.chatId(), messageId)) return messageId;
  if (fields.flag('allow_sending_without_reply')) return undefined;
  throw badRequest('message to be replied not found');
}

/** Throws whatever would refuse the message before its file is worked on. */
function checkDestination(query: BotQuery, world: World): void {
  readReplyMarkup(query);
  world.writableChat(query.chatId());
}

function send(query: BotQuery, world: World, content: MessageContent): MethodResult {
  const replyMarkup = readReplyMarkup(query);
  const chatId = query.chatId();
  world.writableChat(chatId);
  const replyToMessageId = readReplyTo(query, world);
  world.countSend(chatId);
  const protectedContent = query.flag('protect_content');
  const message = world.deliver({ chatId, content, replyMarkup, replyToMessageId, protectedContent });
  return { result: world.toApi(message) };
}
