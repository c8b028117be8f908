import type {
  Entity,
  FormattedText,
  Invoice,
  Person,
  ReplyMarkup,
  StoredFile,
  StoredMessage,
} from './model.js';

export type ApiObject = Record<string, unknown>;

/** The bot as a `User` (https://core.telegram.org/bots/api#user). */
export interface BotProfile {
  id: number;
  firstName: string;
  username: string;
}

export function botUser({ id, firstName, username }: BotProfile): ApiObject {
  return { id, is_bot: true, first_name: firstName, username };
}

export function personUser(person: Person): ApiObject {
  return {
    id: person.id,
    is_bot: false,
    first_name: person.firstName,
    ...optional('last_name', person.lastName),
    ...optional('username', person.username),
    ...optional('language_code', person.languageCode),
  };
}

export function privateChat(person: Person): ApiObject {
  return {
    id: person.id,
    first_name: person.firstName,
    ...optional('last_name', person.lastName),
    ...optional('username', person.username),
    type: 'private',
  };
}

/** A file as it stands inside a message: `Video`, `Document`, `PhotoSize`. */
export function fileObject(file: StoredFile): ApiObject {
  const size = { file_id: file.fileId, file_unique_id: file.fileUniqueId, file_size: file.bytes };
  if (file.kind === 'photo') return { ...size, width: file.widthPx, height: file.heightPx };
  const described = { ...optional('file_name', file.fileName), mime_type: file.mimeType, ...size };
  if (file.kind === 'document') return described;
  return {
    ...optional('duration', file.durationS),
    ...optional('width', file.widthPx),
    ...optional('height', file.heightPx),
    ...described,
  };
}

/** A message as the Bot API shows it (https://core.telegram.org/bots/api#message). */
export function messageObject(
  message: StoredMessage,
  { bot, person, repliedTo }: { bot: BotProfile; person: Person; repliedTo?: StoredMessage },
): ApiObject {
  return {
    message_id: message.messageId,
    from: message.fromBot ? botUser(bot) : personUser(person),
    chat: privateChat(person),
    date: message.dateS,
    ...optional('edit_date', message.editDateS),
    ...optional('media_group_id', message.mediaGroupId),
    ...(message.protectedContent ? { has_protected_content: true } : {}),
    ...(repliedTo ? { reply_to_message: messageObject(repliedTo, { bot, person }) } : {}),
    ...contentFields(message),
    ...markupField(message.replyMarkup),
  };
}

function contentFields({ content }: StoredMessage): ApiObject {
  switch (content.kind) {
    case 'text':
      return { text: content.body.text, ...entitiesField('entities', content.body.entities) };
    case 'photo':
      return { photo: content.sizes.map(fileObject), ...captionFields(content.body) };
    case 'video':
      return { video: fileObject(content.file), ...captionFields(content.body) };
    case 'document':
      return { document: fileObject(content.file), ...captionFields(content.body) };
    case 'invoice':
      return { invoice: invoiceObject(content.invoice) };
    case 'other':
      return { ...content.payload, ...captionFields(content.body) };
  }
}

function invoiceObject({ title, description, amountStars, startParameter }: Invoice): ApiObject {
  return { title, description, start_parameter: startParameter, currency: 'XTR', total_amount: amountStars };
}

function captionFields({ text, entities }: FormattedText): ApiObject {
  return text === '' ? {} : { caption: text, ...entitiesField('caption_entities', entities) };
}

function entitiesField(name: string, entities: Entity[]): ApiObject {
  return entities.length === 0 ? {} : { [name]: entities };
}

function markupField(markup: ReplyMarkup | null): ApiObject {
  // Only inline keyboards come back in a message.
  return markup?.kind === 'inline' ? { reply_markup: { inline_keyboard: markup.rows } } : {};
}

function optional(name: string, value: string | number | undefined): ApiObject {
  return value === undefined ? {} : { [name]: value };
}
