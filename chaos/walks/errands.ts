import { answerScreen, payForSomething } from './answers.js';
import { PACE } from './environment.js';
import type { ScreenName } from './screens.js';
import type { Walker } from './walker.js';
import { findBill } from './yookassa-bills.js';

/** Nobody walks for ever towards one screen. */
const STEPS_TO_SCREEN_MAX = 16;
const DRAFT_STEPS: readonly (ScreenName | null)[] = [
  ...(['kind', 'photo', 'photo_advice', 'description', 'template', 'wishes', 'prompt'] as const),
  ...(['prompt_check', 'model', 'count', 'confirm'] as const),
];
/** From farther away it is shorter to begin anew. */
const STEPS_BACK_MAX = 3;
const MANY_TEXTS = PACE.eventsMax + 3;
const ORDERS_TILL_TOO_MANY = 6;

/** A short way to a screen that chance leads to too seldom. It may fail: somebody else's mischief, or weather, lies in between. */
type Errand = (walker: Walker) => Promise<unknown>;

/** For the other screens, chance will do. */
export const ERRANDS: Partial<Record<ScreenName, Errand>> = {
  help: (walker) => walker.say('/help'),
  paysupport: (walker) => walker.say('/paysupport'),
  terms: (walker) => walker.say('/terms'),
  languages: (walker) => walker.say('/language'),
  cabinet: (walker) => walker.say('/cabinet'),
  videos: (walker) => walker.say('/videos'),
  statement: async (walker) => {
    await walker.say('/cabinet');
    await walker.pressKind('statement');
  },
  video: async (walker) => {
    if (!walker.chat.hasSeen('started')) return order(walker, '1');
    await walker.say('/videos');
    await walker.pressKind('video');
  },
  photo: (walker) => reach(walker, 'photo'),
  photo_advice: async (walker) => {
    if (await reach(walker, 'photo')) await walker.send(walker.pick(walker.town.photos.doubtful));
  },
  description: (walker) => reach(walker, 'description'),
  template: (walker) => reach(walker, 'template'),
  wishes: (walker) => reach(walker, 'wishes'),
  prompt: (walker) => reach(walker, 'prompt'),
  prompt_check: (walker) => reach(walker, 'prompt_check'),
  model: (walker) => reach(walker, 'model'),
  count: (walker) => reach(walker, 'count'),
  confirm: (walker) => reach(walker, 'confirm'),
  started: (walker) => order(walker, '1'),
  insufficient: async (walker) => {
    if (!walker.isGifted) await order(walker, '3');
  },
  too_many: (walker) => order(walker, '5'),
  too_often: async (walker) => {
    for (let orders = 0; walker.isGifted && orders < ORDERS_TILL_TOO_MANY; orders++) await orderAgain(walker);
  },
  not_accepting: async (walker) => {
    if (walker.town.isOutage) await order(walker, '1');
  },
  plans: openPlans,
  way: openWay,
  not_on_offer: async (walker) => {
    if (await openWay(walker)) await withPlansOff(walker, () => walker.pressKind('buy'));
  },
  purchase_unavailable: async (walker) => {
    await walker.say('/menu');
    await withPlansOff(walker, () => walker.pressKind('plans'));
  },
  pay: buy,
  email: async (walker) => {
    if (await buy(walker)) await walker.pressKind('email');
  },
  payment_over: async (walker) => {
    await buy(walker);
    if (await payForSomething(walker)) await walker.pressKind('paid');
  },
  erase_ask: askToErase,
  erase_sure: async (walker) => {
    await askToErase(walker);
    await walker.pressKind('delete');
  },
  erased: async (walker) => {
    await askToErase(walker);
    if ((await walker.pressKind('delete')) && walker.chat.screen === 'erase_sure')
      await walker.pressKind('erase');
  },
  erase_busy: async (walker) => {
    await buy(walker);
    await walker.say('/delete_me');
  },
  slow_down: async (walker) => {
    if (!walker.hasRoomFor(MANY_TEXTS)) return;
    await walker.hurry(
      Array.from({ length: MANY_TEXTS }, () => '/help'),
      [],
      false,
    );
  },
  welcome_back: async (walker) => {
    await walker.setBlocked(true);
    await walker.setBlocked(false);
  },
};

/**
 * Walks up to a step of the draft, or to whatever comes in between.
 *
 * @returns whether the person stands there now.
 */
export async function reach(walker: Walker, wanted: ScreenName): Promise<boolean> {
  const wantsOwnPrompt = wanted === 'prompt' || wanted === 'prompt_check';
  for (let steps = 0; steps < STEPS_TO_SCREEN_MAX && walker.goesOn; steps++) {
    const { screen } = walker.chat;
    if (screen === wanted) return true;
    if (screen === 'template' && wantsOwnPrompt)
      await walker.pressKind('template', (data) => data.endsWith('self'));
    else if (isPast(screen, wanted)) await goBack(walker, stepsBetween(wanted, screen));
    else if (screen === 'menu' || screen === 'welcome') await leaveMenu(walker);
    else if (DRAFT_STEPS.includes(screen) || screen === 'consent') await answerScreen(walker);
    else await walker.say('/menu');
  }
  return false;
}

/** Orders as many videos, or learns why not. */
export async function order(walker: Walker, count: '1' | '3' | '5'): Promise<void> {
  if (!(await reach(walker, 'count'))) return;
  if (await walker.pressKind('count', (data) => data.endsWith(count))) await walker.pressKind('confirm');
}

/** The same video once more, where there is one; else a new one. */
async function orderAgain(walker: Walker): Promise<void> {
  if ((await walker.pressKind('variant')) && walker.chat.screen === 'confirm')
    await walker.pressKind('confirm');
  else await order(walker, '1');
}

function isPast(screen: ScreenName | null, wanted: ScreenName): boolean {
  return DRAFT_STEPS.includes(screen) && stepsBetween(wanted, screen) > 0;
}

function stepsBetween(from: ScreenName | null, to: ScreenName | null): number {
  return DRAFT_STEPS.indexOf(to) - DRAFT_STEPS.indexOf(from);
}

async function goBack(walker: Walker, steps: number): Promise<void> {
  const hasGone = steps <= STEPS_BACK_MAX && (await walker.pressKind('back'));
  if (!hasGone) await walker.say('/cancel');
}

async function leaveMenu(walker: Walker): Promise<void> {
  if (!(await walker.pressKind('resume'))) await walker.pressKind('create');
}

async function openPlans(walker: Walker): Promise<boolean> {
  await walker.say('/menu');
  return walker.pressKind('plans');
}

async function openWay(walker: Walker): Promise<boolean> {
  await openPlans(walker);
  return walker.pressKind('plan');
}

/** Up to a bill or an invoice. */
async function buy(walker: Walker): Promise<boolean> {
  if (!(await openWay(walker))) return false;
  await walker.pressKind('buy', (data) => data.includes('yookassa'));
  if (walker.chat.screen === 'email') await answerScreen(walker);
  return walker.chat.screen === 'pay';
}

/** What is open stands against an erasure: bills are paid first. */
async function askToErase(walker: Walker): Promise<void> {
  const bill = findBill(walker);
  if (bill !== null) {
    await walker.settleBill(bill, false);
    await walker.pressKind('paid');
  }
  await walker.say('/delete_me');
}

/** Nothing is sold while somebody presses a button of it. */
async function withPlansOff(walker: Walker, act: () => Promise<unknown>): Promise<void> {
  const { db } = walker.town;
  await db.query('update pricing_plans set active = false');
  try {
    await act();
  } finally {
    await db.query('update pricing_plans set active = true');
  }
}
