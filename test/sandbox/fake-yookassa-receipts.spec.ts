import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { paymentBody, receiptOf, yooApi } from './fake-yookassa.support.js';

const yoo = new FakeYooKassa();
const api = yooApi(() => yoo.url);

beforeAll(() => yoo.start());
afterAll(() => yoo.stop());
beforeEach(() => {
  yoo.reset();
  yoo.configure({ receipts: 'required' });
});

const illegal = {
  type: 'error',
  code: 'invalid_request',
  description: 'Receipt is missing or illegal',
  parameter: 'receipt',
};
const pay = (receipt?: unknown) =>
  api.post('/payments', paymentBody(receipt === undefined ? {} : { receipt }));

describe('a receipt', () => {
  it('is taken, and registered with the payment', async () => {
    const { status, body } = await pay(receiptOf('299.00'));
    expect([status, body.receipt_registration]).toEqual([200, 'pending']);
    expect(yoo.payment(body.id)?.receipt).toEqual(receiptOf('299.00'));
    yoo.pay(body.id);
    expect(await api.read(body.id)).toMatchObject({ receipt_registration: 'succeeded' });
  });

  it('is not needed where the shop sends none', async () => {
    expect((await pay()).body).toMatchObject(illegal);
    yoo.configure({ receipts: 'off' });
    const { status, body } = await pay();
    expect([status, body.receipt_registration]).toEqual([200, undefined]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another sum', receiptOf('298.99')],
    ['a quantity that makes another sum', receiptOf('299.00', { quantity: 2 })],
    ['a quantity of four decimals', receiptOf('299.00', { quantity: 1.0001 })],
    ['a quantity of none', receiptOf('299.00', { quantity: 0 })],
    ['no rate of VAT', receiptOf('299.00', { vat_code: undefined })],
    ['a rate of VAT that there is not', receiptOf('299.00', { vat_code: 13 })],
    ['an unknown mode', receiptOf('299.00', { payment_mode: 'later' })],
    ['an unknown subject', receiptOf('299.00', { payment_subject: 'video' })],
    ['an unknown measure', receiptOf('299.00', { measure: 'video' })],
    ['an empty description', receiptOf('299.00', { description: '' })],
    ['a long description', receiptOf('299.00', { description: 'x'.repeat(129) })],
    ['a sum that is a number', receiptOf('299.00', { amount: { value: 299, currency: 'RUB' } })],
    ['no e-mail', { ...receiptOf('299.00'), customer: { phone: '79000000000' } }],
    ['a wrong e-mail', { ...receiptOf('299.00'), customer: { email: 'user' } }],
    ['no items', { ...receiptOf('299.00'), items: [] }],
    ['an unknown system of taxes', { ...receiptOf('299.00'), tax_system_code: 7 }],
  ])('is refused for %s, where receipts are off as well', async (_what, receipt) => {
    expect([(await pay(receipt)).status, (await pay(receipt)).body]).toMatchObject([400, illegal]);
    yoo.configure({ receipts: 'off' });
    expect((await pay(receipt)).body).toMatchObject(illegal);
  });

  it.each<[string, Record<string, unknown>]>([
    ['the 22 % of 2026', receiptOf('299.00', { vat_code: 11 })],
    ['a quantity of parts', receiptOf('119.60', { quantity: 2.5 })],
    ['ten of a tenth', receiptOf('29.90', { quantity: 10 })],
    ['the longest description', receiptOf('299.00', { description: 'x'.repeat(128) })],
    ['a phone besides', { ...receiptOf('299.00'), customer: { email: 'a@b.ru', phone: '79000000000' } }],
  ])('may have %s', async (_what, receipt) => {
    expect((await pay(receipt)).status).toBe(200);
  });

  it('is needed for a part that is given back, not for the whole', async () => {
    const { id } = (await pay(receiptOf('299.00'))).body;
    yoo.pay(id);
    expect((await api.refund(id, '100.00')).body).toMatchObject(illegal);
    expect((await api.refund(id, '100.00', { receipt: receiptOf('99.00') })).body).toMatchObject(illegal);
    const part = await api.refund(id, '100.00', { receipt: receiptOf('100.00') });
    expect([part.status, part.body.receipt_registration]).toEqual([200, 'succeeded']);
    const other = (await pay(receiptOf('299.00'))).body;
    yoo.pay(other.id);
    expect((await api.refund(other.id, '299.00')).status).toBe(200);
  });
});
