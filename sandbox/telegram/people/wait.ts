import { PeopleError } from '../errors.js';
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
    const present = findPresent(world, wait);
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

/** A chat may be long, and all that is asked for is at its end. */
function findPresent(world: World, { personId, predicate, afterMessageId = 0 }: MessageWait) {
  for (const message of world.chats.list(personId).toReversed()) {
    if (message.messageId <= afterMessageId) return undefined;
    if (!message.fromBot || message.deleted) continue;
    const view = viewMessage(message);
    if (predicate(view)) return view;
  }
  return undefined;
}

function summary({ messageId, from, kind, text }: ChatMessage): string {
  return `${messageId} ${from} ${kind} "${text.slice(0, 80)}"`;
}
