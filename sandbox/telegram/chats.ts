import type { MessageContent, ReplyMarkup, StoredMessage } from './model.js';

const MESSAGES_PER_CHAT_MAX = 20_000;

/** A message before it is stored. */
export type NewMessage = Pick<StoredMessage, 'chatId' | 'fromBot' | 'content' | 'replyMarkup'> &
  Partial<Pick<StoredMessage, 'mediaGroupId' | 'replyToMessageId' | 'protectedContent'>>;

/** All private chats of the bot and their messages, deleted ones included. */
export class ChatStore {
  private readonly chats = new Map<number, Map<number, StoredMessage>>();
  private lastMessageId = 0;

  add(message: NewMessage): StoredMessage {
    this.lastMessageId += 1;
    const stored: StoredMessage = {
      ...message,
      messageId: this.lastMessageId,
      dateS: nowS(),
      edits: 0,
      deleted: false,
    };
    const chat = this.chats.get(message.chatId) ?? new Map<number, StoredMessage>();
    this.chats.set(message.chatId, chat);
    chat.set(stored.messageId, stored);
    if (chat.size > MESSAGES_PER_CHAT_MAX) chat.delete(chat.keys().next().value ?? 0);
    return stored;
  }

  /** A message that exists and was not deleted. */
  find(chatId: number, messageId: number): StoredMessage | undefined {
    const message = this.chats.get(chatId)?.get(messageId);
    return message?.deleted ? undefined : message;
  }

  list(chatId: number): StoredMessage[] {
    return [...(this.chats.get(chatId)?.values() ?? [])];
  }

  /** Puts new content and keyboard in place. */
  change(message: StoredMessage, content: MessageContent, replyMarkup: ReplyMarkup | null): void {
    message.content = content;
    message.replyMarkup = replyMarkup;
    message.editDateS = nowS();
    message.edits += 1;
  }

  remove(message: StoredMessage): void {
    message.deleted = true;
  }
}

/** The real time in whole seconds, as in every `date` of the Bot API. */
export function nowS(): number {
  return Math.floor(Date.now() / 1000);
}
