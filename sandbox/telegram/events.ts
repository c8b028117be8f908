import type { BotCommand } from './command-menus.js';
import type { CallbackAnswer, Person } from './model.js';
import type { ChatMessage } from './people/chat-view.js';

/** Something that a person's client would show. */
export type TelegramEvent =
  | { type: 'message_new'; personId: number; message: ChatMessage }
  | { type: 'message_edited'; personId: number; message: ChatMessage }
  | { type: 'message_deleted'; personId: number; messageId: number }
  | { type: 'callback_answered'; personId: number; answer: CallbackAnswer }
  | { type: 'chat_action'; personId: number; action: string }
  /** Somebody came, or changed: their name, their language, whether they block the bot or have an account at all. */
  | { type: 'person_changed'; personId: number; person: Person }
  /** The person's menu of commands is another one now. */
  | { type: 'commands_changed'; personId: number; commands: BotCommand[] };

export type TelegramEventListener = (event: TelegramEvent) => void;

/** Tells every listener of each event, in order. */
export class EventHub {
  private readonly listeners = new Set<TelegramEventListener>();

  emit(event: TelegramEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  /** Registers a listener; the returned function removes it. */
  on(listener: TelegramEventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
