import { describe, expect, it } from 'vitest';
import { priceOffers, type PlanOnSale } from './offers.rules.js';

const plan = (id: string, credits: number, priceKopecks: number, priceStars: number): PlanOnSale => ({
  ...{ id, nameRu: id, nameEn: null, credits, priceKopecks, priceStars },
});

describe('what is on offer', () => {
  it('says what each plan makes for one video, and what it saves against the dearest', () => {
    const offers = priceOffers([plan('a', 5, 19_900, 150), plan('b', 20, 69_900, 500)], 1);
    expect(offers).toMatchObject([
      { planId: 'a', kopecksPerVideo: 3_980, starsPerVideo: 30, savingPercent: 0, nameEn: 'a' },
      { planId: 'b', kopecksPerVideo: 3_495, starsPerVideo: 25, savingPercent: 12 },
    ]);
  });

  it('counts videos, not credits, where a video costs several', () => {
    expect(priceOffers([plan('a', 5, 19_900, 150)], 2)).toMatchObject([
      { kopecksPerVideo: 7_960, starsPerVideo: 60 },
    ]);
  });

  it.each([
    [1_000, 500, 50],
    [1_000, 505, 49],
    [1_000, 1_000, 0],
    [1_000, 1, 99],
  ])('never promises more than there is: %i to %i is %i %%', (dear, cheap, percent) => {
    const [, second] = priceOffers([plan('a', 1, dear, 1), plan('b', 1, cheap, 1)], 1);
    expect(second?.savingPercent).toBe(percent);
  });

  it('has nothing to say of an empty list', () => {
    expect(priceOffers([], 1)).toEqual([]);
  });
});
