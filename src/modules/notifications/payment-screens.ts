import {
  encodeCallback,
  formatMoney,
  translate,
  translatePlain,
  type Button,
  type Language,
  type Money,
  type OutgoingMessage,
} from '../telegram/index.js';
import { menuButton, plansButton, supportRow } from './buttons.js';
import type { CancellationReason, PaymentNoticePayload } from './payment-notices.schemas.js';

type NoticeOf<K extends PaymentNoticePayload['kind']> = Extract<PaymentNoticePayload, { kind: K }>;

/** What became of the payment of a pay screen. */
export type ClosedPayment =
  | { outcome: 'completed'; credits: number; price: Money }
  | { outcome: 'canceled' | 'failed'; price: Money }
  | { outcome: 'link' };

/** Cancellations after which a person may want to ask somebody. */
const LEADING_TO_SUPPORT: readonly CancellationReason[] = ['canceled_by_us', 'unknown'];

/** What a person is told about a payment without a tap. */
export function paymentNoticeScreen(
  language: Language,
  notice: PaymentNoticePayload,
  supportUrl: string | undefined,
): OutgoingMessage {
  switch (notice.kind) {
    case 'payment_completed':
      return completedScreen(language, notice);
    case 'payment_canceled':
      return canceledScreen(language, notice, supportUrl);
    case 'payment_failed':
      return failedScreen(language, notice, supportUrl);
    case 'payment_link':
      return linkScreen(language, notice);
    case 'payment_refunded':
      return refundedScreen(language, notice, supportUrl);
    case 'surplus_refunded': {
      const told = translate(language, 'payment.surplus_refunded', {
        price: formatMoney(language, notice.price),
      });
      const text = [told, balance(language, notice)].join('\n\n');
      return { text, keyboard: [...supportRow(language, supportUrl), [menuButton(language)]] };
    }
  }
}

/** What a pay screen becomes once its payment is decided: nothing to pay any more, and a way out. */
export function closedPaymentScreen(language: Language, closed: ClosedPayment): OutgoingMessage {
  return { text: closedText(language, closed), keyboard: [[menuButton(language)]] };
}

/** Why nothing was paid, what to do now, and that nothing was taken. */
export function unpaidText(language: Language, unpaid: CancellationReason | 'failed'): string {
  const why = translate(language, unpaid === 'failed' ? 'payment.failed' : `payment.canceled.${unpaid}`);
  return `${why}\n\n${translate(language, 'payment.not_taken')}`;
}

/** The pay screen that a notice closes, and what it becomes; null for a notice that closes none. */
export function closingOf(
  language: Language,
  notice: PaymentNoticePayload,
): { messageId: number; message: OutgoingMessage } | null {
  if (!('closes' in notice) || notice.closes === null) return null;
  return { messageId: notice.closes, message: closedPaymentScreen(language, closedOf(notice)) };
}

function closedOf(notice: Extract<PaymentNoticePayload, { closes: unknown }>): ClosedPayment {
  switch (notice.kind) {
    case 'payment_completed':
      return { outcome: 'completed', credits: notice.credits, price: notice.price };
    case 'payment_canceled':
      return { outcome: 'canceled', price: notice.price };
    case 'payment_failed':
      return { outcome: 'failed', price: notice.price };
    case 'payment_link':
      return { outcome: 'link' };
  }
}

function closedText(language: Language, closed: ClosedPayment): string {
  switch (closed.outcome) {
    case 'completed':
      return translate(language, 'payment.closed.completed', bought(language, closed));
    case 'canceled':
    case 'failed': {
      const price = formatMoney(language, closed.price);
      return translate(language, `payment.closed.${closed.outcome}`, { price });
    }
    case 'link':
      return translate(language, 'payment.closed.link');
  }
}

function completedScreen(language: Language, notice: NoticeOf<'payment_completed'>): OutgoingMessage {
  const { credits } = bought(language, notice);
  const told = [translate(language, 'payment.completed', { credits }), balance(language, notice)].join(' ');
  const next: Button = notice.resumesOrder
    ? { text: translatePlain(language, 'button.continue_video'), callback: encodeCallback('resume') }
    : { text: translatePlain(language, 'button.create'), callback: encodeCallback('create') };
  const resumes = notice.resumesOrder ? [translate(language, 'payment.resumes')] : [];
  return { text: [told, ...resumes].join('\n\n'), keyboard: [[next], [menuButton(language)]] };
}

function canceledScreen(
  language: Language,
  notice: NoticeOf<'payment_canceled'>,
  supportUrl: string | undefined,
): OutgoingMessage {
  const tryAgain: Button = {
    text: translatePlain(language, 'button.try_again'),
    callback: encodeCallback('buy', notice.provider, notice.planId),
  };
  const support = LEADING_TO_SUPPORT.includes(notice.reason) ? supportUrl : undefined;
  return {
    text: `${unpaidText(language, notice.reason)} ${balance(language, notice)}`,
    keyboard: [[tryAgain], ...waysOut(language, support)],
  };
}

function failedScreen(
  language: Language,
  notice: NoticeOf<'payment_failed'>,
  supportUrl: string | undefined,
): OutgoingMessage {
  const text = `${unpaidText(language, 'failed')} ${balance(language, notice)}`;
  return { text, keyboard: waysOut(language, supportUrl) };
}

function linkScreen(language: Language, notice: NoticeOf<'payment_link'>): OutgoingMessage {
  const sums = bought(language, notice);
  const pay: Button = {
    text: translatePlain(language, 'button.pay', { price: sums.price }),
    url: notice.url,
  };
  const paid: Button = {
    text: translatePlain(language, 'button.paid'),
    callback: encodeCallback('paid', notice.paymentId),
  };
  return {
    text: [translate(language, 'payment.link', sums), translate(language, 'pay.how')].join('\n\n'),
    keyboard: [[pay], [paid], ...waysOut(language, undefined)],
  };
}

function refundedScreen(
  language: Language,
  notice: NoticeOf<'payment_refunded'>,
  supportUrl: string | undefined,
): OutgoingMessage {
  const credits = (count: number) => translatePlain(language, 'amount.credits', { count });
  const { creditsTaken, creditsOwed } = notice;
  const taken = creditsTaken
    ? [translate(language, 'payment.credits_taken', { credits: credits(creditsTaken) })]
    : [];
  const owed = creditsOwed
    ? [translate(language, 'payment.credits_owed', { credits: credits(creditsOwed) })]
    : [];
  const told = translate(language, 'payment.refunded', { price: formatMoney(language, notice.price) });
  const text = [told, [...taken, ...owed, balance(language, notice)].join('\n')].join('\n\n');
  return { text, keyboard: [...supportRow(language, supportUrl), [menuButton(language)]] };
}

function bought(language: Language, { credits, price }: { credits: number; price: Money }) {
  return {
    credits: translatePlain(language, 'amount.credits', { count: credits }),
    price: formatMoney(language, price),
  };
}

function balance(language: Language, notice: { balance: number }): string {
  return translate(language, 'balance', { count: notice.balance });
}

function waysOut(language: Language, supportUrl: string | undefined): Button[][] {
  return [[plansButton(language)], ...supportRow(language, supportUrl), [menuButton(language)]];
}
