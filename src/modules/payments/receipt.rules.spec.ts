import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildReceipt, toKopecks, toRoubles } from './receipt.rules.js';

const SETTINGS = { vatCode: 11, paymentMode: 'full_payment', paymentSubject: 'service' } as const;

describe('sums', () => {
  it.each([
    [1, '0.01'],
    [100, '1.00'],
    [19_900, '199.00'],
    [149_905, '1499.05'],
  ])('%i kopecks are %s', (kopecks, roubles) => {
    expect(toRoubles(kopecks)).toBe(roubles);
    expect(toKopecks(roubles)).toBe(kopecks);
  });

  it.each(['199', '199.0', '199,00', '1e5', '-1.00', ' 1.00', '1.000', '', '10000000000.00'])(
    '%j is no sum',
    (text) => {
      expect(toKopecks(text)).toBeNull();
    },
  );

  it('survive the way there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_147_483_647 }), (kopecks) => {
        expect(toKopecks(toRoubles(kopecks))).toBe(kopecks);
      }),
    );
  });
});

describe('a receipt', () => {
  it('adds up to the kopeck, whatever was sold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 35_000_000 }), (kopecks) => {
        const { items } = buildReceipt({ email: 'a@example.com', description: 'x', kopecks }, SETTINGS);
        const sum = items.reduce(
          (total, item) => total + (toKopecks(item.amount.value) ?? NaN) * item.quantity,
          0,
        );
        expect(sum).toBe(kopecks);
      }),
    );
  });

  it('names the tax system only where one is set, and shortens what is too long', () => {
    const sale = { email: 'a@example.com', description: 'x'.repeat(200), kopecks: 100 };
    expect(buildReceipt(sale, SETTINGS)).not.toHaveProperty('tax_system_code');
    expect(buildReceipt(sale, { ...SETTINGS, taxSystemCode: 2 })).toMatchObject({ tax_system_code: 2 });
    expect(buildReceipt(sale, SETTINGS).items[0]?.description).toHaveLength(128);
  });
});
