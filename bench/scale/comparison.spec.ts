import { describe, expect, it } from 'vitest';
import { compareStatements, isSameWork, ratioOf } from './comparison.js';
import type { Statement } from './statements.js';

const statement = (more: Partial<Statement>): Statement => ({
  ...{ part: 'product', sql: 'select 1 from jobs', calls: 10, ms: 1, longestMs: 2, rows: 1 },
  ...more,
});

describe('the comparison of two databases', () => {
  it('takes the median of the rounds on each side', () => {
    const rounds = (values: number[]) => values.map((ms) => [statement({ ms })]);
    const [one] = compareStatements(rounds([2, 9, 3]), rounds([2, 1, 2]));
    expect(one && ratioOf(one)).toBe(1.5);
  });

  it.each([
    [1, 0, true],
    [5, 5, true],
    [5, 2, false],
  ])('takes %s rows for the same work as %s: %s', (large, empty, isSame) => {
    const [one] = compareStatements([[statement({ rows: large })]], [[statement({ rows: empty })]]);
    expect(one && isSameWork(one)).toBe(isSame);
  });

  it('knows no ratio where only one of them was asked', () => {
    const [one] = compareStatements([[statement({})]], [[]]);
    expect(one && ratioOf(one)).toBeNull();
  });

  it('keeps the parts apart, and numbers what begins alike', () => {
    const long = `select ${'a, '.repeat(40)}`;
    const all = [
      statement({ sql: `${long} b from jobs` }),
      statement({ sql: `${long} c from jobs` }),
      statement({ part: 'scheduler' }),
      statement({ longestMs: 7 }),
    ];
    const compared = compareStatements([all], [all]);
    expect(compared).toHaveLength(4);
    expect(compared[1]?.name).toBe(`${compared[0]?.name} (2)`);
  });
});
