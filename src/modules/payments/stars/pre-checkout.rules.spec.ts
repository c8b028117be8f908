import { expect, it } from 'vitest';
import { decidePreCheckout, type InvoiceFacts, type PreCheckoutFacts } from './pre-checkout.rules.js';

const ROW: InvoiceFacts = {
  status: 'pending',
  provider: 'telegram_stars',
  amountStars: 150,
  isSuperseded: false,
  ownerTgUserId: 5001,
};
const QUERY: PreCheckoutFacts = { tgUserId: 5001, currency: 'XTR', totalAmount: 150 };

it.each<[string, Partial<InvoiceFacts> | null, Partial<PreCheckoutFacts>, string | null]>([
  ['an open invoice of one’s own', {}, {}, null],
  ['no invoice of ours', null, {}, 'unknown'],
  ['a payment of YooKassa', { provider: 'yookassa' }, {}, 'unknown'],
  ['somebody else’s', {}, { tgUserId: 5002 }, 'other_person'],
  ['another sum', {}, { totalAmount: 149 }, 'outdated'],
  ['another currency', {}, { currency: 'RUB' }, 'outdated'],
  ['one that was replaced', { isSuperseded: true }, {}, 'outdated'],
  ['F-24 one that was paid', { status: 'completed' }, {}, 'paid'],
  ['one that is over', { status: 'canceled' }, {}, 'outdated'],
])('%s', (_what, row, query, refusal) => {
  expect(decidePreCheckout(row && { ...ROW, ...row }, { ...QUERY, ...query })).toBe(refusal);
});
