import { badRequest } from '../errors.js';
import { JsonFields, withPrefix } from '../json-fields.js';
import type { Invoice, MessageContent } from '../model.js';
import type { BotQuery } from '../query.js';

/** Limits of https://core.telegram.org/bots/api#sendinvoice; the payload counts UTF-8 bytes. */
const TITLE_LENGTH_MAX = 32;
const DESCRIPTION_LENGTH_MAX = 255;
const PAYLOAD_BYTES_MAX = 128;
/** No maximum is published for an invoice; this is the one of paid media (https://core.telegram.org/bots/api#sendpaidmedia). */
const AMOUNT_MAX = 25_000;
/** What only an invoice in money has; with Stars the server refuses it. */
const MONEY_ONLY_FLAGS = [
  ...['need_name', 'need_phone_number', 'need_email', 'need_shipping_address'],
  ...['send_phone_number_to_provider', 'send_email_to_provider', 'is_flexible'],
];

/** The invoice that a call describes. Throws 400 for what cannot be sold for Stars; the fake sells for nothing else. */
export function readInvoice(query: BotQuery): Invoice {
  const [title, description, payload, currency] = ['title', 'description', 'payload', 'currency'].map(
    (name) => requiredText(query, name),
  ) as [string, string, string, string];
  if (title.length > TITLE_LENGTH_MAX) throw badRequest('INVOICE_TITLE_INVALID');
  if (description.length > DESCRIPTION_LENGTH_MAX) throw badRequest('INVOICE_DESCRIPTION_INVALID');
  if (Buffer.byteLength(payload) > PAYLOAD_BYTES_MAX) throw badRequest('INVOICE_PAYLOAD_INVALID');
  if (currency !== 'XTR' || query.text('provider_token') !== '') throw badRequest('PAYMENT_PROVIDER_INVALID');
  const amountStars = readAmount(query);
  if (MONEY_ONLY_FLAGS.some((name) => query.flag(name)) || query.integer('max_tip_amount', 0, [0, 1]) > 0) {
    throw badRequest('STARS_INVOICE_INVALID');
  }
  return { title, description, payload, amountStars, startParameter: query.text('start_parameter') };
}

/** The content of a message with an invoice; its text is what the person reads on it. */
export function invoiceContent(invoice: Invoice): MessageContent {
  const text = `${invoice.title}\n${invoice.description}`;
  return { kind: 'invoice', invoice, body: { text, entities: [] } };
}

function requiredText(query: BotQuery, name: string): string {
  const text = query.text(name);
  if (text.trim() === '') throw badRequest(`parameter "${name}" is required`);
  return text;
}

function readAmount(query: BotQuery): number {
  const prices = query.json('prices', 'prices');
  if (prices === undefined) throw badRequest('parameter "prices" is required');
  if (!Array.isArray(prices)) throw badRequest('expected an Array of labeled prices');
  const amounts = prices.map((price) =>
    withPrefix("can't parse labeled price", () => {
      const fields = JsonFields.of(price, 'LabeledPrice must be an Object');
      fields.requiredText('label');
      if (!fields.has('amount')) throw badRequest('Can\'t find field "amount"');
      return fields.integer('amount');
    }),
  );
  const [amount, second] = amounts;
  if (amount === undefined) throw badRequest('there must be at least one price part');
  if (second !== undefined) throw badRequest('STARS_INVOICE_INVALID');
  if (amount < 1 || amount > AMOUNT_MAX) throw badRequest('CURRENCY_TOTAL_AMOUNT_INVALID');
  return amount;
}
