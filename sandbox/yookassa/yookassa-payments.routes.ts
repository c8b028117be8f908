import type { FastifyInstance } from 'fastify';
import { accepted, illegal, YOOKASSA_TEXTS, YooRefusal, type YooAnswer } from './yookassa-answers.js';
import { answerCall, keyOf } from './yookassa-calls.js';
import { cancellationOf, DEFAULT_CARD_NUMBER, findTestCard } from './yookassa-cards.data.js';
import { isWithin, page, paymentFiltersSchema, readFilters } from './yookassa-lists.rules.js';
import { showPayment, type YooParts } from './yookassa-parts.js';
import type { YooPayment } from './yookassa-payments.js';
import { readCapture, readPayment } from './yookassa-requests.schemas.js';
import type { PaymentScript } from './yookassa-script.js';
import type { Shop } from './yookassa-shops.js';

/** A path with an id. */
export interface IdParams {
  Params: { id: string };
}

/** Adds `/v3/payments` and what is below it. */
export function paymentRoutes(app: FastifyInstance, parts: YooParts): void {
  creationRoute(app, parts);
  app.get<IdParams>('/v3/payments/:id', (request, reply) =>
    answerCall(
      parts,
      'getPayment',
      { request, reply },
      {
        work: (shop) => accepted(showPayment(parts, findPayment(parts, shop, request.params.id))),
      },
    ),
  );
  app.get('/v3/payments', (request, reply) =>
    answerCall(
      parts,
      'listPayments',
      { request, reply },
      {
        work: (shop) => listPayments(parts, shop, request.query),
      },
    ),
  );
  heldRoutes(app, parts);
}

function creationRoute(app: FastifyInstance, parts: YooParts): void {
  app.post('/v3/payments', (request, reply) => {
    let early: YooPayment | undefined;
    return answerCall(
      parts,
      'createPayment',
      { request, reply },
      {
        work: (shop) => {
          const made = { ...readPayment(request.body, shop), idempotenceKey: keyOf(request) ?? null };
          const script = parts.payments.takeScript(request.body);
          const mode = typeof script?.notification === 'object' ? script.notification : null;
          const payment = parts.payments.create({ ...made, shopId: shop.shopId, test: shop.test }, mode);
          const answer = accepted(showPayment(parts, payment));
          play(parts, payment, script);
          if (script?.notification === 'early') early = payment;
          return answer;
        },
        afterwards: async () => {
          if (early) await parts.told(early);
        },
      },
    );
  });
}

function heldRoutes(app: FastifyInstance, parts: YooParts): void {
  app.post<IdParams>('/v3/payments/:id/capture', (request, reply) =>
    answerCall(
      parts,
      'capturePayment',
      { request, reply },
      {
        work: (shop) => {
          const payment = findHeld(parts, shop, request.params.id);
          const kopecks = readCapture(request.body) ?? payment.amountKopecks;
          if (kopecks > payment.amountKopecks) throw illegal('amount.value');
          parts.payments.capture(payment, kopecks);
          return accepted(showPayment(parts, payment));
        },
      },
    ),
  );
  app.post<IdParams>('/v3/payments/:id/cancel', (request, reply) =>
    answerCall(
      parts,
      'cancelPayment',
      { request, reply },
      {
        work: (shop) => {
          const payment = findHeld(parts, shop, request.params.id);
          parts.payments.cancel(payment, cancellationOf('canceled_by_merchant'));
          return accepted(showPayment(parts, payment));
        },
      },
    ),
  );
}

/** A payment of the shop that calls. Throws the refusal where there is none: others' are not told apart from none. */
export function findPayment({ payments }: YooParts, { shopId }: Shop, id: string): YooPayment {
  const payment = payments.find(id);
  if (payment?.shopId !== shopId) throw new YooRefusal(404, YOOKASSA_TEXTS.paymentUnknown, 'payment_id');
  return payment;
}

/** One whose money is held. A pending one can be neither captured nor canceled: it must run out. */
function findHeld(parts: YooParts, shop: Shop, id: string): YooPayment {
  const payment = findPayment(parts, shop, id);
  if (payment.status === 'waiting_for_capture') return payment;
  throw illegal(
    'payment_id',
    `Incorrect payment_id. The payment is ${payment.status}, not waiting_for_capture`,
  );
}

function play({ payments }: YooParts, payment: YooPayment, script: PaymentScript | undefined): void {
  const card = findTestCard(DEFAULT_CARD_NUMBER);
  if (script?.payAtOnce && card) payments.pay(payment, card);
  if (script?.declineAtOnce !== undefined) payments.cancel(payment, cancellationOf(script.declineAtOnce));
}

function listPayments(parts: YooParts, { shopId }: Shop, query: unknown): YooAnswer {
  const filters = readFilters(paymentFiltersSchema, query);
  const found = parts.payments
    .list()
    .filter(
      (payment) =>
        payment.shopId === shopId &&
        (filters.status === undefined || payment.status === filters.status) &&
        (filters.payment_method === undefined || payment.method === filters.payment_method) &&
        isWithin('created_at', payment.createdAtMs, filters) &&
        isWithin('captured_at', payment.capturedAtMs, filters),
    );
  return page(found, filters, (payment) => showPayment(parts, payment));
}
