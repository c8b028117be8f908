import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { FakeServer, type FakeServerOptions } from '../fake-server.js';
import type { Plans } from '../plans.js';
import { type BotCall, CallLog } from './calls.js';
import type { BotCommand } from './command-menus.js';
import { Dispatcher } from './dispatcher.js';
import { PeopleError } from './errors.js';
import type { TelegramEventListener } from './events.js';
import { type Fault, FaultPlan } from './faults.js';
import { addBotRoutes } from './http/bot-routes.js';
import { addControlRoutes } from './http/control-routes.js';
import { readTextQuery } from './http/request-reader.js';
import type { CallbackAnswer, Person } from './model.js';
import { type FakeTelegramOptions, type RateLimits, resolveOptions } from './options.js';
import { Buyers, type CheckoutFacts, type PaymentHandle, type PaymentOutcome } from './payments/buyers.js';
import type { CheckoutAnswer } from './payments/checkouts.js';
import type { StarCharge } from './payments/star-ledger.js';
import {
  type AlbumPicture,
  otherContent,
  type OtherKind,
  type PhotoOptions,
  pictureContent,
} from './people/attachments.js';
import type { ChatMessage } from './people/chat-view.js';
import {
  type CallbackHandle,
  type NewPerson,
  People,
  type PersonChanges,
  type SentText,
} from './people/people.js';
import { waitForMessage, type WaitOptions } from './people/wait.js';
import { LongPoll } from './updates/long-poll.js';
import type { WebhookAnswer } from './updates/webhook-post.js';
import { Webhook } from './updates/webhook.js';
import { World } from './world.js';

/** Methods that are not run when they come as the answer to a webhook (WebhookActor.cpp). */
const NOT_IN_ANSWER = /^(?:get.*|setwebhook|deletewebhook|close|logout|)$/;

/**
 * Telegram in a box: a strict Bot API server for one bot, and the people who talk to it. What people do are methods of
 * this class and, the same, `POST /_control/<method>` with JSON; see README.md.
 */
export class FakeTelegram extends FakeServer {
  override readonly provider = 'telegram';
  private readonly world: World;
  private readonly faults = new FaultPlan();
  private readonly log = new CallLog();
  private readonly persons: People;
  private readonly buyers: Buyers;
  private readonly poll: LongPoll;
  private readonly webhook: Webhook;
  private readonly dispatcher: Dispatcher;

  constructor(options: FakeTelegramOptions = {}) {
    super();
    const world = new World(resolveOptions(options));
    this.world = world;
    this.persons = new People(world);
    this.buyers = new Buyers(world);
    this.poll = new LongPoll(world);
    this.webhook = new Webhook(world, this.poll, (answer) => this.runAnswer(answer));
    this.dispatcher = new Dispatcher(
      { world, webhook: this.webhook, poll: this.poll },
      this.faults,
      this.log,
    );
  }

  /** The token that the bot must use. */
  get token(): string {
    return this.world.options.token;
  }

  /** The bot's id and username. */
  get bot(): { id: number; username: string; firstName: string } {
    return { ...this.world.bot };
  }

  override async start(options: FakeServerOptions = {}): Promise<this> {
    await this.world.files.open();
    return super.start(options);
  }

  override async stop(): Promise<void> {
    this.webhook.close();
    this.poll.close();
    this.world.checkouts.close();
    await super.stop();
    await this.world.files.close();
  }

  /** Adds a person; without an id they get one above 32 bits. Throws PeopleError when the id is taken. */
  addPerson(person: NewPerson): Person {
    return this.persons.add(person);
  }

  /** Changes a name, username or language; the bot learns it with the next update. */
  changePerson(personId: number, changes: PersonChanges): Person {
    return this.persons.change(personId, changes);
  }

  /** Everybody, as they are now. */
  people(): Person[] {
    return [...this.world.people.values()].map((person) => ({ ...person }));
  }

  /** Writes a text; one above 4096 UTF-16 units becomes several messages. */
  sendText(personId: number, text: string): SentText {
    return this.persons.sendText(personId, text);
  }

  /** Changes a text that the person wrote: an `edited_message` update. */
  editText(personId: number, messageId: number, text: string): void {
    this.persons.editText(personId, messageId, text);
  }

  /** Sends a picture, as a photo or as a file. Throws PeopleError for a photo that an app would not send. */
  async sendPhoto(
    personId: number,
    bytes: Buffer | string,
    options: PhotoOptions = {},
  ): Promise<{ messageId: number }> {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
    const content = await pictureContent(this.world, buffer, options);
    return { messageId: this.persons.send(personId, content, options.mediaGroupId).messageId };
  }

  /** Sends pictures together, as an album: nothing comes between them. Throws PeopleError as `sendPhoto`, and then sends none. */
  async sendAlbum(personId: number, pictures: readonly AlbumPicture[]): Promise<{ messageIds: number[] }> {
    const contents = await Promise.all(
      pictures.map(({ bytes, ...options }) => {
        const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
        return pictureContent(this.world, buffer, options);
      }),
    );
    return { messageIds: this.persons.sendAlbum(personId, contents) };
  }

  /** Sends something that the bot did not ask for. */
  async sendOther(personId: number, kind: OtherKind, bytes?: Buffer): Promise<{ messageId: number }> {
    const content = await otherContent(this.world, kind, bytes);
    return { messageId: this.persons.send(personId, content).messageId };
  }

  /** Taps a callback button by its text (or a part that only it has) or its data. */
  tap(personId: number, messageId: number, buttonTextOrData: string): CallbackHandle {
    return this.persons.tap(personId, messageId, buttonTextOrData);
  }

  /** Sends any callback data for any message: a forged, old or deleted button. */
  tapData(personId: number, messageId: number, data: string): CallbackHandle {
    return this.persons.tapData(personId, messageId, data);
  }

  /** Pays an invoice in the person's own chat; any number of times, also at once. */
  payInvoice(personId: number, messageId: number): PaymentHandle {
    return this.buyers.payMessage(personId, personId, messageId);
  }

  /** Pays an invoice that was sent to `ownerId`, as if they had passed it on. */
  payInvoiceOf(payerId: number, ownerId: number, messageId: number): PaymentHandle {
    return this.buyers.payMessage(payerId, ownerId, messageId);
  }

  /** Pays what a link of `createInvoiceLink` leads to. */
  payInvoiceLink(payerId: number, link: string): PaymentHandle {
    return this.buyers.payLink(payerId, link);
  }

  /** What became of an attempt to pay, by the id of its handle. */
  paymentOutcome(id: string): Promise<PaymentOutcome> {
    return this.buyers.outcomeOf(id);
  }

  /** Asks the bot whether it would sell, with any facts: a forged payload, a wrong amount. No money ever moves. */
  preCheckout(personId: number, facts: CheckoutFacts): Promise<CheckoutAnswer> {
    return this.buyers.preCheckout(personId, facts);
  }

  /** Every payment in Stars, oldest first, as it stands now. */
  starCharges(): StarCharge[] {
    return this.world.stars.list();
  }

  /** Telegram's support gives a payment back: the bot only gets the `refunded_payment` message. */
  refundCharge(chargeId: string): void {
    this.buyers.refundCharge(chargeId);
  }

  block(personId: number): void {
    this.persons.block(personId);
  }

  unblock(personId: number): void {
    this.persons.unblock(personId);
  }

  /** Deletes the person's account. */
  deactivate(personId: number): void {
    this.persons.deactivate(personId);
  }

  /** The chat as the person sees it now, oldest first. */
  chat(personId: number, options: { includeDeleted?: boolean } = {}): ChatMessage[] {
    return this.persons.chat(personId, options);
  }

  /** All answers to the person's taps, in the order of the taps. */
  callbackAnswers(personId: number): CallbackAnswer[] {
    return this.persons.callbackAnswers(personId);
  }

  /** The answer to a tap. Rejects after `timeoutMs` real milliseconds. */
  waitForCallbackAnswer(queryId: string, timeoutMs = 10_000): Promise<CallbackAnswer> {
    return this.persons.answerOf(queryId, timeoutMs);
  }

  /** The videos that the bot sent to the person and that are still there. */
  sentVideos(personId: number): ChatMessage[] {
    return this.chat(personId).filter(({ from, kind }) => from === 'bot' && kind === 'video');
  }

  /** The newest fitting message of the bot, present or yet to come. Rejects after `timeoutMs` real milliseconds. */
  waitForMessage(
    personId: number,
    predicate: (message: ChatMessage) => boolean,
    timeoutMs = 10_000,
    options: WaitOptions = {},
  ): Promise<ChatMessage> {
    return waitForMessage(this.world, { personId, predicate, timeoutMs, ...options });
  }

  /** Keeps a video as if the bot had uploaded it long ago. Returns its `fileId`. The server must have been started. */
  async keepVideo(
    bytes: Buffer,
    facts: { widthPx: number; heightPx: number; durationS: number },
  ): Promise<string> {
    const kind = { kind: 'video', mimeType: 'video/mp4', supportsStreaming: true } as const;
    return (await this.world.files.put(bytes, { ...kind, ...facts })).fileId;
  }

  /** A file by its `fileId` or `fileUniqueId`. Throws PeopleError when nobody has that file any more. */
  async file(id: string): Promise<{ bytes: Buffer; mimeType: string; fileName?: string }> {
    const file = this.world.files.find(id) ?? this.world.files.findByUniqueId(id);
    if (!file || file.diskPath === null) throw new PeopleError(`There is no file ${id}`);
    const { mimeType, fileName } = file;
    return { bytes: await this.world.files.read(file), mimeType, fileName };
  }

  /** The command menu that somebody with this language sees, in a chat that has none of its own. */
  commands(languageCode = ''): BotCommand[] {
    return this.world.commands.shown(languageCode);
  }

  /** The command menu that this person sees. Throws PeopleError when there is no such person. */
  commandsFor(personId: number): BotCommand[] {
    return this.world.commandsFor(personId);
  }

  /** The bot's calls, oldest first; of one method, or all. */
  calls(method?: string): BotCall[] {
    return this.log.list(method);
  }

  /** Tells everything that the people's apps would show. The returned function ends it. */
  onEvent(listener: TelegramEventListener): () => void {
    return this.world.events.on(listener);
  }

  /** How the bot takes updates now: by webhook, by a `getUpdates` that waits, or not at all. */
  get listening(): 'webhook' | 'polling' | null {
    if (this.webhook.isSet) return 'webhook';
    return this.poll.isWaiting ? 'polling' : null;
  }

  /** The updates that the bot has not taken yet, held ones included. */
  pendingUpdates(): number {
    return this.world.updates.size;
  }

  /** Ids of the updates that nobody has taken in their time, such as 150 true seconds of a tap. */
  expiredUpdates(): readonly number[] {
    return this.world.updates.expired;
  }

  /** The next `count` updates come twice. */
  duplicateNext(count = 1): void {
    this.world.updates.duplicateNext(count);
  }

  /** From now on every update comes `copies` times; 1 is normal. */
  copyEachUpdate(copies: number): void {
    this.world.updates.copyEach(copies);
  }

  /** Keeps new updates back. */
  holdUpdates(): void {
    this.world.updates.hold();
  }

  /** Lets held updates go: as they came, reversed, or by their indexes. */
  releaseUpdates(order: 'fifo' | 'reverse' | readonly number[] = 'fifo'): void {
    this.world.updates.release(order, this.webhook.isSet);
  }

  /** The next call of a method (`*` any, `download` a file download) fails as told. */
  failNext(method: string, fault: Fault): void {
    this.faults.add(method, fault);
  }

  /** What was given to `failNext` and has not happened yet. */
  get plans(): Plans {
    return this.faults;
  }

  /** Forgets all planned faults. */
  clearFaults(): void {
    this.faults.clear();
  }

  /** Takes each upload no faster than so many bytes a real second, as over a line that is far or shared; undefined lifts that. */
  slowUploads(bytesPerSMax: number | undefined): void {
    this.world.uploadBytesPerSMax = bytesPerSMax;
  }

  /** Sets limits on the bot's sends; `{}` lifts them. */
  setRateLimits(limits: RateLimits): void {
    this.world.rates.set(limits);
  }

  protected override maskUrl(url: string): string {
    return url.replace(/\/bot[^/]+\//, '/bot<token>/');
  }

  protected override async routes(app: FastifyInstance): Promise<void> {
    app.removeAllContentTypeParsers();
    await app.register(multipart);
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    addBotRoutes(app, {
      world: this.world,
      dispatcher: this.dispatcher,
      faults: this.faults,
      describe: (request, summary) => this.describeRequest(request, summary),
    });
    addControlRoutes(app, this);
  }

  private runAnswer({ body, contentType }: WebhookAnswer): void {
    let query;
    try {
      query = readTextQuery(body, contentType);
    } catch {
      return;
    }
    if (!NOT_IN_ANSWER.test(query.method)) void this.dispatcher.run(query, true);
  }
}
