import { closedPaymentScreen, unpaidText } from '../../notifications/index.js';
import type { PaymentView } from '../../payments/index.js';
import {
  encodeCallback,
  formatMoney,
  translate,
  translatePlain,
  type Button,
  type OutgoingMessage,
} from '../../telegram/index.js';
import type { AskedBy } from '../conversation.types.js';
import { menuButton, plansButton } from './buttons.js';
import type { ScreenData } from './screen-data.js';

/**
 * What is bought, where to pay, and what happens then. While the provider has not told where, that the link will come.
 *
 * @param asked how the person asked about the payment, which was not paid then; null when it is new
 */
export function payScreen(data: ScreenData, payment: PaymentView, asked: AskedBy | null): OutgoingMessage {
  const { language } = data;
  const waiting = payment.provider === 'yookassa' && payment.confirmationUrl === null;
  const parts = [
    ...(asked ? [translate(language, asked === 'tap' ? 'pay.not_yet' : 'pay.returned')] : []),
    ...(waiting ? [translate(language, 'pay.later', sumsOf(data, payment))] : payParts(data, payment)),
  ];
  const rows = waiting ? [[plansButton(language)]] : payRows(data, payment);
  return { text: parts.join('\n\n'), keyboard: [...rows, [menuButton(language)]] };
}

/** The payment is over. Its notice tells the rest: the balance, or what to do. */
export function paymentOverScreen({ language }: ScreenData, payment: PaymentView): OutgoingMessage {
  const { credits, price } = payment;
  if (payment.status === 'completed') {
    return closedPaymentScreen(language, { outcome: 'completed', credits, price });
  }
  const outcome = payment.status === 'failed' ? 'failed' : 'canceled';
  const why = unpaidText(language, outcome === 'failed' ? 'failed' : (payment.reason ?? 'unknown'));
  return {
    text: [closedPaymentScreen(language, { outcome, price }).text, why].join('\n\n'),
    keyboard: [[plansButton(language)], [menuButton(language)]],
  };
}

function payParts(data: ScreenData, payment: PaymentView): string[] {
  const { language } = data;
  const sums = sumsOf(data, payment);
  const worth = sums.videos ? [translate(language, 'pay.worth', sums)] : [];
  const link = payment.confirmationUrl === null ? [] : [translate(language, 'pay.how')];
  const email = payment.receiptEmail;
  const receipt = email === null ? [] : [translate(language, 'pay.email', { email })];
  return [[translate(language, 'pay.title', sums), ...worth].join('\n'), ...link, ...receipt];
}

function payRows({ language }: ScreenData, payment: PaymentView): Button[][] {
  const { confirmationUrl: url, paymentId, planId, receiptEmail } = payment;
  const price = formatMoney(language, payment.price);
  const paid = { text: translatePlain(language, 'button.paid'), callback: encodeCallback('paid', paymentId) };
  const email = { text: translatePlain(language, 'button.email'), callback: encodeCallback('email', planId) };
  return [
    ...(url === null ? [] : [[{ text: translatePlain(language, 'button.pay', { price }), url }]]),
    [paid],
    ...(receiptEmail === null ? [] : [[email]]),
    [plansButton(language)],
  ];
}

/** The sums in words; no videos where the credits make none. */
function sumsOf({ language, prices }: ScreenData, { credits, price }: PaymentView) {
  const videos = Math.floor(credits / prices[1]);
  return {
    credits: translatePlain(language, 'amount.credits', { count: credits }),
    price: formatMoney(language, price),
    videos: videos > 0 ? translatePlain(language, 'amount.videos', { count: videos }) : '',
  };
}
