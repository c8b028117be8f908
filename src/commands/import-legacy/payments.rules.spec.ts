import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideHistoryRow, decidePlan, decidePayment as decideAmong } from './payments.rules.js';
import type { LegacyRow } from './import-legacy.types.js';
import { instantOf, kopecksOf, storableJson } from './values.rules.js';

const ROW = {
  ...{ id: 'p-1', tg_user_id: 42, status: 'pending', amount_rub: 199, credits_purchased: 5 },
  ...{ payment_provider: 'yookassa', payment_id: '2d8f1c3a-000f-5000-8000-1b2c3d4e5f60', currency: 'RUB' },
};

const decidePayment = (row: LegacyRow, overThere: string[] = []) => decideAmong(row, new Set(overThere));

describe('a payment', () => {
  it.each([
    [{}, true],
    [{ payment_provider: null }, true],
    [{ currency: null }, true],
    [{ status: 'completed' }, false],
    [{ status: 'refunded', payment_id: null, amount_rub: null, credits_purchased: null }, false],
    [{ status: 'failed', payment_provider: 'stripe' }, false],
  ])('%j is settled here: %s', (change, isSettledHere) => {
    expect(decidePayment({ ...ROW, ...change })).toMatchObject({ kind: 'take', value: { isSettledHere } });
  });

  it.each([
    [{ payment_id: null }, /without YooKassa's id: look for 199 roubles for 5 credits in its cabinet/],
    [{ payment_id: '' }, /without YooKassa's id/],
    [{ payment_id: 'test_1a2b3c4d' }, /no id of YooKassa/],
    [{ payment_provider: 'stripe' }, /by stripe/],
    [{ currency: 'USD' }, /no sum in roubles/],
    [{ amount_rub: null }, /no sum in roubles/],
    [{ amount_rub: 0 }, /no sum in roubles/],
    [{ amount_rub: -199 }, /no sum in roubles/],
    [{ credits_purchased: null }, /how many credits/],
    [{ credits_purchased: 0 }, /how many credits/],
    [{ credits_purchased: 2.5 }, /how many credits/],
    [{ status: 'canceled' }, /status canceled is not known/],
    [{ tg_user_id: null }, /nobody in Telegram/],
    [{ id: null }, /no id/],
  ])('%j is for the operator', (change, reason) => {
    const reasonOf = expect.stringMatching(reason) as string;
    expect(decidePayment({ ...ROW, ...change })).toEqual({ kind: 'refuse', reason: reasonOf });
  });
});

describe('a payment that another row has, too', () => {
  it('is not settled here when that one is over: it may be credited already', () => {
    const reason = expect.stringMatching(/another row that is over .*199 roubles for 5 credits/) as string;
    expect(decidePayment(ROW, [ROW.payment_id])).toEqual({ kind: 'refuse', reason });
    expect(decidePayment({ ...ROW, status: 'completed' }, [ROW.payment_id])).toMatchObject({ kind: 'take' });
  });
});

describe('a sum in roubles', () => {
  it.each([
    [199, 19_900],
    ['199.00', 19_900],
    [199.99, 19_999],
    [0.1 + 0.2, 30],
    [0.01, 1],
    [0.005, null],
    ['1e3', null],
    ['NaN', null],
    [Infinity, null],
    [1e9, null],
    [null, null],
  ])('%s is %s kopecks', (roubles, kopecks) => {
    expect(kopecksOf(roubles)).toBe(kopecks);
  });

  it('is exactly what was written, to the kopeck', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }), (kopecks) => {
        expect(kopecksOf(kopecks / 100)).toBe(kopecks);
        expect(kopecksOf((kopecks / 100).toFixed(2))).toBe(kopecks);
      }),
    );
  });
});

describe('an instant', () => {
  it.each([
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02 03:04:05.123456', '2026-01-02T03:04:05.123Z'],
    ['2026-01-02T03:04:05+00:00', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05+03', '2026-01-02T00:04:05.000Z'],
    ['infinity', null],
    ['2026-13-02T03:04:05', null],
    ['2026-01-02', null],
    [1_767_323_045, null],
    [null, null],
  ])('%s is %s', (text, instant) => {
    expect(instantOf(text)).toBe(instant);
  });
});

/** Rows in which anything may stand, also an object that does not know how to become a text. */
function anyRow(columns: readonly string[], known: LegacyRow): fc.Arbitrary<LegacyRow> {
  const anything = fc.oneof(fc.jsonValue(), fc.constant({ toString: '' }));
  return fc
    .dictionary(fc.constantFrom(...columns), anything, { maxKeys: 3 })
    .map((row) => ({ ...known, ...row }));
}

it('a payment is decided whatever stands in the row', () => {
  fc.assert(
    fc.property(anyRow(Object.keys(ROW), ROW), (row) => {
      const decision = decidePayment(row);
      if (decision.kind === 'refuse' || !decision.value.isSettledHere) return;
      const { amountKopecks, credits, providerPaymentId } = decision.value;
      expect(
        [amountKopecks, credits].every((value) => Number.isSafeInteger(value) && Number(value) > 0),
      ).toBe(true);
      expect(providerPaymentId).toMatch(/^[0-9a-zA-Z-]+$/);
    }),
  );
});

it('a row of the old history is decided whatever stands in it', () => {
  const known = { id: 'h-1', tg_user_id: 42, amount: 1, operation_type: 'usage', job_id: 'j-1' };
  fc.assert(
    fc.property(anyRow(Object.keys(known), known), (row) => {
      const decision = decideHistoryRow(row);
      if (decision.kind === 'take') expect(Number.isFinite(Number(decision.value.amount))).toBe(true);
    }),
  );
});

describe('a row of the old history', () => {
  it.each([
    [{ amount: -1 }, '-1'],
    [{ amount: 2.5 }, '2.5'],
    [{ amount: '3' }, '3'],
  ])('%j is kept', (row, amount) => {
    expect(decideHistoryRow({ tg_user_id: 42, ...row })).toMatchObject({ value: { amount, legacyId: null } });
  });

  it.each([
    { amount: null },
    { amount: 'NaN' },
    { amount: [1] },
    { amount: { toString: '' } },
    { amount: 1, tg_user_id: 0 },
  ])('%j is refused', (row) => {
    expect(decideHistoryRow({ tg_user_id: 42, ...row })).toMatchObject({ kind: 'refuse' });
  });
});

it('a plan is kept whole, under its id or its name', () => {
  expect(decidePlan({ id: null, name: 'pro', price_rub: 699 })).toMatchObject({
    value: { legacyId: 'pro', plan: { price_rub: 699 } },
  });
  expect(decidePlan({})).toMatchObject({ kind: 'refuse' });
});

it('no JSON keeps what PostgreSQL refuses, nor loses anything else', () => {
  const value = { 'a\0b': ['\0', { text: '\\u0000', number: 1.5, none: null }], half: '\ud800!' };
  const stored = { ab: ['', { text: '\\u0000', number: 1.5, none: null }], half: '\ufffd!' };
  expect(storableJson(value)).toEqual(stored);
});
