import { isDeepStrictEqual } from 'node:util';
import { badRequest } from '../errors.js';
import { JsonFields } from '../json-fields.js';
import { readInlineMarkup, readInvoiceMarkup } from '../keyboard.js';
import type { MessageContent, ReplyMarkup, StoredMessage } from '../model.js';
import { fileOf } from '../people/chat-view.js';
import type { BotQuery } from '../query.js';
import { readMessageText } from '../text.js';
import type { World } from '../world.js';
import { mediaContent } from './media-group.js';
import type { Method, MethodResult } from './method.js';
import { captionOf } from './send.js';

const INT32_MAX = 2 ** 31 - 1;
const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
  'content and reply markup of the message';

/** https://core.telegram.org/bots/api#editmessagetext */
export const editMessageText: Method = (query, { world }) => {
  const body = readMessageText({
    text: query.text('text'),
    parseMode: query.text('parse_mode'),
    entities: query.lenientJson('entities'),
  });
  const markup = readInlineMarkup(query);
  const message = editable(query, world);
  if (message.content.kind !== 'text') throw badRequest('there is no text in the message to edit');
  return change(world, message, { content: { kind: 'text', body }, markup });
};

/** https://core.telegram.org/bots/api#editmessagecaption */
export const editMessageCaption: Method = (query, { world }) => {
  const markup = readInlineMarkup(query);
  const body = captionOf(query);
  const message = editable(query, world);
  const { kind } = message.content;
  if (kind === 'text' || kind === 'invoice') throw badRequest('there is no caption in the message to edit');
  return change(world, message, { content: { ...message.content, body }, markup });
};

/** https://core.telegram.org/bots/api#editmessagereplymarkup; without a keyboard it takes the old one away, save an invoice's pay button. */
export const editMessageReplyMarkup: Method = (query, { world }) => {
  const message = editable(query, world);
  const { content } = message;
  const markup =
    content.kind === 'invoice' ? readInvoiceMarkup(query, content.invoice) : readInlineMarkup(query);
  return change(world, message, { content, markup });
};

/** https://core.telegram.org/bots/api#editmessagemedia */
export const editMessageMedia: Method = async (query, { world }) => {
  const markup = readInlineMarkup(query);
  if (query.text('media') === '') throw badRequest('parameter "media" is required');
  const item = JsonFields.of(
    query.json('media', 'input media'),
    "can't parse InputMedia: expected an Object",
  );
  const message = editable(query, world);
  if (message.content.kind === 'invoice') throw badRequest('there is no media in the message to edit');
  const content = await mediaContent(world, query, item);
  return change(world, message, { content, markup });
};

/** https://core.telegram.org/bots/api#deletemessage; in a private chat the bot may delete the person's messages too. */
export const deleteMessage: Method = (query, { world }) => {
  if (query.text('chat_id') === '') throw badRequest('Chat identifier is not specified');
  const messageId = query.integer('message_id', 0, [0, INT32_MAX]);
  if (messageId === 0) throw badRequest('Message identifier is not specified');
  const person = world.knownChat(query.chatId());
  const message = world.chats.find(person.id, messageId);
  if (!message) throw badRequest('message to delete not found');
  world.chats.remove(message);
  world.events.emit({ type: 'message_deleted', personId: person.id, messageId });
  return { result: true };
};

/** The message that a call wants to edit. Throws the real server's texts when it may not. */
function editable(query: BotQuery, world: World): StoredMessage {
  const messageId = query.integer('message_id', 0, [0, INT32_MAX]);
  if (query.text('chat_id') === '' && messageId === 0)
    throw badRequest('Message identifier is not specified');
  const person = world.writableChat(query.chatId());
  const message = world.chats.find(person.id, messageId);
  if (!message) throw badRequest('message to edit not found');
  const hasOtherKeyboard = message.replyMarkup !== null && message.replyMarkup.kind !== 'inline';
  if (!message.fromBot || hasOtherKeyboard) throw badRequest("message can't be edited");
  return message;
}

function change(
  world: World,
  message: StoredMessage,
  { content, markup }: { content: MessageContent; markup: ReplyMarkup | null },
): MethodResult {
  const same = sameContent(message.content, content) && isDeepStrictEqual(message.replyMarkup, markup);
  if (same) throw badRequest(NOT_MODIFIED);
  world.countSend(message.chatId);
  world.chats.change(message, content, markup);
  world.announce('message_edited', message);
  return { result: world.toApi(message) };
}

function sameContent(one: MessageContent, other: MessageContent): boolean {
  if (one.kind !== other.kind || !isDeepStrictEqual(one.body, other.body)) return false;
  return fileOf(one)?.fileUniqueId === fileOf(other)?.fileUniqueId;
}
