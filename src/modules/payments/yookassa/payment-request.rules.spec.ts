import { describe, expect, it } from 'vitest';
import {
  buildPaymentRequest,
  buildRefundRequest,
  receiptEmailOf,
  refundIdOf,
} from './payment-request.rules.js';

const ID = '5a1f5a2e-1111-4222-8333-944444444444';
const SALE = {
  paymentId: ID,
  kopecks: 19_900,
  description: 'Neurocards: 5 credits',
  returnUrl: 'https://t.me/bot?start=x',
  locale: 'en' as const,
  receipt: null,
};
const RECEIPT = {
  email: 'a@example.com',
  settings: { vatCode: 1, paymentMode: 'full_payment', paymentSubject: 'service' } as const,
};

describe('the request that makes a payment', () => {
  it('captures at once, names its row, and holds a receipt only where one is made', () => {
    const request = buildPaymentRequest(SALE);
    expect(request).toMatchObject({ capture: true, metadata: { payment_id: ID } });
    expect(receiptEmailOf(request)).toBeNull();
    expect(receiptEmailOf(buildPaymentRequest({ ...SALE, receipt: RECEIPT }))).toBe('a@example.com');
    expect(receiptEmailOf(null)).toBeNull();
  });
});

describe('the request that makes a refund', () => {
  const refund = { refundId: ID, providerPaymentId: 'remote-1', kopecks: 5_000, paymentRequest: null };

  it('names its row in its description, which alone leads back to it', () => {
    const request = buildRefundRequest(refund);
    expect(request).toMatchObject({ payment_id: 'remote-1', amount: { value: '50.00', currency: 'RUB' } });
    expect(refundIdOf(request['description'] as string)).toBe(ID);
    expect(refundIdOf('Refund for a friend')).toBeNull();
    expect(refundIdOf(null)).toBeNull();
  });

  it('gives the receipt back with the sum that goes back', () => {
    const paymentRequest = buildPaymentRequest({ ...SALE, receipt: RECEIPT });
    expect(buildRefundRequest({ ...refund, paymentRequest })['receipt']).toMatchObject({
      customer: { email: 'a@example.com' },
      items: [{ quantity: 1, amount: { value: '50.00', currency: 'RUB' } }],
    });
    expect(buildRefundRequest(refund)).not.toHaveProperty('receipt');
  });
});
