import { decodeCallback, type CallbackKind } from '../../src/modules/telegram/light.js';
import type { ChatMessage, FakeTelegram, TelegramEvent } from '../../sandbox/telegram/index.js';
import { recogniseScreen, type ScreenName } from './screens.js';
import type { Visits } from './visits.js';

/** How many of the last messages with buttons somebody would scroll back to. */
const REMEMBERED_MAX = 12;

/** A button that can be pressed now. */
export interface SeenButton {
  messageId: number;
  data: string;
  kind: CallbackKind;
}

/** What one person has before their eyes. */
export class Chat {
  /** The last messages of the bot with a keyboard, the one that was shown or changed last at the end. */
  private messages: ChatMessage[] = [];
  private readonly screens = new Map<number, ScreenName | null>();
  /** The screen that was shown last. */
  screen: ScreenName | null = null;
  private readonly seen = new Set<ScreenName>();
  /** How often each screen came as a new message. */
  readonly sent = new Map<ScreenName, number>();

  /** Notes a message that is new or changed. Returns the screen that it shows anew, if any. */
  see(message: ChatMessage, isNew: boolean): ScreenName | null {
    const { messageId, keyboard } = message;
    const screen = recogniseScreen(message.text);
    const before = this.screens.get(messageId);
    this.screens.set(messageId, screen);
    this.forget(messageId);
    if (keyboard) this.messages = [...this.messages, message].slice(-REMEMBERED_MAX);
    if (screen === null) return null;
    this.seen.add(screen);
    if (isNew) this.sent.set(screen, (this.sent.get(screen) ?? 0) + 1);
    // An order under way changes its message by itself.
    if (screen === 'started' && before === 'started') return null;
    this.screen = screen;
    return screen;
  }

  /** Whether the screen was shown before. */
  hasSeen(screen: ScreenName): boolean {
    return this.seen.has(screen);
  }

  forget(messageId: number): void {
    this.messages = this.messages.filter((message) => message.messageId !== messageId);
  }

  /** The buttons of the message that was shown last. */
  get buttons(): SeenButton[] {
    const newest = this.messages.at(-1);
    return newest ? buttonsOf(newest) : [];
  }

  /** The buttons of messages before that, the newest first. */
  get oldButtons(): SeenButton[] {
    return this.messages.slice(0, -1).reverse().flatMap(buttonsOf);
  }

  /** The newest button of a kind. */
  find(kind: CallbackKind, fits: (data: string) => boolean = () => true): SeenButton | undefined {
    return [...this.buttons, ...this.oldButtons].find((button) => button.kind === kind && fits(button.data));
  }

  /** The newest message that fits. */
  findMessage(fits: (message: ChatMessage) => boolean): ChatMessage | undefined {
    return this.messages.findLast(fits);
  }
}

/** Every person's chat, kept up to date by what their apps show. */
export class Chats {
  private readonly chats = new Map<number, Chat>();
  /** When each tap was answered, in real ms after it. */
  readonly answers = new Map<string, number>();

  constructor(
    telegram: FakeTelegram,
    private readonly visits: Visits,
  ) {
    telegram.onEvent((event) => this.note(event));
  }

  of(personId: number): Chat {
    const known = this.chats.get(personId);
    if (known) return known;
    const chat = new Chat();
    this.chats.set(personId, chat);
    return chat;
  }

  private note(event: TelegramEvent): void {
    switch (event.type) {
      case 'message_new':
      case 'message_edited': {
        if (event.message.from !== 'bot') return;
        const screen = this.of(event.personId).see(event.message, event.type === 'message_new');
        if (screen) this.visits.screens[screen] += 1;
        return;
      }
      case 'message_deleted':
        return this.of(event.personId).forget(event.messageId);
      case 'callback_answered':
        this.answers.set(event.answer.queryId, event.answer.afterMs);
        return;
      default:
    }
  }
}

function buttonsOf({ messageId, keyboard }: ChatMessage): SeenButton[] {
  return (keyboard?.flat() ?? []).flatMap(({ callback_data: data }) => {
    const kind = decodeCallback(data)?.kind;
    return data !== undefined && kind ? [{ messageId, data, kind }] : [];
  });
}
