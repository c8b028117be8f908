import { randomInt } from 'node:crypto';
import { botUser, personUser, privateChat } from '../api-json.js';
import { nowS } from '../chats.js';
import { PeopleError } from '../errors.js';
import type { CallbackAnswer, MessageContent, Person, StoredMessage } from '../model.js';
import { readTypedText, TEXT_LENGTH_MAX } from '../text.js';
import type { World } from '../world.js';
import { type ChatMessage, viewMessage } from './chat-view.js';
import { addIncoming } from './incoming.js';

const FIRST_PERSON_ID = 5_000_000_001;
const CALLBACK_LIFETIME_MS = 150_000;

/** Somebody with a Telegram account. */
export interface NewPerson {
  id?: number;
  firstName: string;
  lastName?: string;
  username?: string;
  /** As Telegram sends it: `ru`, `en`, `pt-br`. */
  languageCode?: string;
  /** The bot knows them from elsewhere: writing to them too early is a 403, not an unknown chat. */
  knownToBot?: boolean;
}

/** What a person may change about themselves. */
export type PersonChanges = Pick<Partial<NewPerson>, 'firstName' | 'lastName' | 'username' | 'languageCode'>;

/** What a person wrote: one message, or several when a long text was split. */
export interface SentText {
  messageId: number;
  messageIds: number[];
}

/** A tap that waits for the bot's answer. */
export interface CallbackHandle {
  id: string;
  messageId: number;
  data: string;
  /** The bot's answer. Rejects after `timeoutMs` real milliseconds. */
  answer(timeoutMs?: number): Promise<CallbackAnswer>;
}

/** What people do with the bot: everything here makes updates, as their Telegram apps would. */
export class People {
  private nextPersonId = FIRST_PERSON_ID;

  constructor(private readonly world: World) {}

  /** Throws PeopleError when the id is taken. */
  add(person: NewPerson): Person {
    const id = person.id ?? this.nextFreeId();
    if (this.world.people.has(id)) throw new PeopleError(`There is already a person ${id}`);
    const added: Person = {
      ...person,
      id,
      started: false,
      knownToBot: person.knownToBot ?? false,
      blocked: false,
      deactivated: false,
    };
    this.world.people.set(id, added);
    this.world.announcePerson(added);
    return { ...added };
  }

  /** The person changes their name or language; the bot learns it with the next update. */
  change(personId: number, changes: PersonChanges): Person {
    const person = Object.assign(this.world.person(personId), changes);
    this.world.announcePerson(person);
    this.world.announceCommands(personId);
    return { ...person };
  }

  /** Writes a text; one above 4096 units is split, as apps do. Throws PeopleError for an empty one. */
  sendText(personId: number, text: string): SentText {
    const parts = splitText(text);
    if (parts.length === 0) throw new PeopleError('There is nothing to send');
    const messageIds = parts.map(
      (part) => this.send(personId, { kind: 'text', body: readTypedText(part) }).messageId,
    );
    return { messageId: messageIds[0] ?? 0, messageIds };
  }

  /** Changes a text that the person wrote. Throws PeopleError when there is no such message. */
  editText(personId: number, messageId: number, text: string): void {
    const person = this.world.activePerson(personId);
    const message = this.world.chats.find(personId, messageId);
    if (!message || message.fromBot || message.content.kind !== 'text') {
      throw new PeopleError(`Person ${personId} wrote no text ${messageId}`);
    }
    this.world.chats.change(message, { kind: 'text', body: readTypedText(text) }, null);
    this.world.announce('message_edited', message);
    this.world.updates.push({
      type: 'edited_message',
      body: this.world.toApi(message),
      queueKey: `chat:${person.id}`,
    });
  }

  /** Sends any message and makes its update. Throws PeopleError when the person cannot write now. */
  send(personId: number, content: MessageContent, mediaGroupId?: string): StoredMessage {
    this.world.activePerson(personId);
    return addIncoming(this.world, personId, content, mediaGroupId);
  }

  /** Sends messages that belong together, one right after the other. Throws PeopleError when the person cannot write now. */
  sendAlbum(personId: number, contents: readonly MessageContent[]): number[] {
    const mediaGroupId = String(randomInt(2 ** 47));
    return contents.map((content) => this.send(personId, content, mediaGroupId).messageId);
  }

  /** Taps a button by its text or callback data. Throws PeopleError when the message has no such callback button. */
  tap(personId: number, messageId: number, buttonTextOrData: string): CallbackHandle {
    const message = this.world.chats.find(personId, messageId);
    if (!message) throw new PeopleError(`Person ${personId} sees no message ${messageId}`);
    return this.tapData(personId, messageId, findButtonData(message, buttonTextOrData));
  }

  /** Sends any callback data for any message, as a forged client or an old button would. */
  tapData(personId: number, messageId: number, data: string): CallbackHandle {
    const person = this.world.activePerson(personId);
    const message = this.world.chats.find(personId, messageId);
    const id = String(randomInt(2 ** 47)) + String(randomInt(10 ** 5)).padStart(5, '0');
    this.world.rememberCallback({
      id,
      personId,
      messageId,
      data,
      tappedAtMs: performance.now(),
      answer: null,
    });
    this.world.updates.push({
      type: 'callback_query',
      body: {
        id,
        from: personUser(person),
        message: message
          ? this.world.toApi(message)
          : { chat: privateChat(person), message_id: messageId, date: 0 },
        chat_instance: `-${personId}`,
        data,
      },
      queueKey: `callback:${personId}`,
      lifetimeRealMs: this.world.limitRealMs(CALLBACK_LIFETIME_MS),
    });
    return { id, messageId, data, answer: (timeoutMs = 10_000) => this.answerOf(id, timeoutMs) };
  }

  /** Blocks the bot. */
  block(personId: number): void {
    this.setBlocked(personId, true);
  }

  /** Unblocks the bot; what the person writes then is another call. */
  unblock(personId: number): void {
    this.setBlocked(personId, false);
  }

  /** The account is deleted: no update, and 403 from now on. */
  deactivate(personId: number): void {
    const person = this.world.person(personId);
    person.deactivated = true;
    this.world.announcePerson(person);
  }

  /** The chat as the person sees it; with `includeDeleted` also what was deleted. */
  chat(personId: number, { includeDeleted = false } = {}): ChatMessage[] {
    this.world.person(personId);
    const messages = this.world.chats.list(personId);
    return messages.filter((message) => includeDeleted || !message.deleted).map(viewMessage);
  }

  /** All answers to the person's taps, in the order of the taps. */
  callbackAnswers(personId: number): CallbackAnswer[] {
    const callbacks = [...this.world.callbacks.values()];
    return callbacks.flatMap(({ answer }) => (answer?.personId === personId ? [answer] : []));
  }

  /** Waits for the answer to a tap. Rejects after `timeoutMs` real milliseconds. */
  answerOf(queryId: string, timeoutMs: number): Promise<CallbackAnswer> {
    return new Promise((resolve, reject) => {
      const known = this.world.callbacks.get(queryId)?.answer;
      if (known) {
        resolve(known);
        return;
      }
      const stop = this.world.events.on((event) => {
        if (event.type !== 'callback_answered' || event.answer.queryId !== queryId) return;
        end();
        resolve(event.answer);
      });
      const timer = setTimeout(() => {
        end();
        reject(new PeopleError(`The tap ${queryId} was not answered within ${timeoutMs} ms`));
      }, timeoutMs);
      const end = () => {
        stop();
        clearTimeout(timer);
      };
    });
  }

  private setBlocked(personId: number, blocked: boolean): void {
    const person = this.world.person(personId);
    if (person.blocked === blocked) return;
    person.blocked = blocked;
    const user = botUser(this.world.bot);
    const member = { user, status: 'member' };
    const kicked = { user, status: 'kicked', until_date: 0 };
    this.world.updates.push({
      type: 'my_chat_member',
      body: {
        chat: privateChat(person),
        from: personUser(person),
        date: nowS(),
        old_chat_member: blocked ? member : kicked,
        new_chat_member: blocked ? kicked : member,
      },
      queueKey: `member:${personId}`,
    });
    this.world.announcePerson(person);
  }

  private nextFreeId(): number {
    while (this.world.people.has(this.nextPersonId)) this.nextPersonId += 1;
    return this.nextPersonId++;
  }
}

function findButtonData(message: StoredMessage, wanted: string): string {
  const buttons = message.replyMarkup?.kind === 'inline' ? message.replyMarkup.rows.flat() : [];
  const containing = buttons.filter((button) => button.text.includes(wanted));
  const button =
    buttons.find(({ text }) => text === wanted) ??
    buttons.find(({ callback_data: data }) => data === wanted) ??
    (containing.length === 1 ? containing[0] : undefined);
  if (button?.callback_data !== undefined) return button.callback_data;
  const texts = buttons.map(({ text }) => `"${text}"`).join(', ') || 'none';
  throw new PeopleError(`Message ${message.messageId} has no callback button "${wanted}"; it has: ${texts}`);
}

function splitText(text: string): string[] {
  const parts: string[] = [];
  for (let rest = text.trim(); rest !== '';) {
    const end = rest.length > TEXT_LENGTH_MAX ? splitPoint(rest) : rest.length;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).trim();
  }
  return parts;
}

/** The last space or line end within the limit, or the limit itself, never inside a surrogate pair. */
function splitPoint(text: string): number {
  const head = text.slice(0, TEXT_LENGTH_MAX);
  const space = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  if (space > TEXT_LENGTH_MAX / 2) return space;
  return /[\ud800-\udbff]$/.test(head) ? TEXT_LENGTH_MAX - 1 : TEXT_LENGTH_MAX;
}
