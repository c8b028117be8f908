import type { SandboxClock } from '../clock.js';
import { type ApiObject, type BotProfile, messageObject } from './api-json.js';
import { ChatStore } from './chats.js';
import { type BotCommand, CommandMenus } from './command-menus.js';
import { BotApiError, badRequest, forbidden, PeopleError } from './errors.js';
import { EventHub } from './events.js';
import { FileStore } from './files.js';
import type { CallbackQuery, Invoice, MessageContent, Person, ReplyMarkup, StoredMessage } from './model.js';
import type { ResolvedOptions } from './options.js';
import { Checkouts } from './payments/checkouts.js';
import { StarLedger } from './payments/star-ledger.js';
import { viewMessage } from './people/chat-view.js';
import { RateLimiter } from './rate-limits.js';
import { UpdateQueue } from './updates/update-queue.js';

const CALLBACKS_MAX = 50_000;

/** Everything that the fake Telegram knows, shared by the bot's methods and the people's side. */
export class World {
  readonly bot: BotProfile;
  readonly clock: SandboxClock;
  readonly people = new Map<number, Person>();
  readonly chats = new ChatStore();
  readonly callbacks = new Map<string, CallbackQuery>();
  readonly checkouts = new Checkouts();
  readonly stars = new StarLedger();
  /** What the links of `createInvoiceLink` lead to. */
  readonly invoiceLinks = new Map<string, Invoice>();
  readonly events = new EventHub();
  readonly files: FileStore;
  readonly updates: UpdateQueue;
  readonly rates: RateLimiter;
  readonly commands = new CommandMenus();

  /** How fast the bytes of one upload are taken, in real time; as fast as they come when undefined. */
  uploadBytesPerSMax: number | undefined;

  constructor(readonly options: ResolvedOptions) {
    this.clock = options.clock;
    this.bot = {
      id: Number(options.token.split(':')[0]),
      firstName: options.firstName,
      username: options.username,
    };
    this.files = new FileStore(options.fileBytesMax, options.temporaryPath);
    this.updates = new UpdateQueue(this.clock);
    this.rates = new RateLimiter(this.clock, options.rateLimits);
  }

  /** Real milliseconds of a time limit on the bot: scaled, but never shorter than the configured minimum. */
  limitRealMs(trueMs: number): number {
    return Math.max(this.clock.realMs(trueMs), Math.min(trueMs, this.options.limitRealMsMin));
  }

  /** Throws PeopleError for an id that nobody has. */
  person(personId: number): Person {
    const person = this.people.get(personId);
    if (!person) throw new PeopleError(`There is no person ${personId}`);
    return person;
  }

  /** The person, who can act in their app now. Throws PeopleError otherwise. */
  activePerson(personId: number): Person {
    const person = this.person(personId);
    if (person.deactivated) throw new PeopleError(`The account of ${personId} is deleted`);
    if (person.blocked) throw new PeopleError(`Person ${personId} has blocked the bot: unblock first`);
    return person;
  }

  /** The person that the bot may write to now. Throws the Bot API's 400 or 403 otherwise. */
  writableChat(chatId: number): Person {
    const person = this.knownChat(chatId);
    if (person.blocked) throw forbidden('bot was blocked by the user');
    return person;
  }

  /** The person behind a chat id that the bot may name. Throws the Bot API's 400 or 403 otherwise. */
  knownChat(chatId: number): Person {
    const person = this.people.get(chatId);
    if (!person || (!person.started && !person.knownToBot)) throw badRequest('chat not found');
    if (person.deactivated) throw forbidden('user is deactivated');
    if (!person.started) throw forbidden("bot can't initiate conversation with a user");
    return person;
  }

  /** Counts one call against the rate limits. Throws 429. */
  countSend(chatId: number): void {
    this.rates.take(chatId);
  }

  /** Stores a message of the bot and shows it to the person. */
  deliver(message: {
    chatId: number;
    content: MessageContent;
    replyMarkup: ReplyMarkup | null;
    mediaGroupId?: string;
    replyToMessageId?: number;
    protectedContent?: boolean;
  }): StoredMessage {
    const stored = this.chats.add({ ...message, fromBot: true });
    this.announce('message_new', stored);
    return stored;
  }

  /** Tells the listeners that a message appeared or changed. */
  announce(type: 'message_new' | 'message_edited', message: StoredMessage): void {
    this.events.emit({ type, personId: message.chatId, message: viewMessage(message) });
  }

  /** Tells the listeners that somebody came or changed. */
  announcePerson(person: Person): void {
    this.events.emit({ type: 'person_changed', personId: person.id, person: { ...person } });
  }

  /** Tells the listeners which commands a person is offered now; without a person, everybody. */
  announceCommands(personId?: number): void {
    for (const id of personId === undefined ? this.people.keys() : [personId]) {
      this.events.emit({ type: 'commands_changed', personId: id, commands: this.commandsFor(id) });
    }
  }

  /** The commands that a person is offered, in the language of their app. Throws PeopleError for an id that nobody has. */
  commandsFor(personId: number): BotCommand[] {
    const { id, languageCode = '' } = this.person(personId);
    // An app may speak `pt-br`; menus know two letters.
    return this.commands.shown(languageCode.slice(0, 2), id);
  }

  /** The message as the Bot API shows it. */
  toApi(message: StoredMessage): ApiObject {
    const repliedTo =
      message.replyToMessageId === undefined
        ? undefined
        : this.chats.find(message.chatId, message.replyToMessageId);
    return messageObject(message, { bot: this.bot, person: this.person(message.chatId), repliedTo });
  }

  rememberCallback(query: CallbackQuery): void {
    this.callbacks.set(query.id, query);
    if (this.callbacks.size > CALLBACKS_MAX) this.callbacks.delete(this.callbacks.keys().next().value ?? '');
  }
}

/** The Bot API's answer to a failure: its own refusals as they are, anything else as a 500. */
export function toBotApiError(error: unknown): BotApiError {
  if (error instanceof BotApiError) return error;
  const text = error instanceof Error ? error.message : 'unknown';
  return new BotApiError(500, `Internal Server Error: ${text}`);
}
