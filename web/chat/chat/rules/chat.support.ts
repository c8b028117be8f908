import type { ChatMessage, Person } from '../../../../sandbox/page/protocol.js';

/** A text of the bot for specs, with whatever else is said of it. */
export function aMessage(messageId: number, facts: Partial<ChatMessage> = {}): ChatMessage {
  return {
    messageId,
    from: 'bot',
    kind: 'text',
    text: '',
    html: '',
    keyboard: null,
    replyKeyboard: null,
    media: null,
    invoice: null,
    mediaGroupId: null,
    replyToMessageId: null,
    dateS: 1_785_600_000,
    edits: 0,
    deleted: false,
    ...facts,
  };
}

/** Somebody for specs. */
export function aPerson(id: number, languageCode: string, facts: Partial<Person> = {}): Person {
  return {
    id,
    firstName: `Person ${id}`,
    languageCode,
    started: true,
    knownToBot: true,
    blocked: false,
    deactivated: false,
    ...facts,
  };
}
