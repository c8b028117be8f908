import { describe, expect, it } from 'vitest';
import type { LedgerFacts } from './facts.js';
import type { Done, Operation } from './operations.types.js';
import { findBrokenLedger } from './verdict.js';

const HOLDER = { userId: 'anna', tgUserId: 7 };
const CHARGE: Operation = { kind: 'charge', by: 'sql', holder: HOLDER, key: 'k', count: 2 };
const GIFT: Operation = { kind: 'add', by: 'product', holder: HOLDER, cause: 'g', amount: 3 };
const FAIL: Operation = { kind: 'fail', by: 'product', holder: HOLDER, orderId: 'o', jobIds: ['j1', 'j2'] };

const row = (cause: string, amount: number, balanceAfter: number) => ({
  ...{ userId: 'anna', cause, amount, balanceAfter },
});
const SIGNUP = row('signup anna', 2, 2);
const USAGES = [row('usage k', -1, 1), row('usage k', -1, 0)];

function written(operation: Operation, kind: 'done' | 'repeated' | 'too_few' = 'done'): Done {
  return { operation, answer: { kind }, tookMs: 1 };
}

/** Somebody who has ordered two videos for their welcome. */
function facts(changes: Partial<LedgerFacts> = {}): LedgerFacts {
  return {
    rows: [SIGNUP, ...USAGES],
    balances: [{ userId: 'anna', credits: 0 }],
    failedJobs: [],
    deadlocks: 0,
    audit: { rows_checked: 3, drift: 0 },
    ...changes,
  };
}

describe('findBrokenLedger', () => {
  it('has nothing against one order that two writers made', () => {
    expect(findBrokenLedger(facts(), [written(CHARGE), written(CHARGE, 'repeated')])).toEqual([]);
  });

  it('has nothing against a failure that gave all credits back, told by two writers', () => {
    const rows = [SIGNUP, ...USAGES, row('refund j1', 1, 1), row('refund j2', 1, 2)];
    const balances = [{ userId: 'anna', credits: 2 }];
    const over = facts({ rows, balances, failedJobs: ['j1', 'j2'] });
    expect(findBrokenLedger(over, [written(CHARGE), written(FAIL), written(FAIL)])).toEqual([]);
  });

  it('has nothing against an order that nobody could pay for', () => {
    const untouched = facts({ rows: [SIGNUP], balances: [{ userId: 'anna', credits: 2 }] });
    expect(findBrokenLedger(untouched, [written(CHARGE, 'too_few')])).toEqual([]);
  });

  it.each<[string, Partial<LedgerFacts>, Done[]]>([
    ['2 writers were told that they did "usage k"', {}, [written(CHARGE), written(CHARGE)]],
    ['"usage k" has 2 rows instead of 0', {}, [written(CHARGE, 'too_few')]],
    ['"bonus g" has 0 rows instead of 1', {}, [written(CHARGE), written(GIFT)]],
    ['"usage k" is in the history, and nobody wrote it', {}, []],
    [
      'anna has 1 credits, the history says 0',
      { balances: [{ userId: 'anna', credits: 1 }] },
      [written(CHARGE)],
    ],
    [
      'after "bonus g" the history of anna says 5 instead of 3',
      { rows: [SIGNUP, ...USAGES, row('bonus g', 3, 5)] },
      [written(CHARGE), written(GIFT)],
    ],
    [
      'moved 4 credits instead of 3',
      { rows: [SIGNUP, ...USAGES, row('bonus g', 4, 4)], balances: [{ userId: 'anna', credits: 4 }] },
      [written(CHARGE), written(GIFT)],
    ],
    ['"refund j1" has 0 rows instead of 1', {}, [written(CHARGE), written(FAIL)]],
    ['job j2 did not fail', {}, [written(CHARGE), written(FAIL)]],
    ['the audit finds 2 rows', { audit: { rows_checked: 3, drift: 2 } }, [written(CHARGE)]],
    [
      'a writer (charge, sql) got: 40P01',
      {},
      [written(CHARGE), { operation: CHARGE, answer: { kind: 'error', text: '40P01' }, tookMs: 1 }],
    ],
  ])('says: %s', (sentence, changes, done) => {
    expect(findBrokenLedger(facts(changes), done).join('\n')).toContain(sentence);
  });
});
