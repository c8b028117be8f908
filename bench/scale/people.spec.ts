import { describe, expect, it } from 'vitest';
import { idOfPerson, pickPeople } from './people.js';

describe('the people of the filled database', () => {
  it('have ids of their own', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => idOfPerson(index + 1));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are picked apart from each other, and only those with credits', () => {
    let seed = 0;
    const picked = pickPeople(1_000, 20, () => (seed += 0.137) % 1);
    expect(new Set(picked).size).toBe(20);
    for (const n of picked) {
      expect([6, 9]).toContain(n % 10);
      expect(n % 25).not.toBe(0);
      expect(n).toBeLessThanOrEqual(1_000);
    }
  });

  it('are not picked where there are too few', () => {
    expect(() => pickPeople(100, 20, Math.random)).toThrow(RangeError);
  });
});
