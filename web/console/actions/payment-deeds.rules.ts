import type { PaymentRow } from '../../../src/modules/console/protocol.js';

type Facts = Pick<PaymentRow, 'status' | 'currency' | 'parkedReason' | 'settledByHandAt'> & { left: number };

/** Paid otherwise than it was sold, and nobody has dealt with it. */
export function needsOperator({
  status,
  parkedReason,
  settledByHandAt,
}: Omit<Facts, 'currency' | 'left'>): boolean {
  return status === 'pending' && parkedReason !== null && settledByHandAt === null;
}

/** What can be done with a payment, in the order of its buttons. */
export function offeredFor(payment: Facts): ('check' | 'refund' | 'settle')[] {
  const { status, currency, left } = payment;
  return [
    ...(currency === 'RUB' ? (['check'] as const) : []),
    ...(status === 'completed' && left > 0 ? (['refund'] as const) : []),
    ...(needsOperator(payment) ? (['settle'] as const) : []),
  ];
}
