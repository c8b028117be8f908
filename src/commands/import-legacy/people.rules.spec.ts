import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LegacyRow } from './import-legacy.types.js';
import { balanceOf, decidePerson, type PeopleContext } from './people.rules.js';

const NOBODY: PeopleContext = { duplicates: new Set(), owed: new Map() };
const ROW = { id: 'u-1', tg_user_id: 42, credits: 5 };

const decide = (change: LegacyRow, context: Partial<PeopleContext> = {}) =>
  decidePerson({ ...ROW, ...change }, { ...NOBODY, ...context });

describe('a person', () => {
  it.each([
    [{ credits: 5 }, 5, []],
    [{ credits: '5' }, 5, []],
    [{ credits: '5.00' }, 5, []],
    [{ credits: 0 }, 0, []],
    [{ credits: -2 }, 0, ['the balance -2 is imported as 0']],
    [{ credits: null }, 0, ['it has no balance: imported with 0']],
    [{ credits: undefined }, 0, ['it has no balance: imported with 0']],
    [{ credits: 1_000_000 }, 1_000_000, []],
    [{ tg_user_id: '4503599627370495' }, 5, []],
  ])('%j gets %i credits', (change, credits, notes) => {
    expect(decide(change)).toMatchObject({ kind: 'take', value: { credits }, notes });
  });

  it.each([
    [{ credits: 4.5 }, 'the balance is no whole number; credits: 4.5'],
    [{ credits: 'NaN' }, 'the balance is no whole number; credits: NaN'],
    [{ credits: 'five' }, 'the balance is no whole number; credits: five'],
    [{ credits: 1_000_001 }, 'more than 1000000 credits; credits: 1000001'],
    [{ tg_user_id: null }, 'tg_user_id null is nobody in Telegram; credits: 5'],
    [{ tg_user_id: 0 }, 'tg_user_id 0 is nobody in Telegram; credits: 5'],
    [{ tg_user_id: -100_123 }, 'tg_user_id -100123 is nobody in Telegram; credits: 5'],
    [{ tg_user_id: 2 ** 53 }, 'tg_user_id 9007199254740992 is nobody in Telegram; credits: 5'],
    [{ id: null }, 'it has no id; credits: 5'],
    [{ id: ' ' }, 'it has no id; credits: 5'],
  ])('%j is for the operator', (change, reason) => {
    expect(decide(change)).toEqual({ kind: 'refuse', reason });
  });

  it('whose id another row has too is for the operator', () => {
    expect(decide({}, { duplicates: new Set([42]) })).toMatchObject({ kind: 'refuse' });
  });

  it('gets back what videos under way had taken, above a balance that is not below 0', () => {
    const owed = new Map([[42, 3]]);
    expect(decide({}, { owed })).toMatchObject({ value: { credits: 8 } });
    expect(decide({ credits: -1 }, { owed })).toMatchObject({ value: { credits: 3 } });
  });

  it('never gets less than the balance, nor more than it and what is owed', () => {
    const integers = fc.integer({ min: -1_000, max: 1_000 });
    fc.assert(
      fc.property(integers, fc.nat(20), (credits, owed) => {
        const decision = decide({ credits }, { owed: new Map([[42, owed]]) });
        expect(decision).toMatchObject({ kind: 'take', value: { credits: Math.max(0, credits) + owed } });
      }),
    );
  });

  it('is decided whatever stands in the row', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('id', 'tg_user_id', 'credits', 'username'), fc.jsonValue()),
        (row) => {
          const decision = decidePerson(row, NOBODY);
          if (decision.kind === 'refuse') return;
          const { credits, tgUserId, profile } = decision.value;
          expect(Number.isSafeInteger(credits) && credits >= 0 && credits <= 1_000_000 && tgUserId > 0).toBe(
            true,
          );
          expect(JSON.stringify(profile)).not.toContain('\\u0000');
        },
      ),
    );
  });

  it('is refused by name where an object stands for its id in Telegram', () => {
    const decision = decidePerson({ id: '1', tg_user_id: { toString: '' } }, NOBODY);
    expect(decision).toEqual({
      kind: 'refuse',
      reason: 'tg_user_id {"toString":""} is nobody in Telegram; credits: nothing',
    });
  });

  it('has a name that PostgreSQL and Telegram take', () => {
    const first_name = `А\0${'н'.repeat(200)}`;
    const decision = decide({ first_name, last_name: '\ud800', username: '  ' });
    const profile = {
      first_name: `А${'н'.repeat(63)}`,
      last_name: '\ufffd',
      username: null,
      created_at: null,
    };
    expect(decision).toMatchObject({ value: { profile } });
  });
});

it('a balance that is not there is none, and one that cannot be read is not 0', () => {
  expect(balanceOf({})).toEqual({ kind: 'none' });
  expect(balanceOf({ credits: true })).toEqual({ kind: 'unreadable' });
});
