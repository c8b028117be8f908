import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findTestCard } from './yookassa-cards.data.js';
import {
  CHECKOUT_PATH,
  CHECKOUT_PROBLEMS,
  checkoutPage,
  unknownOrderPage,
  type CheckoutProblem,
} from './yookassa-checkout.page.js';
import { kopecksOf } from './yookassa-money.rules.js';
import type { YooParts } from './yookassa-parts.js';
import type { YooPayment } from './yookassa-payments.js';
import type { YooPeople } from './yookassa-people.js';

/** Where the browser goes next: back to the shop, or to the page again with or without a problem. */
type Next = 'shop' | 'page' | CheckoutProblem;

/** Adds the checkout page and what its buttons do. */
export function checkoutRoutes(app: FastifyInstance, parts: YooParts, people: YooPeople): void {
  void app.register((scope, _options, done) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, parsed) => {
        parsed(null, Object.fromEntries(new URLSearchParams(String(body))));
      },
    );
    scope.get(CHECKOUT_PATH, (request, reply) => {
      const payment = paymentOf(parts, request);
      return payment ? sendPage(reply, 200, pageOf(parts, payment, request)) : sendUnknown(reply);
    });
    scope.post(CHECKOUT_PATH, (request, reply) => {
      const payment = paymentOf(parts, request);
      if (!payment) return sendUnknown(reply);
      const next = act(people, payment, (request.body ?? {}) as Record<string, string | undefined>);
      return reply
        .code(303)
        .header('Location', addressOf(parts, payment, next))
        .send();
    });
    done();
  });
}

function act(people: YooPeople, { id }: YooPayment, form: Record<string, string | undefined>): Next {
  const { action, reason = 'general_decline', sum = '' } = form;
  // The button of a card in the list says which; the typed one is sent along.
  const card = form['pay_with'] ?? form['card'] ?? '';
  switch (form['pay_with'] === undefined ? action : 'pay') {
    case 'pay':
      if (!findTestCard(card)) return 'card';
      return people.pay(id, card) ? 'shop' : 'page';
    case 'decline':
      return people.decline(id, reason) ? 'shop' : 'page';
    case 'leave':
      return 'shop';
    case 'expire':
      people.expire(id);
      return 'page';
    case 'fail_attempt':
      people.failAttempt(id, reason);
      return 'page';
    case 'refund':
      return people.refund(id, typedKopecks(sum)) ? 'page' : 'sum';
    default:
      return 'page';
  }
}

/** A person writes `299`, `299,5` or `299.00`; 0 for what is no sum. */
function typedKopecks(text: string): number {
  const [, whole = '', part = ''] = /^(\d{1,10})(?:[.,](\d{1,2}))?$/.exec(text.replaceAll(/\s/g, '')) ?? [];
  return kopecksOf(`${whole}.${part.padEnd(2, '0')}`) ?? 0;
}

/** The shop learns nothing from the address: its own return_url as it is. */
function addressOf({ wayBack }: YooParts, { id, returnUrl }: YooPayment, next: Next): string {
  if (next === 'shop' && returnUrl !== null) return headerSafe(wayBack(returnUrl));
  const problem = next === 'shop' || next === 'page' ? '' : `&problem=${next}`;
  return `${CHECKOUT_PATH}?orderId=${id}${problem}`;
}

function headerSafe(url: string): string {
  return /^[\x21-\x7e]+$/.test(url) ? url : new URL(url).href;
}

function paymentOf({ payments }: YooParts, { query }: FastifyRequest): YooPayment | null {
  const { orderId } = query as { orderId?: unknown };
  return typeof orderId === 'string' ? payments.find(orderId) : null;
}

function pageOf(
  { clock, payments, shops, wayBack }: YooParts,
  payment: YooPayment,
  { query }: FastifyRequest,
): string {
  const { problem } = query as { problem?: string };
  const leftTrueMs = clock.trueMsBetween(Date.now(), payments.endsAtMs(payment) ?? Date.now());
  return checkoutPage({
    payment,
    backUrl: payment.returnUrl === null ? null : wayBack(payment.returnUrl),
    shopName: shops.get(payment.shopId).name,
    minutesLeft: Math.max(0, Math.ceil(leftTrueMs / 60_000)),
    problem: problem !== undefined && problem in CHECKOUT_PROBLEMS ? (problem as CheckoutProblem) : null,
  });
}

function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').header('Cache-Control', 'no-store').send(html);
}

function sendUnknown(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 404, unknownOrderPage());
}
