import { badRequest } from '../errors.js';
import { readReplyMarkup } from '../keyboard.js';
import type { MessageContent } from '../model.js';
import { type BotQuery, toInteger } from '../query.js';
import { readCaption } from '../text.js';
import type { Method } from './method.js';
import { readReplyTo } from './send.js';

const INT32_MAX = 2 ** 31 - 1;
/** Service messages and what was paid or is to be paid. */
const NEVER_COPIED = ['successful_payment', 'refunded_payment'];

/**
 * https://core.telegram.org/bots/api#copymessage; the texts are those of the server's `check_message` with the words "message to copy"
 * (Client.cpp), which looks at the chat that is copied from before the one that is written to.
 */
export const copyMessage: Method = (query, { world }) => {
  const replyMarkup = readReplyMarkup(query);
  if (query.text('from_chat_id') === '') throw badRequest('chat_id is empty');
  const from = world.knownChat(toInteger(query.text('from_chat_id')));
  const messageId = query.integer('message_id', 0, [0, INT32_MAX]);
  if (messageId === 0) throw badRequest('Message identifier is not specified');
  const original = world.chats.find(from.id, messageId);
  if (!original) throw badRequest('message to copy not found');
  const { content } = original;
  const isKept =
    content.kind === 'invoice' || (content.kind === 'other' && NEVER_COPIED.includes(content.name));
  if (isKept || original.protectedContent) throw badRequest("message can't be copied");
  const chatId = query.chatId();
  world.writableChat(chatId);
  const replyToMessageId = readReplyTo(query, world);
  world.countSend(chatId);
  const copy = world.deliver({
    ...{ chatId, replyToMessageId, content: withCaption(content, query) },
    // The original's own keyboard stays behind.
    replyMarkup,
    protectedContent: query.flag('protect_content'),
  });
  return { result: { message_id: copy.messageId } };
};

/** A caption in the call takes the place of the original's; of a text nothing is changed. */
function withCaption(content: MessageContent, query: BotQuery): MessageContent {
  const isMedia = content.kind !== 'text' && content.kind !== 'other' && content.kind !== 'invoice';
  if (!isMedia || !query.args.has('caption')) return content;
  const body = readCaption({
    text: query.text('caption'),
    parseMode: query.text('parse_mode'),
    entities: query.lenientJson('caption_entities'),
  });
  return { ...content, body };
}
