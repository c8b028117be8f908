import type { FakeTelegram, PaymentHandle } from '../../sandbox/telegram/index.js';
import { callApi, resultOf } from './fake-telegram-api.js';

/** An update, as far as payments go. */
export interface Update {
  update_id: number;
  message?: Record<string, unknown>;
  pre_checkout_query?: { id: string; from: { id: number } };
}

export const INVOICE = {
  title: '100 кредитов',
  description: 'Хватит на 10 видео',
  payload: 'payment-1',
  provider_token: '',
  currency: 'XTR',
  prices: [{ label: 'Пакет', amount: 250 }],
};

/** What the Bot API says to an answer that nobody waits for. */
export const TOO_OLD = 'Bad Request: query is too old and response timeout expired or query ID is invalid';

/** Sends an invoice and answers the message's id. */
export async function sendInvoice(
  telegram: FakeTelegram,
  chatId: number,
  args: Record<string, unknown> = {},
): Promise<number> {
  const sent = await resultOf<{ message_id: number }>(telegram, 'sendInvoice', {
    chat_id: chatId,
    ...INVOICE,
    ...args,
  });
  return sent.message_id;
}

/** Takes all waiting updates, as a poller does. */
export async function takeUpdates(telegram: FakeTelegram): Promise<Update[]> {
  const updates = await resultOf<Update[]>(telegram, 'getUpdates');
  const last = updates.at(-1);
  if (last) await resultOf(telegram, 'getUpdates', { offset: last.update_id + 1, limit: 1 });
  return updates;
}

/** Answers a pre-checkout query; by default lets the person pay. */
export function answerQuery(
  telegram: FakeTelegram,
  id: string,
  args: Record<string, unknown> = { ok: true },
) {
  return callApi(telegram, 'answerPreCheckoutQuery', { pre_checkout_query_id: id, ...args });
}

/** Lets a person pay and answers the charge's id. Throws when no money moved. */
export async function letPay(telegram: FakeTelegram, payment: PaymentHandle): Promise<string> {
  await answerQuery(telegram, payment.id);
  const outcome = await payment.outcome();
  if (outcome.kind !== 'paid') throw new Error(`The payment is ${outcome.kind}`);
  return outcome.chargeId;
}
