import { createHash } from 'node:crypto';
import type { TestCard } from './yookassa-cards.data.js';
import { incomeKopecks, roubles } from './yookassa-money.rules.js';
import type { YooPayment } from './yookassa-payments.js';
import { refundableKopecks, type YooRefund } from './yookassa-refunds.js';

/** What is needed besides the payment itself. */
export interface PaymentObjectContext {
  confirmationUrl: string;
  /** When it ends by itself, in real milliseconds. */
  endsAtMs: number | null;
}

/** A payment as the API and the notifications show it. https://yookassa.ru/developers/api#payment_object */
export function paymentObject(payment: YooPayment, { confirmationUrl, endsAtMs }: PaymentObjectContext) {
  const { status, returnUrl } = payment;
  const isPaid = payment.paidAtMs !== null && status !== 'canceled';
  return compact({
    id: payment.id,
    status,
    amount: roubles(payment.amountKopecks),
    income_amount: isPaid ? roubles(incomeKopecks(payment.amountKopecks)) : undefined,
    refunded_amount: status === 'succeeded' ? roubles(payment.refundedKopecks) : undefined,
    description: payment.description ?? undefined,
    recipient: { account_id: payment.shopId, gateway_id: gatewayOf(payment.shopId) },
    payment_method: payment.card ? methodObject(payment, payment.card) : undefined,
    captured_at: payment.capturedAtMs === null ? undefined : iso(payment.capturedAtMs),
    created_at: iso(payment.createdAtMs),
    expires_at: status === 'waiting_for_capture' && endsAtMs !== null ? iso(endsAtMs) : undefined,
    confirmation:
      status === 'pending'
        ? { type: 'redirect', return_url: returnUrl ?? undefined, confirmation_url: confirmationUrl }
        : undefined,
    test: payment.test,
    paid: isPaid,
    refundable: refundableKopecks(payment) > 0,
    receipt_registration: payment.receipt === null ? undefined : registrationOf(payment),
    metadata: payment.metadata,
    merchant_customer_id: payment.merchantCustomerId ?? undefined,
    cancellation_details: payment.cancellation ?? undefined,
    authorization_details: isPaid && payment.card ? authorizationObject(payment, payment.card) : undefined,
  });
}

/** A refund as the API and the notifications show it. https://yookassa.ru/developers/api#refund_object */
export function refundObject(refund: YooRefund) {
  return compact({
    id: refund.id,
    payment_id: refund.paymentId,
    status: refund.status,
    cancellation_details: refund.cancellation ?? undefined,
    receipt_registration: refund.receipt === null ? undefined : refund.status,
    created_at: iso(refund.createdAtMs),
    amount: roubles(refund.amountKopecks),
    description: refund.description ?? undefined,
  });
}

function methodObject({ id, method }: YooPayment, { number, type }: TestCard) {
  const last4 = number.slice(-4);
  if (method === 'yoo_money')
    return { type: method, id, saved: false, status: 'inactive', title: `YooMoney wallet *${last4}` };
  return {
    type: 'bank_card',
    id,
    saved: false,
    status: 'inactive',
    title: `Bank card *${last4}`,
    card: {
      first6: number.slice(0, 6),
      last4,
      expiry_year: '2030',
      expiry_month: '12',
      card_type: type,
      issuer_country: type === 'Mir' ? 'RU' : 'US',
    },
  };
}

function authorizationObject({ id }: YooPayment, { secure }: TestCard) {
  const digits = BigInt(`0x${createHash('sha256').update(id).digest('hex')}`).toString();
  return { rrn: digits.slice(0, 12), auth_code: digits.slice(12, 18), three_d_secure: { applied: secure } };
}

function registrationOf({ status }: YooPayment): string {
  return status === 'succeeded' || status === 'canceled' ? status : 'pending';
}

/** The documentation's own pair: shop 100500 has gateway 100700. */
function gatewayOf(shopId: string): string {
  return /^\d{1,12}$/.test(shopId) ? String(Number(shopId) + 200) : '100700';
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Fields without a value are not there at all. */
function compact<T extends object>(fields: T): T {
  return JSON.parse(JSON.stringify(fields)) as T;
}
