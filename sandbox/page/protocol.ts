/**
 * What the chat page and the sandbox say to each other. Types only: the page is compiled for browsers and takes nothing else from here.
 * `GET /api/events?personId=N` is a stream of `PageEvent`s that begins with a `hello`; `POST /api/<action>` takes one JSON object.
 */
import type { BotCommand } from '../telegram/command-menus.js';
import type { TelegramEvent } from '../telegram/events.js';
import type { Person } from '../telegram/model.js';
import type { ChatMessage } from '../telegram/people/chat-view.js';

export type { BotCommand } from '../telegram/command-menus.js';
export type { TelegramEvent } from '../telegram/events.js';
export type { CallbackAnswer, InlineButton, Person } from '../telegram/model.js';
export type { ChatInvoice, ChatMedia, ChatMessage } from '../telegram/people/chat-view.js';

/** The providers of the outside world, as in recorded calls. */
export type ProviderName = 'telegram' | 'kie' | 'openai' | 'yookassa';

/** Everything that a page shows, as it is when the stream begins. */
export interface PageState {
  /** Another one after each start of the sandbox: nothing that a page remembers of the run before is true any more. */
  runId: string;
  bot: { id: number; username: string; firstName: string };
  /** In the order in which they came. */
  people: Person[];
  /** The newest message of every chat that has any. */
  newest: { personId: number; message: ChatMessage }[];
  /** Whose chat and account this stream is about; null while there is nobody under that id. */
  personId: number | null;
  /** That person's chat, oldest first, without what was deleted. */
  messages: ChatMessage[];
  /** That person's menu of commands. */
  commands: BotCommand[];
  account: Account | null;
  /** The newest calls to providers, oldest first. */
  calls: ProviderCall[];
  queues: QueueCounts[];
  rehearsals: Rehearsal[];
  stories: StoryState[];
  app: AppState;
  /** What else than texts, photos and files `sendOther` sends. */
  otherKinds: readonly string[];
  /** Product photos to send with one click; `GET /api/samples/<name>` gives the JPEG. */
  samples: Sample[];
}

/** What comes after the `hello`. Telegram's events are those of every person, so that other chats can show what is unread. */
export type PageEvent =
  | { type: 'hello'; state: PageState }
  | TelegramEvent
  | { type: 'account'; account: Account | null }
  | { type: 'call'; call: ProviderCall }
  | { type: 'queues'; queues: QueueCounts[] }
  | { type: 'rehearsals'; rehearsals: Rehearsal[] }
  | { type: 'story'; story: StoryState }
  | { type: 'app'; app: AppState };

/** A product photo of the sandbox. */
export interface Sample {
  name: string;
  /** What it shows, in English. */
  title: string;
  /** What a seller would write about it, by language: `ru` and `en`. */
  descriptions: Readonly<Record<'ru' | 'en', string>>;
}

/** The application of the sandbox. */
export interface AppState {
  /** `down` between a kill and the next start; `without_worker` serves the bot and the crons, and nobody makes videos. */
  status: 'running' | 'without_worker' | 'down';
  /** What has just been done to it from a page, in a sentence; null when nothing was. */
  note: string | null;
  /** It is being ended or started from a page: whatever else is asked for has to wait. */
  isBusy: boolean;
  url: string;
  logFile: string;
  /** How many times faster than real time. */
  scale: number;
  scaleMax: number;
  queuesOn: 'PostgreSQL' | 'Redis';
  /** The addresses of the fakes, for scripts. */
  providers: Readonly<Record<ProviderName, string>>;
}

/** A person as the application's database knows them; instants are ISO 8601 everywhere. */
export interface Account {
  personId: number;
  /** Whether they have agreed to the terms; everything else is empty before that. */
  registered: boolean;
  balance: number;
  /** Newest first. */
  ledger: LedgerRow[];
  /** Newest first. */
  jobs: JobRow[];
  /** Newest first. */
  payments: PaymentRow[];
}

/** A row of the credit history. */
export interface LedgerRow {
  id: string;
  at: string;
  operation: string;
  amount: number;
  balanceAfter: number;
  jobId: string | null;
  paymentId: string | null;
  description: string | null;
}

/** A video from its order to its end. */
export interface JobRow {
  id: string;
  orderId: string;
  position: number;
  status: 'queued' | 'processing' | 'completed' | 'failed';
  step: 'prompt' | 'create' | 'generate' | 'deliver';
  credits: number;
  model: string | null;
  promptSource: string | null;
  prompt: string | null;
  failureReason: string | null;
  createdAt: string;
  finishedAt: string | null;
  /** Its timeline, oldest first. */
  events: { at: string; event: string; details: Readonly<Record<string, unknown>> }[];
  /** Oldest first. */
  tasks: KieTaskRow[];
}

/** A generation task at KIE, as the application knows it. */
export interface KieTaskRow {
  attempt: number;
  model: string;
  state: string;
  taskId: string | null;
  errorText: string | null;
  createdAt: string;
  finishedAt: string | null;
}

/** A purchase; `amount` in kopecks for YooKassa and in Stars for Telegram. */
export interface PaymentRow {
  id: string;
  provider: string;
  status: string;
  amount: number;
  currency: string;
  credits: number;
  createdAt: string;
}

/** A call of the application to a provider, secrets masked. Status 0: no answer was begun. */
export interface ProviderCall {
  id: number;
  provider: ProviderName;
  method: string;
  /** What is asked for: the path without keys, or the Bot API's method. */
  path: string;
  status: number;
  durationMs: number;
  at: string;
  /** As indented JSON or text, cut where it is long; null when there is none. */
  request: string | null;
  response: string | null;
  /** Made all the time, whether or not anything happens: such as the look whether Telegram still has our webhook. */
  isRoutine: boolean;
}

/** How much waits in a queue. */
export interface QueueCounts {
  name: string;
  waiting: number;
  active: number;
  delayed: number;
}

/** Something that can be made to go wrong at a provider. */
export interface Rehearsal {
  id: string;
  provider: ProviderName;
  title: string;
  /** What the application is expected to do about it. */
  expected: string;
  /** `once`: off again when it was met. `until_off`: holds until it is switched off. */
  lasts: 'once' | 'until_off';
  isOn: boolean;
}

/** A story of the demo. */
export interface StoryState {
  name: string;
  title: string;
  /** It waits for a deadline, and so takes longer than the others. */
  isLong: boolean;
  status: 'idle' | 'playing' | 'kept' | 'broken';
  /** Who plays it, or played it last. */
  personId: number | null;
  /** Why it is broken. */
  problem: string | null;
}

/**
 * The actions; each takes one JSON object and answers with one, or 400 and `{error}`, a sentence for the person at the page.
 *
 * - `POST /api/telegram/<verb>`: what people do, as the fake Telegram's `_control` (sandbox/telegram): `addPerson changePerson sendText editText
 *   sendPhoto sendAlbum sendOther tap tapData payInvoice paymentOutcome block unblock`
 * - `POST /api/rehearse {id, isOn}`
 * - `POST /api/speed {scale}`: the application starts again with it
 * - `POST /api/app {change: 'kill' | 'stop_worker' | 'start_worker'}`
 * - `POST /api/empty-queues {}` answers `{removed}`
 * - `POST /api/story {name}` answers the `StoryState`; its person comes with the next `story` event
 * - `GET /api/files/<fileUniqueId>`: a photo, video or file of the chats, also in ranges
 */
export type ActionName = 'rehearse' | 'speed' | 'app' | 'empty-queues' | 'story';
