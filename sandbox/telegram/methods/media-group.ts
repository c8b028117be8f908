import { randomInt } from 'node:crypto';
import { badRequest } from '../errors.js';
import { JsonFields, withPrefix } from '../json-fields.js';
import type { MessageContent } from '../model.js';
import type { BotQuery } from '../query.js';
import { readCaption } from '../text.js';
import type { World } from '../world.js';
import { photoContent, videoContent } from './media.js';
import type { Method } from './method.js';
import { readReplyTo } from './send.js';

const ITEMS_MIN = 2;
const ITEMS_MAX = 10;

/** https://core.telegram.org/bots/api#sendmediagroup; an album carries no keyboard. */
export const sendMediaGroup: Method = async (query, { world }) => {
  const items = readItems(query);
  const chatId = query.chatId();
  world.writableChat(chatId);
  const replyToMessageId = readReplyTo(query, world);
  const contents: MessageContent[] = [];
  for (const item of items) contents.push(await mediaContent(world, query, item));
  for (const _ of contents) world.countSend(chatId);
  const mediaGroupId = newMediaGroupId();
  const messages = contents.map((content) =>
    world.deliver({ chatId, content, replyMarkup: null, mediaGroupId, replyToMessageId }),
  );
  return { result: messages.map((message) => world.toApi(message)) };
};

/** The content that an `InputMediaPhoto` or `InputMediaVideo` describes. Throws 400 for what it cannot be. */
export async function mediaContent(world: World, query: BotQuery, item: JsonFields): Promise<MessageContent> {
  const type = item.requiredText('type');
  const body = readCaption({
    text: item.text('caption'),
    parseMode: item.text('parse_mode'),
    entities: item.raw('caption_entities'),
  });
  const value = item.text('media');
  const source = { upload: query.upload('', value), value };
  if (value === '' || (value.startsWith('attach://') && !source.upload)) {
    throw badRequest("can't parse InputMedia: media not found");
  }
  if (type === 'photo') return photoContent(world, source, body);
  if (type !== 'video') throw badRequest(`can't parse InputMedia: type "${type}" is unsupported`);
  const facts = {
    widthPx: item.integer('width'),
    heightPx: item.integer('height'),
    durationS: item.integer('duration'),
    supportsStreaming: item.flag('supports_streaming'),
  };
  return videoContent(world, { ...source, facts }, body);
}

/** An id that joins the messages of one album. */
export function newMediaGroupId(): string {
  return String(randomInt(10 ** 12, 10 ** 13));
}

function readItems(query: BotQuery): JsonFields[] {
  if (query.text('media') === '') throw badRequest('parameter "media" is required');
  const value = query.json('media', 'media');
  if (!Array.isArray(value)) throw badRequest('expected an Array of InputMedia');
  if (value.length < ITEMS_MIN || value.length > ITEMS_MAX) {
    throw badRequest('media group must include 2-10 items');
  }
  return value.map((item) =>
    withPrefix("can't parse InputMedia", () => JsonFields.of(item, 'expected an Object')),
  );
}
