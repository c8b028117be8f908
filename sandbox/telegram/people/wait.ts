import { PeopleError } from '../errors.js';
import type { StoredMessage } from '../model.js';
import type { World } from '../world.js';
import { type ChatMessage, viewMessage } from './chat-view.js';

/** Which messages count. */
export interface WaitOptions {
  /** Only messages with a greater id. */
  afterMessageId?: number;
}

export interface MessageWait extends WaitOptions {
  personId: number;
  predicate: (message: ChatMessage) => boolean;
  /** Real milliseconds. */
  timeoutMs: number;
}

/**
 * The newest message of the bot that fits, present already or as soon as one comes or is edited into shape. Rejects
 * after the timeout, naming what the chat holds.
 */
export function waitForMessage(world: World, wait: MessageWait): Promise<ChatMessage> {
  const { personId, predicate, timeoutMs, afterMessageId = 0 } = wait;
  const fits = (message: ChatMessage) =>
    message.from === 'bot' && !message.deleted && message.messageId > afterMessageId && predicate(message);
  return new Promise((resolve, reject) => {
    world.person(personId);
    const present = findNewest(world.chats.list(personId), fits);
    if (present) {
      resolve(present);
      return;
    }
    const stop = world.events.on((event) => {
      const isMessage = event.type === 'message_new' || event.type === 'message_edited';
      if (!isMessage || event.personId !== personId || !fits(event.message)) return;
      end();
      resolve(event.message);
    });
    const timer = setTimeout(() => {
      end();
      const held = world.chats.list(personId).map(viewMessage).slice(-5).map(summary).join(' | ');
      reject(
        new PeopleError(`No such message for ${personId} within ${timeoutMs} ms; the chat ends: ${held}`),
      );
    }, timeoutMs);
    const end = () => {
      stop();
      clearTimeout(timer);
    };
  });
}

/** Looked at one by one from the end: a chat may be long, and what fits is mostly among the last. */
function findNewest(messages: readonly StoredMessage[], fits: (message: ChatMessage) => boolean) {
  for (const message of messages.toReversed()) {
    const view = viewMessage(message);
    if (fits(view)) return view;
  }
  return undefined;
}

function summary({ messageId, from, kind, text }: ChatMessage): string {
  return `${messageId} ${from} ${kind} "${text.slice(0, 80)}"`;
}
