/** A part of a text with a meaning; offsets and lengths count UTF-16 units (https://core.telegram.org/bots/api#messageentity). */
export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
  custom_emoji_id?: string;
}

/** A text without markup and what its parts mean. */
export interface FormattedText {
  text: string;
  entities: Entity[];
}

/** A button of an inline keyboard in the Bot API's own words. */
export interface InlineButton {
  text: string;
  url?: string;
  callback_data?: string;
  pay?: true;
  web_app?: { url: string };
  copy_text?: { text: string };
  switch_inline_query?: string;
  switch_inline_query_current_chat?: string;
  style?: string;
  icon_custom_emoji_id?: string;
}

export type ReplyMarkup =
  | { kind: 'inline'; rows: InlineButton[][] }
  | { kind: 'keyboard'; rows: { text: string }[][]; oneTime: boolean }
  | { kind: 'remove' }
  | { kind: 'force_reply' };

export type FileKind =
  'photo' | 'video' | 'document' | 'voice' | 'sticker' | 'audio' | 'video_note' | 'animation';

/** A file that Telegram holds. `diskPath` is null once its bytes were dropped to keep within the limit. */
export interface StoredFile {
  fileId: string;
  fileUniqueId: string;
  kind: FileKind;
  /** What `getFile` answers, such as `photos/file_7.jpg`. */
  filePath: string;
  bytes: number;
  mimeType: string;
  fileName?: string;
  diskPath: string | null;
  /** The person who sent it; absent where the bot did. */
  senderId?: number;
  widthPx?: number;
  heightPx?: number;
  durationS?: number;
  supportsStreaming?: boolean;
  /** All sizes of the photo that this file belongs to, small to large. */
  photoSizes?: StoredFile[];
}

/** What is sold for Stars. The payload is the bot's own and never shown. */
export interface Invoice {
  title: string;
  description: string;
  payload: string;
  amountStars: number;
  /** Empty: a copy that was passed on can be paid; otherwise it only leads to the bot. */
  startParameter: string;
}

export type MessageContent =
  | { kind: 'text'; body: FormattedText }
  | { kind: 'photo'; sizes: StoredFile[]; body: FormattedText }
  | { kind: 'video'; file: StoredFile; body: FormattedText }
  | { kind: 'document'; file: StoredFile; body: FormattedText }
  | { kind: 'invoice'; invoice: Invoice; body: FormattedText }
  /** Anything a person may send that the bot does not: `payload` is merged into the message as it is. */
  | { kind: 'other'; name: string; payload: Record<string, unknown>; body: FormattedText };

/** A message in the private chat of one person with the bot; ids count through all chats, as for a real bot. */
export interface StoredMessage {
  messageId: number;
  chatId: number;
  fromBot: boolean;
  dateS: number;
  editDateS?: number;
  /** How often the bot or the person changed it. */
  edits: number;
  deleted: boolean;
  content: MessageContent;
  replyMarkup: ReplyMarkup | null;
  mediaGroupId?: string;
  replyToMessageId?: number;
  protectedContent?: boolean;
}

/** A person with a Telegram account. The chat with the bot has the same id. */
export interface Person {
  id: number;
  firstName: string;
  lastName?: string;
  username?: string;
  languageCode?: string;
  /** Has written to the bot, so the bot may write to them. */
  started: boolean;
  /** The bot saw them elsewhere, so an early message fails as 403 and not as an unknown chat. */
  knownToBot: boolean;
  blocked: boolean;
  deactivated: boolean;
}

/** A tap on a callback button, from the tap until it is answered or too old. */
export interface CallbackQuery {
  id: string;
  personId: number;
  messageId: number;
  data: string;
  tappedAtMs: number;
  answer: CallbackAnswer | null;
}

/** What the person saw after a tap: an empty text only stops the button's spinner. */
export interface CallbackAnswer {
  queryId: string;
  personId: number;
  messageId: number;
  data: string;
  text: string;
  showAlert: boolean;
  url: string;
  /** Real milliseconds from the tap to the answer. */
  afterMs: number;
}

/** The largest long side of the photos that Telegram makes of an upload. */
export const PHOTO_SIDES_PX = [90, 320, 800, 1280] as const;
