import { z } from 'zod';
import { PeopleError } from '../errors.js';
import type { FakeTelegram } from '../fake-telegram.js';
import { OTHER_KINDS } from '../people/attachments.js';

/** What a verb does with its JSON. Throws ZodError for input that does not fit. */
type Verb = (telegram: FakeTelegram, input: unknown) => unknown;

const personId = z.int().positive();
const messageId = z.int().positive();
const timeoutMs = z.int().positive().max(600_000).default(10_000);
const count = z.int().min(1).max(1000);

const newPerson = z.strictObject({
  id: personId.max(2 ** 52).optional(),
  firstName: z.string().min(1).max(64),
  lastName: z.string().max(64).optional(),
  username: z
    .string()
    .regex(/^\w{4,32}$/)
    .optional(),
  languageCode: z.string().min(2).max(16).optional(),
  knownToBot: z.boolean().optional(),
});

const changes = newPerson.omit({ id: true, knownToBot: true }).partial().extend({ personId });

const photo = z.strictObject({
  personId,
  /** Base64. */
  bytes: z.string().min(1),
  caption: z.string().max(1024).optional(),
  asFile: z.boolean().optional(),
  mimeType: z.string().optional(),
  fileName: z.string().optional(),
  mediaGroupId: z.string().optional(),
});

const album = z.strictObject({
  personId,
  pictures: z
    .array(photo.omit({ personId: true, mediaGroupId: true }))
    .min(2)
    .max(10),
});

const wait = z.strictObject({
  personId,
  /** A part of the message's text or caption. */
  text: z.string().optional(),
  /** A part of a button's text, or its data. */
  button: z.string().optional(),
  kind: z.string().optional(),
  afterMessageId: z.int().min(0).optional(),
  timeoutMs,
});

const fault = z.strictObject({
  method: z.string().min(1),
  status: z.int().min(400).max(599).optional(),
  description: z.string().optional(),
  retryAfterS: z.int().min(0).max(86_400).optional(),
  body: z.string().optional(),
  afterEffect: z.boolean().optional(),
  times: count.optional(),
  skip: z.int().min(0).optional(),
  chatId: z.int().optional(),
  captioned: z.boolean().optional(),
  delayMs: z.number().min(0).optional(),
  hang: z.boolean().optional(),
  reset: z.boolean().optional(),
});

const checkout = z.strictObject({
  personId,
  invoicePayload: z.string(),
  totalAmount: z.int(),
  currency: z.string().length(3).optional(),
});

const order = z.union([z.enum(['fifo', 'reverse']), z.array(z.int().min(0))]).default('fifo');
const rate = z.number().positive().optional();

function verb<S extends z.ZodType>(
  schema: S,
  run: (telegram: FakeTelegram, input: z.output<S>) => unknown,
): Verb {
  return (telegram, input) => run(telegram, schema.parse(input));
}

const ofPerson = z.strictObject({ personId });
const ofButton = z.strictObject({ personId, messageId, button: z.string().min(1) });
const ofData = z.strictObject({ personId, messageId, data: z.string() });
const ofText = z.strictObject({ personId, text: z.string().min(1) });
const nothing = z.strictObject({});

/** Whether there is a verb of this name. */
export function isVerb(name: string): boolean {
  return Object.hasOwn(VERBS, name);
}

/** Does what a verb says, with its JSON. Throws PeopleError for a mistake of the caller, an unknown verb included. */
export async function runVerb(telegram: FakeTelegram, name: string, input: unknown): Promise<object> {
  const run = isVerb(name) ? VERBS[name] : undefined;
  if (!run) throw new PeopleError(`There is no verb ${name}`);
  try {
    return (await run(telegram, input)) ?? {};
  } catch (error) {
    if (error instanceof z.ZodError) throw new PeopleError(z.prettifyError(error));
    throw error;
  }
}

/** Everything that people and testers do. */
const VERBS: Readonly<Record<string, Verb>> = {
  addPerson: verb(newPerson, (telegram, person) => telegram.addPerson(person)),
  changePerson: verb(changes, (telegram, { personId: id, ...rest }) => telegram.changePerson(id, rest)),
  people: verb(nothing, (telegram) => telegram.people()),
  sendText: verb(ofText, (telegram, { personId: id, text }) => telegram.sendText(id, text)),
  editText: verb(ofText.extend({ messageId }), (telegram, input) =>
    telegram.editText(input.personId, input.messageId, input.text),
  ),
  sendPhoto: verb(photo, (telegram, { personId: id, bytes, ...options }) =>
    telegram.sendPhoto(id, bytes, options),
  ),
  sendAlbum: verb(album, (telegram, { personId: id, pictures }) => telegram.sendAlbum(id, pictures)),
  sendOther: verb(ofPerson.extend({ kind: z.enum(OTHER_KINDS) }), (telegram, { personId: id, kind }) =>
    telegram.sendOther(id, kind),
  ),
  tap: verb(ofButton, (telegram, input) => telegram.tap(input.personId, input.messageId, input.button)),
  tapData: verb(ofData, (telegram, input) => telegram.tapData(input.personId, input.messageId, input.data)),
  payInvoice: verb(ofPerson.extend({ messageId }), (telegram, input) =>
    telegram.payInvoice(input.personId, input.messageId),
  ),
  payInvoiceOf: verb(z.strictObject({ payerId: personId, ownerId: personId, messageId }), (telegram, input) =>
    telegram.payInvoiceOf(input.payerId, input.ownerId, input.messageId),
  ),
  payInvoiceLink: verb(z.strictObject({ payerId: personId, link: z.string() }), (telegram, input) =>
    telegram.payInvoiceLink(input.payerId, input.link),
  ),
  paymentOutcome: verb(z.strictObject({ id: z.string() }), (telegram, { id }) => telegram.paymentOutcome(id)),
  preCheckout: verb(checkout, (telegram, { personId: id, ...facts }) => telegram.preCheckout(id, facts)),
  starCharges: verb(nothing, (telegram) => telegram.starCharges()),
  refundCharge: verb(z.strictObject({ chargeId: z.string() }), (telegram, { chargeId }) =>
    telegram.refundCharge(chargeId),
  ),
  block: verb(ofPerson, (telegram, { personId: id }) => telegram.block(id)),
  unblock: verb(ofPerson, (telegram, { personId: id }) => telegram.unblock(id)),
  deactivate: verb(ofPerson, (telegram, { personId: id }) => telegram.deactivate(id)),
  chat: verb(
    ofPerson.extend({ includeDeleted: z.boolean().optional() }),
    (telegram, { personId: id, ...options }) => telegram.chat(id, options),
  ),
  callbackAnswers: verb(ofPerson, (telegram, { personId: id }) => telegram.callbackAnswers(id)),
  waitForCallbackAnswer: verb(z.strictObject({ id: z.string(), timeoutMs }), (telegram, input) =>
    telegram.waitForCallbackAnswer(input.id, input.timeoutMs),
  ),
  sentVideos: verb(ofPerson, (telegram, { personId: id }) => telegram.sentVideos(id)),
  calls: verb(z.strictObject({ method: z.string().optional() }), (telegram, { method }) =>
    telegram.calls(method),
  ),
  commands: verb(z.strictObject({ languageCode: z.string().optional() }), (telegram, { languageCode }) =>
    telegram.commands(languageCode),
  ),
  commandsFor: verb(ofPerson, (telegram, { personId: id }) => telegram.commandsFor(id)),
  waitForMessage: verb(wait, waitFor),
  pendingUpdates: verb(nothing, (telegram) => ({ count: telegram.pendingUpdates() })),
  listening: verb(nothing, (telegram) => ({ by: telegram.listening })),
  duplicateNext: verb(z.strictObject({ count: count.default(1) }), (telegram, input) =>
    telegram.duplicateNext(input.count),
  ),
  copyEachUpdate: verb(z.strictObject({ copies: count }), (telegram, { copies }) =>
    telegram.copyEachUpdate(copies),
  ),
  holdUpdates: verb(nothing, (telegram) => telegram.holdUpdates()),
  releaseUpdates: verb(z.strictObject({ order }), (telegram, input) => telegram.releaseUpdates(input.order)),
  failNext: verb(fault, (telegram, { method, ...rest }) => telegram.failNext(method, rest)),
  clearFaults: verb(nothing, (telegram) => telegram.clearFaults()),
  setRateLimits: verb(z.strictObject({ perChatPerS: rate, totalPerS: rate }), (telegram, limits) =>
    telegram.setRateLimits(limits),
  ),
};

function waitFor(telegram: FakeTelegram, input: z.output<typeof wait>) {
  const { text = '', button, kind } = input;
  return telegram.waitForMessage(
    input.personId,
    (message) =>
      message.text.includes(text) &&
      (kind === undefined || message.kind === kind) &&
      (button === undefined ||
        (message.keyboard ?? [])
          .flat()
          .some((key) => key.text.includes(button) || key.callback_data === button)),
    input.timeoutMs,
    { afterMessageId: input.afterMessageId },
  );
}
