import { YOOKASSA_TEXTS, type YooFault } from '../../sandbox/yookassa/index.js';
import type { TranslationKey } from '../../src/modules/telegram/light.js';
import type { FaultClass, Result, Visit } from './fault-class.js';
import type { Bill } from '../../sandbox/demo/shopping.js';
import type { Scene } from './scene.js';

const PAID = { kind: 'paid' } as const;
const MONEY_BACK = { kind: 'money_back' } as const;
const NO_MONEY_BACK = { kind: 'no_money_back' } as const;
const NO_BILL = { kind: 'not_paid', text: 'plans.unavailable' } as const;
const REFUSED = [/^payments: YooKassa refuses to make a payment/];
const NOT_GIVEN_BACK = [/^refunds: A refund did not come about/];

type Row = [name: string, fault: string, plan: YooFault, must: Result];

type About = [name: string, call: string, fault: string, must: Result, visit?: Visit];

const http = (status: number, besides: Partial<YooFault> = {}): YooFault => ({
  kind: 'http',
  status,
  ...besides,
});
const invalid = (parameter: string, description: string): YooFault =>
  http(400, { code: 'invalid_request', parameter, description });

/** A definite no. */
const REFUSALS: readonly Row[] = [
  ['401', '401, invalid_credentials', http(401), NO_BILL],
  ['403', '403, forbidden', http(403), NO_BILL],
  ['404', '404, not_found', http(404), NO_BILL],
  ['405', '405', http(405), NO_BILL],
  ['410', '410, gone', http(410), NO_BILL],
  ['415', '415', http(415), NO_BILL],
  ['400-amount', '400, amount', invalid('amount.value', 'Incorrect amount value'), NO_BILL],
  [
    '400-method',
    '400, payment_method_data.type',
    invalid('payment_method_data.type', 'Payment method is not available'),
    NO_BILL,
  ],
  ['400-receipt', '400, receipt', invalid('receipt', 'Receipt is missing or illegal'), NO_BILL],
  ['400-description', '400, description', invalid('description', 'Description is too long'), NO_BILL],
  ['400-metadata', '400, metadata', invalid('metadata', 'Metadata is illegal'), NO_BILL],
  ['400-return', '400, confirmation.return_url', invalid('confirmation.return_url', 'Illegal URL'), NO_BILL],
  ['400-key', '400, Idempotence-Key', invalid('Idempotence-Key', 'Idempotence key is too long'), NO_BILL],
];

/** Nobody can know, or not yet: the same request again. */
const SILENCES: readonly Row[] = [
  ['429', '429', http(429, { retryAfterMs: 1_000 }), PAID],
  ['500', '500, not made', http(500), PAID],
  ['500-made', '500, but made', http(500, { afterEffect: true }), PAID],
  ['500-often', '500 three times', http(500, { times: 3 }), PAID],
  ['202', '202, processing', { kind: 'processing' }, PAID],
  ['502', '502, a page', { kind: 'html', status: 502 }, PAID],
  ['502-made', '502, a page, but made', { kind: 'html', status: 502, afterEffect: true }, PAID],
  ['reset', 'connection reset, not made', { kind: 'reset' }, PAID],
  ['reset-made', 'connection reset, but made', { kind: 'reset_after_effect' }, PAID],
  ['silence', 'no answer, not made', { kind: 'timeout' }, PAID],
  ['silence-made', 'no answer, but made', { kind: 'timeout_after_effect' }, PAID],
  ['cut', 'made, and half a JSON', { kind: 'truncated' }, PAID],
  ['malformed', 'HTTP 200, `{}`', { kind: 'json', json: {} }, PAID],
  ['slow', 'the answer takes half a minute', { kind: 'slow', delayTrueMs: 30_000 }, PAID],
];

/** Why a payment may be canceled, and what the person reads. */
const CANCELLATIONS: readonly (readonly [told: TranslationKey, reasons: readonly string[]])[] = [
  ['payment.canceled.expired', ['expired_on_confirmation', 'expired_on_capture']],
  ['payment.canceled.insufficient_funds', ['insufficient_funds']],
  ['payment.canceled.card_data', ['invalid_card_number', 'invalid_csc', 'card_expired']],
  ['payment.canceled.confirmation_failed', ['3d_secure_failed']],
  [
    'payment.canceled.bank_refused',
    [
      ...[
        'call_issuer',
        'general_decline',
        'fraud_suspected',
        'issuer_unavailable',
        'payment_method_restricted',
      ],
      ...['permission_revoked', 'unsupported_mobile_operator', 'internal_timeout', 'loan_declined'],
    ],
  ],
  ['payment.canceled.limit_exceeded', ['payment_method_limit_exceeded']],
  ['payment.canceled.country_forbidden', ['country_forbidden']],
  ['payment.canceled.identification_required', ['identification_required']],
  ['payment.canceled.canceled_by_us', ['canceled_by_merchant']],
  ['payment.canceled.unknown', ['deal_expired', 'a_reason_of_tomorrow']],
];

/** Reading a payment back after its notification. */
const READS: readonly Row[] = [
  ['401', '401', http(401), PAID],
  ['403', '403', http(403), PAID],
  ['404', '404', http(404), PAID],
  ['429', '429', http(429), PAID],
  ['500', '500 twice', http(500, { times: 2 }), PAID],
  ['502', '502, a page', { kind: 'html', status: 502 }, PAID],
  ['reset', 'connection reset', { kind: 'reset' }, PAID],
  ['silence', 'no answer', { kind: 'timeout' }, PAID],
  ['cut', 'half a JSON', { kind: 'truncated' }, PAID],
  ['malformed', 'HTTP 200, `[]`', { kind: 'json', json: [] }, PAID],
];

/** Giving money back. */
const REFUNDS: readonly Row[] = [
  ['429', '429', http(429), MONEY_BACK],
  ['500', '500, not made', http(500), MONEY_BACK],
  ['500-made', '500, but made', http(500, { afterEffect: true }), MONEY_BACK],
  ['202', '202, processing', { kind: 'processing' }, MONEY_BACK],
  ['502', '502, a page', { kind: 'html', status: 502 }, MONEY_BACK],
  ['reset', 'connection reset, not made', { kind: 'reset' }, MONEY_BACK],
  ['reset-made', 'connection reset, but made', { kind: 'reset_after_effect' }, MONEY_BACK],
  ['silence', 'no answer, not made', { kind: 'timeout' }, MONEY_BACK],
  ['silence-made', 'no answer, but made', { kind: 'timeout_after_effect' }, MONEY_BACK],
  ['cut', 'made, and half a JSON', { kind: 'truncated' }, MONEY_BACK],
  ['400', '400', invalid('amount', 'The refund is above the payment'), NO_MONEY_BACK],
  ['401', '401', http(401), NO_MONEY_BACK],
  ['403', '403, forbidden', http(403), NO_MONEY_BACK],
  ['404', '404', http(404, { description: YOOKASSA_TEXTS.paymentUnknown }), NO_MONEY_BACK],
];

const REFUND_CANCELLATIONS = [
  ...[
    'yoo_money_account_closed',
    'insufficient_funds',
    'general_decline',
    'rejected_by_payee',
    'rejected_by_timeout',
  ],
  ...[
    'payment_expired',
    'payment_basket_id_not_found',
    'payment_article_number_not_found',
    'payment_tru_code_not_found',
  ],
  ...['too_many_refunding_articles', 'some_articles_already_refunded'],
];
const REFUND_PENDING_TRUE_MS = 40_000;

/** Reading back a refund that YooKassa has not decided yet. */
const REFUND_READS: readonly Row[] = [
  ['404', '404', http(404), MONEY_BACK],
  ['429', '429', http(429), MONEY_BACK],
  ['500', '500 twice', http(500, { times: 2 }), MONEY_BACK],
  ['silence', 'no answer', { kind: 'timeout' }, MONEY_BACK],
];

const LOOKS = 3;
const LATE_TRUE_MS = 120_000;

/** How YooKassa may fail. */
export const YOOKASSA: readonly FaultClass[] = [
  ...REFUSALS.map(([name, fault, plan, must]): FaultClass => ({
    ...about(`create-${name}`, 'POST /payments', fault, must),
    alarms: REFUSED,
    before: (scene) => scene.yooKassa('createPayment', plan),
  })),
  ...SILENCES.map(([name, fault, plan, must]): FaultClass => ({
    ...about(`create-${name}`, 'POST /payments', fault, must),
    before: (scene) => scene.yooKassa('createPayment', plan),
  })),
  ...CANCELLATIONS.flatMap(([text, reasons]) =>
    reasons.map((reason): FaultClass => ({
      ...about(`canceled-${reason}`, 'GET /payments/{id}', `canceled, ${reason}`, { kind: 'not_paid', text }),
      billed: ({ world }, { providerId }) => void world.yooKassa.decline(providerId, reason),
    })),
  ),
  {
    ...about('pending-expired', 'GET /payments/{id}', 'pending at three looks, and then its time is over', {
      ...{ kind: 'not_paid', text: 'payment.canceled.expired' },
    }),
    billed: (scene, bill) => afterLooks(scene, bill, () => scene.world.yooKassa.expire(bill.providerId)),
  },
  {
    ...about(
      'pending-paid',
      'GET /payments/{id}',
      'pending at three looks, then paid, and no notification',
      PAID,
    ),
    billed: (scene, bill) => {
      scene.notification({ drop: true }, bill.providerId);
      afterLooks(scene, bill, () => scene.world.yooKassa.pay(bill.providerId));
    },
  },
  ...READS.map(([name, fault, plan, must]): FaultClass => ({
    ...about(`read-${name}`, 'GET /payments/{id}', fault, must),
    // Only where our own look comes before the notification's.
    ...(name === '404' ? { mayAlarm: [/^payments: YooKassa does not know a payment of ours/] } : {}),
    billed: (scene, { providerId }) => {
      scene.yooKassa('getPayment', plan, providerId);
      scene.world.yooKassa.pay(providerId);
    },
  })),
  ...(
    [
      ['lost', 'never comes', { drop: true }],
      ['many', 'comes ten times, five at once', { copies: 10, parallel: 5 }],
      ['late', 'comes two minutes late', { delayTrueMs: LATE_TRUE_MS }],
    ] as const
  ).map(([name, fault, script]): FaultClass => ({
    ...about(`news-${name}`, 'notification', `the notification ${fault}`, PAID),
    billed: (scene, { providerId }) => {
      scene.notification(script, providerId);
      scene.world.yooKassa.pay(providerId);
    },
  })),
  {
    ...about('news-early', 'notification', 'the notification comes before the answer', PAID),
    before: (scene) => scene.payment({ payAtOnce: true, notification: 'early' }),
  },
  {
    ...about('news-forged', 'notification', 'one says "paid" of a payment that nobody has paid', {
      ...{ kind: 'not_paid', text: 'payment.canceled.insufficient_funds' },
    }),
    billed: ({ world, unnoticed }, { providerId }) => {
      // Whoever sends it does so once.
      unnoticed.push(providerId);
      const object = { ...world.yooKassa.payment(providerId), status: 'succeeded', paid: true };
      const sent = world.yooKassa.sendNotification({
        type: 'notification',
        event: 'payment.succeeded',
        object,
      });
      void sent.then(() => world.yooKassa.decline(providerId, 'insufficient_funds'));
    },
  },
  ...REFUNDS.map(([name, fault, plan, must]): FaultClass => ({
    ...about(`refund-${name}`, 'POST /refunds', fault, must, 'refund'),
    ...(must.kind === 'money_back' ? {} : { alarms: NOT_GIVEN_BACK }),
    // Its receipt names the person.
    before: (scene) => scene.yooKassa('createRefund', plan),
  })),
  ...REFUND_CANCELLATIONS.map((reason): FaultClass => ({
    ...about(
      `refund-canceled-${reason}`,
      'GET /refunds/{id}',
      `canceled, ${reason}`,
      NO_MONEY_BACK,
      'refund',
    ),
    alarms: NOT_GIVEN_BACK,
    billed: (scene, { providerId }) => scene.refund({ cancelReason: reason }, providerId),
  })),
  {
    ...about('refund-pending', 'GET /refunds/{id}', 'pending for a while', MONEY_BACK, 'refund'),
    billed: (scene, { providerId }) => scene.refund({ pendingTrueMs: REFUND_PENDING_TRUE_MS }, providerId),
  },
  ...REFUND_READS.map(([name, fault, plan, must]): FaultClass => ({
    ...about(
      `refund-read-${name}`,
      'GET /refunds/{id}',
      `${fault}, while the refund is pending`,
      must,
      'refund',
    ),
    billed: (scene, { providerId }) => scene.refund({ pendingTrueMs: REFUND_PENDING_TRUE_MS }, providerId),
    refunded: (scene, refundId) => scene.yooKassa('getRefund', plan, refundId),
  })),
];

/** Does it once the payment was looked at three times. */
function afterLooks({ world }: Scene, { providerId }: Bill, doIt: () => unknown): void {
  let looks = 0;
  const stop = world.yooKassa.onCall(({ method, url }) => {
    if (method !== 'GET' || !url.endsWith(`/v3/payments/${providerId}`) || ++looks < LOOKS) return;
    stop();
    doIt();
  });
}

function about(...[name, call, fault, must, visit = 'buy']: About) {
  return { name: `yookassa-${name}`, provider: 'YooKassa', call, fault, must, visit } as const;
}
