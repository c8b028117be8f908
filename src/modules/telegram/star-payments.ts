import { z } from 'zod';
import { shorten } from './html.js';
import { type Button, toReplyMarkup } from './outgoing-message.js';
import { TelegramError } from './telegram.errors.js';
import type { CallLimits, TelegramTransport } from './telegram-transport.js';

/** Limits of https://core.telegram.org/bots/api#sendinvoice; the payload's is in UTF-8 bytes. */
export const INVOICE_TITLE_LENGTH_MAX = 32;
export const INVOICE_DESCRIPTION_LENGTH_MAX = 255;
export const INVOICE_PAYLOAD_BYTES_MAX = 128;

/** What is sold for Telegram Stars. All texts are plain. */
export interface StarInvoice {
  title: string;
  description: string;
  /** Ours, never shown; comes back with the pre-checkout query and the payment. */
  payload: string;
  /** The name of the price, which some apps show. */
  label: string;
  amountStars: number;
  /** The text of the pay button; without it and `keyboard` Telegram shows a button in the person's own language. */
  payButton?: string;
  /** Rows below the pay button. */
  keyboard?: Button[][];
}

/** What the bot says to a person who is about to pay. */
export type PreCheckoutAnswer = { ok: true } | { ok: false; errorMessage: string };

/** `too_late`: the person has seen a failure, or the query was answered before. */
export type PreCheckoutOutcome = 'answered' | 'too_late';

export type StarRefundOutcome = 'refunded' | 'already_refunded';

/** One movement of the bot's Stars; a refund has the id of the payment (https://core.telegram.org/bots/api#startransaction). */
export interface StarTransaction {
  id: string;
  amountStars: number;
  dateS: number;
  direction: 'in' | 'out';
  /** Null when the other side is no person, or of a kind that we do not know. */
  partnerUserId: number | null;
  /** Null when it was not about an invoice. */
  invoicePayload: string | null;
}

const partner = z.looseObject({
  user: z.looseObject({ id: z.int() }).optional().catch(undefined),
  invoice_payload: z.string().optional().catch(undefined),
});
const transactionList = z.looseObject({
  transactions: z.array(
    z
      .looseObject({
        id: z.string().min(1),
        amount: z.int(),
        date: z.int(),
        source: partner.optional(),
        receiver: partner.optional(),
      })
      .refine(({ source, receiver }) => (source === undefined) !== (receiver === undefined), {
        error: 'a transaction has either a source or a receiver',
      }),
  ),
});

/** A transport with the limits of one call. */
export interface StarCalls {
  transport: TelegramTransport;
  limits: CallLimits;
}

/** https://core.telegram.org/bots/api#sendinvoice @throws TelegramError */
export async function sendStarInvoice(
  { transport, limits }: StarCalls,
  chatId: number,
  invoice: StarInvoice,
): Promise<{ messageId: number }> {
  const sent = await transport.call(
    'sendInvoice',
    {
      chat_id: chatId,
      title: shorten(invoice.title, INVOICE_TITLE_LENGTH_MAX),
      description: shorten(invoice.description, INVOICE_DESCRIPTION_LENGTH_MAX),
      payload: invoice.payload,
      // Stars need no provider, and the types insist on one.
      provider_token: '',
      currency: 'XTR',
      prices: [{ label: invoice.label, amount: invoice.amountStars }],
      reply_markup: invoiceMarkup(invoice),
    },
    limits,
  );
  return { messageId: sent.message_id };
}

/** https://core.telegram.org/bots/api#answerprecheckoutquery @throws TelegramError */
export async function answerPreCheckoutQuery(
  { transport, limits }: StarCalls,
  queryId: string,
  answer: PreCheckoutAnswer,
): Promise<PreCheckoutOutcome> {
  const errorMessage = answer.ok ? undefined : answer.errorMessage;
  const payload = { pre_checkout_query_id: queryId, ok: answer.ok, error_message: errorMessage };
  try {
    await transport.call('answerPreCheckoutQuery', payload, limits);
    return 'answered';
  } catch (error) {
    if (error instanceof TelegramError && error.nuance === 'query_too_old') return 'too_late';
    throw error;
  }
}

/** https://core.telegram.org/bots/api#refundstarpayment @throws TelegramError */
export async function refundStarCharge(
  { transport, limits }: StarCalls,
  userId: number,
  chargeId: string,
): Promise<StarRefundOutcome> {
  const payload = { user_id: userId, telegram_payment_charge_id: chargeId };
  try {
    await transport.callUntyped('refundStarPayment', payload, limits);
    return 'refunded';
  } catch (error) {
    if (error instanceof TelegramError && error.nuance === 'already_refunded') return 'already_refunded';
    throw error;
  }
}

/** https://core.telegram.org/bots/api#getstartransactions @throws TelegramError, also for a list that cannot be read. */
export async function readStarTransactions(
  { transport, limits }: StarCalls,
  page: { offset: number; limit: number },
): Promise<StarTransaction[]> {
  const list = transactionList.safeParse(await transport.callUntyped('getStarTransactions', page, limits));
  if (!list.success) throw transport.failure('getStarTransactions', list.error);
  return list.data.transactions.map(({ id, amount, date, source, receiver }) => ({
    id,
    amountStars: amount,
    dateS: date,
    direction: source ? 'in' : 'out',
    partnerUserId: (source ?? receiver)?.user?.id ?? null,
    invoicePayload: (source ?? receiver)?.invoice_payload ?? null,
  }));
}

/** The pay button must come first in a keyboard of our own; Telegram draws "⭐" in its text as the sign of Stars. */
function invoiceMarkup({ payButton, amountStars, keyboard }: StarInvoice) {
  const own = toReplyMarkup(keyboard);
  if (payButton === undefined && own === undefined) return undefined;
  const pay = { text: payButton ?? `⭐ ${amountStars}`, pay: true as const };
  return { inline_keyboard: [[pay], ...(own?.inline_keyboard ?? [])] };
}
