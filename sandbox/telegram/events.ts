import type { ChatMessage } from './people/chat-view.js';
import type { CallbackAnswer } from './model.js';

/** Something that a person's client would show. */
export type TelegramEvent =
  | { type: 'message_new'; personId: number; message: ChatMessage }
  | { type: 'message_edited'; personId: number; message: ChatMessage }
  | { type: 'message_deleted'; personId: number; messageId: number }
  | { type: 'callback_answered'; personId: number; answer: CallbackAnswer }
  | { type: 'chat_action'; personId: number; action: string }
  | { type: 'person_changed'; personId: number; blocked: boolean };

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
