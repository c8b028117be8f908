import { describe, expect, it } from 'vitest';
import { aRow } from '../panel.support.js';
import { checkLedger, refundedPayments, refundOfJob } from './ledger.rules.js';

const SIGNUP = aRow({ id: '1', operation: 'signup', amount: 3, balanceAfter: 3 });
const USAGE = aRow({ id: '2', operation: 'usage', amount: -1, balanceAfter: 2, jobId: 'job-1' });
const REFUND = aRow({ id: '3', operation: 'refund', amount: 1, balanceAfter: 3, jobId: 'job-1' });

describe('the ledger', () => {
  it.each([
    ['is empty', [], 0, { opening: 0, sum: 0, brokenRowId: null, addsUp: true }],
    ['is empty beside a balance', [], 2, { opening: 0, sum: 0, brokenRowId: null, addsUp: false }],
    ['is whole', [REFUND, USAGE, SIGNUP], 3, { opening: 0, sum: 3, brokenRowId: null, addsUp: true }],
    ['is not the balance', [USAGE, SIGNUP], 3, { opening: 0, sum: 2, brokenRowId: null, addsUp: false }],
    ['is shown from its middle', [REFUND, USAGE], 3, { opening: 3, sum: 3, brokenRowId: null, addsUp: true }],
    ['lacks a row', [REFUND, SIGNUP], 3, { opening: 0, sum: 4, brokenRowId: '3', addsUp: false }],
  ])('%s', (_name, ledger, balance, check) => {
    expect(checkLedger(ledger, balance)).toEqual(check);
  });

  it('knows what it gave back for a job', () => {
    expect(refundOfJob([REFUND, USAGE, SIGNUP], 'job-1')).toBe(1);
    expect(refundOfJob([USAGE, SIGNUP], 'job-1')).toBeNull();
    expect(refundOfJob([REFUND], 'job-2')).toBeNull();
  });

  it('knows the payments whose money went back', () => {
    const back = aRow({ operation: 'payment_refund', amount: -5, paymentId: 'payment-1' });
    const bought = aRow({ operation: 'purchase', amount: 5, paymentId: 'payment-2' });
    expect([...refundedPayments([back, bought, SIGNUP])]).toEqual(['payment-1']);
  });
});
