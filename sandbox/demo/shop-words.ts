import {
  formatMoney,
  translatePlain,
  type Money,
  type TranslationKey,
} from '../../src/modules/telegram/light.js';
import { PLANS, type PlanId } from './shopping.js';
import type { Stage } from './stage.js';

/** Why a payment was not paid, in the words of the texts. */
export type Unpaid = 'expired' | 'insufficient_funds';

/** `5 credits`. */
export function creditsIn({ language }: Stage, count: number): string {
  return translatePlain(language, 'amount.credits', { count });
}

/** `199 ₽`, `150 ⭐`. */
export function sumIn({ language }: Stage, money: Money): string {
  return formatMoney(language, money);
}

/** What the texts about buying a plan call it. */
export function sumsOf(stage: Stage, plan: PlanId): { credits: string; price: string } {
  const { credits, kopecks } = PLANS[plan];
  return { credits: creditsIn(stage, credits), price: sumIn(stage, { kopecks }) };
}

/** The notice of a payment, with the balance after it. */
export function completedText(
  stage: Stage,
  { credits, balance, resumes = false }: { credits: number; balance: number; resumes?: boolean },
): string {
  const told = stage.text('payment.completed', { credits: creditsIn(stage, credits) });
  const next = resumes ? `\n\n${stage.text('payment.resumes')}` : '';
  return `${told} ${balanceText(stage, balance)}${next}`;
}

/** The notice of a payment that was not paid. */
export function canceledText(stage: Stage, reason: Unpaid, balance: number): string {
  const why = stage.text(`payment.canceled.${reason}`);
  return `${why}\n\n${stage.text('payment.not_taken')} ${balanceText(stage, balance)}`;
}

/** The notice that brings a link that was promised. */
export function linkText(stage: Stage, plan: PlanId): string {
  return `${stage.text('payment.link', sumsOf(stage, plan))}\n\n${stage.text('pay.how')}`;
}

/** The notice of money that was given back. */
export function refundedText(
  stage: Stage,
  told: { money: Money; taken: number; owed?: number; balance: number },
): string {
  const lines = [
    ...(told.taken ? [stage.text('payment.credits_taken', { credits: creditsIn(stage, told.taken) })] : []),
    ...(told.owed ? [stage.text('payment.credits_owed', { credits: creditsIn(stage, told.owed) })] : []),
    balanceText(stage, told.balance),
  ];
  return `${stage.text('payment.refunded', { price: sumIn(stage, told.money) })}\n\n${lines.join('\n')}`;
}

/** The notice of Stars that bought nothing and went back. */
export function surplusText(stage: Stage, stars: number, balance: number): string {
  const told = stage.text('payment.surplus_refunded', { price: sumIn(stage, { stars }) });
  return `${told}\n\n${balanceText(stage, balance)}`;
}

/** The bill of a plan. */
export function billText(stage: Stage, plan: PlanId): string {
  const videos = translatePlain(stage.language, 'amount.videos', { count: PLANS[plan].credits });
  const sums = { ...sumsOf(stage, plan), videos };
  return [`${stage.text('pay.title', sums)}\n${stage.text('pay.worth', sums)}`, stage.text('pay.how')].join(
    '\n\n',
  );
}

/** What a bill turns into. */
export function closedText(stage: Stage, outcome: 'completed' | 'canceled', plan: PlanId): string {
  return stage.text(`payment.closed.${outcome}` satisfies TranslationKey, sumsOf(stage, plan));
}

/** `Balance: …`, as every notice about money ends. */
export function balanceText(stage: Stage, balance: number): string {
  return stage.text('balance', { count: balance });
}

/** What YooKassa is told that is sold: a purchase is known by it before it has an id. */
export function descriptionOf({ language }: Stage, plan: PlanId): string {
  return translatePlain(language, 'payment.description', { count: PLANS[plan].credits });
}
