import fc from 'fast-check';
import type { LedgerModel } from './ledger-model.js';

const small = fc.nat(5);
/** One thing that can happen to one person’s balance. Small numbers, so that operations meet each other. */
export const operation = fc.oneof(
  fc.record({ do: fc.constant('register' as const) }),
  fc.record({
    do: fc.constant('order' as const),
    key: small,
    count: fc.constantFrom(1, 3, 5),
    creditsPerJob: fc.constantFrom(1, 1, 2),
  }),
  fc.record({
    do: fc.constant('finish' as const),
    job: small,
    status: fc.constantFrom('completed' as const, 'failed' as const),
  }),
  fc.record({ do: fc.constant('refund' as const), job: small }),
  fc.record({ do: fc.constant('add' as const), cause: small, amount: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    do: fc.constant('pay' as const),
    credits: fc.integer({ min: 1, max: 20 }),
    kopecks: fc.integer({ min: 1, max: 99 }),
  }),
  fc.record({ do: fc.constant('cancel' as const), payment: small }),
  fc.record({
    do: fc.constant('completePayment' as const),
    payment: small,
    wrongBy: fc.constantFrom(0, 0, 0, 1),
  }),
  fc.record({
    do: fc.constant('refundPayment' as const),
    payment: small,
    refundId: small,
    kopecks: fc.integer({ min: 1, max: 99 }),
  }),
  fc.record({ do: fc.constant('refundByOperator' as const) }),
);
export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Does it in the model. @returns what the database must answer too. */
export function applyToModel(model: LedgerModel, operation: Operation): string {
  switch (operation.do) {
    case 'register':
      return model.register(0);
    case 'order':
      return model.order(`order-${operation.key}`, operation.count, operation.creditsPerJob);
    case 'finish':
      return model.finish(operation.job, operation.status);
    case 'refund':
      return model.refund(operation.job);
    case 'add':
      return model.add(`cause-${operation.cause}`, operation.amount);
    case 'pay':
      return model.pay(operation.credits, operation.kopecks);
    case 'cancel':
      return model.cancel(operation.payment);
    case 'completePayment':
      return model.completePayment(operation.payment, operation.wrongBy);
    case 'refundPayment':
      return model.refundPayment(operation.payment, `refund-${operation.refundId}`, operation.kopecks);
    case 'refundByOperator':
      return model.refundByOperator();
  }
}
