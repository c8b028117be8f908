import { describe, expect, it } from 'vitest';
import { decodeCallback, htmlToPlain, LANGUAGES, TEXT_LENGTH_MAX, type Language } from '../telegram/index.js';
import { noticePayloadSchema, type NoticePayload } from './notice.types.js';
import { CANCELLATION_REASONS, type PaymentNoticePayload } from './payment-notices.schemas.js';
import { closingOf } from './payment-screens.js';
import { noticeScreen } from './screens.js';

const PAYMENT_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const SUPPORT = 'https://t.me/support';
const ABOUT = { paymentId: PAYMENT_ID, price: { kopecks: 19_900 }, balance: 7, closes: 41 };

const COMPLETED = { kind: 'payment_completed', ...ABOUT, credits: 5, resumesOrder: true } as const;
const LINK = {
  kind: 'payment_link',
  ...ABOUT,
  planId: 'starter',
  url: 'https://yoomoney.example/checkout?a=1&b=2',
  credits: 5,
} as const;
const CANCELED = { kind: 'payment_canceled', ...ABOUT, planId: 'starter', provider: 'yookassa' } as const;
const FAILED = { kind: 'payment_failed', ...ABOUT } as const;
const REFUNDED = {
  kind: 'payment_refunded',
  ...{ paymentId: PAYMENT_ID, price: { stars: 150 }, creditsTaken: 3, creditsOwed: 2, balance: 0 },
} as const;
const TO_PEOPLE: PaymentNoticePayload[] = [
  COMPLETED,
  { ...COMPLETED, resumesOrder: false, price: { stars: 150 } },
  LINK,
  FAILED,
  REFUNDED,
  { kind: 'surplus_refunded', price: { kopecks: 19_900 }, balance: 7 },
  ...CANCELLATION_REASONS.map((reason) => ({ ...CANCELED, reason })),
];
const TO_OPERATORS: NoticePayload[] = [
  { kind: 'payments_unnoticed', count: 7, paymentIds: ['id-1', 'id-2', 'id-3', 'id-4', 'id-5'] },
  { kind: 'payment_parked', paymentId: PAYMENT_ID, reason: 'amount <b>1.00</b> & no shop' },
  {
    kind: 'refund_failed',
    ...{ paymentId: PAYMENT_ID, refundId: 'r-1', price: { kopecks: 149_900 }, reason: '<no money>' },
  },
  { kind: 'reconciliation_differences', provider: 'telegram_stars', count: 3, reportId: 'report-1' },
  { kind: 'payments_refused', provider: 'yookassa', text: 'invalid_credentials <x>' },
  { kind: 'payments_refused', provider: 'telegram_stars', text: 'x'.repeat(9_000) },
  { kind: 'audit_drift', count: 2, auditId: '17' },
];

/** A notice as a person reads it. */
function seen(language: Language, notice: NoticePayload, supportUrl: string | undefined = SUPPORT) {
  const { text, keyboard = [] } = noticeScreen(language, notice, supportUrl);
  const buttons = keyboard.flat();
  return {
    html: text,
    text: htmlToPlain(text).replaceAll('\u00a0', ' '),
    callbacks: buttons.flatMap((button) => ('callback' in button ? [button.callback] : [])),
    urls: buttons.flatMap((button) => ('url' in button ? [button.url] : [])),
    emptyRows: keyboard.filter((row) => row.length === 0).length,
  };
}

describe.each(LANGUAGES)('a notice about a payment (%s)', (language) => {
  it.each(
    [...TO_PEOPLE, ...TO_OPERATORS].map((notice) => [JSON.stringify(notice).slice(0, 90), notice] as const),
  )('is whole, fits and has a way out: %s', (_name, notice) => {
    expect(noticePayloadSchema.parse(JSON.parse(JSON.stringify(notice)))).toEqual(notice);
    const { html, callbacks, emptyRows } = seen(language, notice);
    expect(html).not.toMatch(/\{\{|\}\}|undefined|null|NaN|\[object/);
    expect(html.replace(/<(b|i)>([^<]*)<\/\1>/g, '$2')).not.toMatch(/[<>]/);
    expect(html.length).toBeLessThanOrEqual(TEXT_LENGTH_MAX);
    for (const data of callbacks) expect(decodeCallback(data), data).not.toBeNull();
    expect(callbacks.at(-1)).toBe('1:menu');
    expect(emptyRows).toBe(0);
    expect(seen(language === 'ru' ? 'en' : 'ru', notice).html).not.toBe(html);
  });

  it.each(CANCELLATION_REASONS)('says what happened (%s), that nothing was taken, and leads on', (reason) => {
    const { text, callbacks } = seen(language, { ...CANCELED, reason });
    const [happened, todo, money] = text.split('\n\n');
    expect(happened).toMatch(/[.]$/);
    expect(todo).toMatch(/[^ ]/);
    expect(money).toMatch(
      /^Деньги не списаны\. На балансе 7 кредитов\.$|^You were not charged\. Your balance: 7 credits\.$/,
    );
    expect(callbacks).toEqual(['1:buy:yookassa:starter', '1:plans', '1:menu']);
  });

  it('has a text of its own for each reason', () => {
    const texts = CANCELLATION_REASONS.map((reason) => seen(language, { ...CANCELED, reason }).text);
    expect(new Set(texts).size).toBe(CANCELLATION_REASONS.length);
  });

  it('leads to support only where there is one', () => {
    const urls = (supportUrl?: string) =>
      [FAILED, REFUNDED].map((notice) => noticeScreen(language, notice, supportUrl));
    expect(JSON.stringify(urls(SUPPORT)).split(SUPPORT)).toHaveLength(3);
    expect(JSON.stringify(urls())).not.toContain('"url"');
  });

  it('leads on to the video that waited, or to a new one', () => {
    expect(seen(language, COMPLETED).callbacks).toEqual(['1:resume', '1:menu']);
    expect(seen(language, { ...COMPLETED, resumesOrder: false }).callbacks).toEqual(['1:create', '1:menu']);
  });

  it('brings the link that was promised, and asks whether it is paid', () => {
    expect(seen(language, LINK)).toMatchObject({
      urls: [LINK.url],
      callbacks: [`1:paid:${PAYMENT_ID}`, '1:plans', '1:menu'],
    });
  });

  it('says of a refund only what was done', () => {
    const text = (changes: object) => seen(language, { ...REFUNDED, ...changes }).text;
    expect(text({})).toMatch(/(С баланса снято: 3 кредита|Taken off your balance: 3 credits)\./);
    expect(text({})).toMatch(/(не снято: 2 кредита|not taken: 2 credits)\./);
    expect(text({ creditsOwed: 0 })).not.toMatch(/не снято|not taken/);
    expect(text({ creditsTaken: 0 })).not.toMatch(/С баланса снято|Taken off/);
  });

  it('escapes what comes from outside', () => {
    for (const notice of TO_OPERATORS) expect(seen(language, notice).html).not.toMatch(/<(no|x|b>1)/);
  });
});

describe('in Russian', () => {
  it('says what came and what is on the balance now', () => {
    expect(seen('ru', COMPLETED).text).toMatch(
      /^🎉 Оплата прошла: \+5 кредитов\. На балансе 7 кредитов\.\n\n/,
    );
    expect(seen('ru', { ...COMPLETED, credits: 1, balance: 21, resumesOrder: false }).text).toBe(
      '🎉 Оплата прошла: +1 кредит. На балансе 21 кредит.',
    );
  });

  it('tells operators where to look', () => {
    const [unnoticed, , refund, , refused] = TO_OPERATORS.map((notice) => seen('ru', notice).text);
    expect(unnoticed).toMatch(/платежей: 7.*TRUSTED_PROXY_HOPS.*id-1\n.*id-5\n…$/s);
    expect(refund).toContain('Возврат 1 499 ₽ не прошёл');
    expect(refused).toContain('YOOKASSA_API_KEY');
  });
});

describe('the pay screen that a notice closes', () => {
  it.each<[PaymentNoticePayload, string]>([
    [COMPLETED, '✅ Оплачено: 5 кредитов за 199 ₽.'],
    [{ ...CANCELED, reason: 'expired' }, '✖️ Счёт на 199 ₽ закрыт: не оплачен.'],
    [FAILED, '✖️ Счёт на 199 ₽ не выставлен, платить не нужно.'],
    [LINK, 'Ссылка на оплату ниже 👇'],
  ])('says what became of it and leads to the menu only: %j', (notice, text) => {
    const closing = closingOf('ru', notice);
    expect(closing?.messageId).toBe(41);
    expect(closing?.message.text.replaceAll('\u00a0', ' ')).toBe(text);
    expect(JSON.stringify(closing?.message.keyboard)).toMatch(/^\[\[\{[^{}]*"1:menu"\}\]\]$/);
  });

  it('is none where none is known, or the notice is about something else', () => {
    expect(closingOf('ru', { ...COMPLETED, closes: null })).toBeNull();
    expect(closingOf('ru', REFUNDED)).toBeNull();
  });
});
