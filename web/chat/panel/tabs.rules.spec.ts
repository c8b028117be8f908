import { describe, expect, it } from 'vitest';
import { isTab, tabAfterKey } from './tabs.rules.js';

describe('the tabs', () => {
  it.each([
    ['account', 'ArrowRight', 'jobs'],
    ['rehearse', 'ArrowRight', 'account'],
    ['account', 'ArrowLeft', 'rehearse'],
    ['calls', 'Home', 'account'],
    ['account', 'End', 'rehearse'],
    ['calls', 'Tab', null],
    ['calls', 'toString', null],
  ] as const)('from %s with %s', (tab, key, next) => {
    expect(tabAfterKey(tab, key)).toBe(next);
  });

  it('know their names', () => {
    expect([isTab('calls'), isTab('nowhere'), isTab(null)]).toEqual([true, false, false]);
  });
});
