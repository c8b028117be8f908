import type { FastifyInstance } from 'fastify';
import { accepted, illegal, YOOKASSA_TEXTS, YooRefusal, type YooAnswer } from './yookassa-answers.js';
import { answerCall, keyOf } from './yookassa-calls.js';
import { isWithin, page, readFilters, refundFiltersSchema } from './yookassa-lists.rules.js';
import { refundObject } from './yookassa-objects.js';
import type { YooParts } from './yookassa-parts.js';
import type { IdParams } from './yookassa-payments.routes.js';
import { refundableKopecks } from './yookassa-refunds.js';
import { checkReceipt, readRefund } from './yookassa-requests.schemas.js';
import type { Shop } from './yookassa-shops.js';

/** Adds `/v3/refunds` and what is below it. */
export function refundRoutes(app: FastifyInstance, parts: YooParts): void {
  app.post('/v3/refunds', (request, reply) =>
    answerCall(
      parts,
      'createRefund',
      { request, reply },
      {
        work: (shop) => createRefund(parts, shop, { body: request.body, key: keyOf(request) ?? null }),
      },
    ),
  );
  app.get<IdParams>('/v3/refunds/:id', (request, reply) =>
    answerCall(
      parts,
      'getRefund',
      { request, reply },
      {
        work: (shop) => {
          const refund = parts.refunds.find(request.params.id);
          if (refund?.shopId !== shop.shopId)
            throw new YooRefusal(404, YOOKASSA_TEXTS.refundUnknown, 'refund_id');
          return accepted(refundObject(refund));
        },
      },
    ),
  );
  app.get('/v3/refunds', (request, reply) =>
    answerCall(
      parts,
      'listRefunds',
      { request, reply },
      {
        work: (shop) => listRefunds(parts, shop, request.query),
      },
    ),
  );
}

function createRefund(parts: YooParts, shop: Shop, call: { body: unknown; key: string | null }): YooAnswer {
  const { paymentId, ...asked } = readRefund(call.body);
  const payment = parts.payments.find(paymentId);
  if (payment?.shopId !== shop.shopId) throw new YooRefusal(404, YOOKASSA_TEXTS.paymentUnknown, 'payment_id');
  if (payment.status !== 'succeeded')
    throw illegal('payment_id', `Incorrect payment_id. The payment is ${payment.status}, not succeeded`);
  if (asked.amountKopecks > refundableKopecks(payment))
    throw illegal('amount.value', 'Incorrect amount.value. The refunds would exceed the payment amount');
  const isPartial = asked.amountKopecks < payment.amountKopecks;
  checkReceipt(asked.receipt, asked.amountKopecks, shop.receipts === 'required' && isPartial);
  return accepted(refundObject(parts.refunds.create(payment, { ...asked, idempotenceKey: call.key })));
}

function listRefunds({ refunds }: YooParts, { shopId }: Shop, query: unknown): YooAnswer {
  const filters = readFilters(refundFiltersSchema, query);
  const found = refunds
    .list()
    .filter(
      (refund) =>
        refund.shopId === shopId &&
        (filters.status === undefined || refund.status === filters.status) &&
        (filters.payment_id === undefined || refund.paymentId === filters.payment_id) &&
        isWithin('created_at', refund.createdAtMs, filters),
    );
  return page(found, filters, refundObject);
}
