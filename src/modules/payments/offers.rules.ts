import type { Offer } from './payments.types.js';

/** A plan as it is sold. */
export interface PlanOnSale {
  id: string;
  nameRu: string;
  nameEn: string | null;
  credits: number;
  priceKopecks: number;
  priceStars: number;
}

/**
 * What each plan makes for one video, and how much that saves against the dearest one on sale.
 *
 * @param creditsPerVideo credits that a video costs now, above 0.
 */
export function priceOffers(plans: readonly PlanOnSale[], creditsPerVideo: number): Offer[] {
  const perVideo = (plan: PlanOnSale, price: number) => (price * creditsPerVideo) / plan.credits;
  const dearest = Math.max(0, ...plans.map((plan) => perVideo(plan, plan.priceKopecks)));
  return plans.map((plan) => ({
    planId: plan.id,
    nameRu: plan.nameRu,
    nameEn: plan.nameEn ?? plan.nameRu,
    credits: plan.credits,
    priceKopecks: plan.priceKopecks,
    priceStars: plan.priceStars,
    kopecksPerVideo: Math.round(perVideo(plan, plan.priceKopecks)),
    starsPerVideo: Math.round(perVideo(plan, plan.priceStars) * 10) / 10,
    // Down, so that nobody is promised more than there is; the tiny addition is for the halves of floating point.
    savingPercent: Math.floor((1 - perVideo(plan, plan.priceKopecks) / dearest) * 100 + 1e-9),
  }));
}
