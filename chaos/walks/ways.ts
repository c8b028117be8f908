import { answerScreen } from './answers.js';
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
export async function orderAgain(walker: Walker): Promise<void> {
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

/** From anywhere to what can be bought. Returns false where a button on the way is missing. */
export async function openPlans(walker: Walker): Promise<boolean> {
  await walker.say('/menu');
  return walker.pressKind('plans');
}

/** From anywhere to the ways to pay for some plan. */
export async function openWay(walker: Walker): Promise<boolean> {
  await openPlans(walker);
  return walker.pressKind('plan');
}

/** From anywhere to a bill of YooKassa. */
export async function buy(walker: Walker): Promise<boolean> {
  if (!(await openWay(walker))) return false;
  await walker.pressKind('buy', (data) => data.includes('yookassa'));
  if (walker.chat.screen === 'email') await answerScreen(walker);
  return walker.chat.screen === 'pay';
}

/** What is open stands against an erasure: bills are paid first. */
export async function askToErase(walker: Walker): Promise<void> {
  const bill = findBill(walker);
  if (bill !== null) {
    await walker.settleBill(bill, false);
    await walker.pressKind('paid');
  }
  await walker.say('/delete_me');
}

/** Nothing is sold while somebody presses a button of it. */
export async function withPlansOff(walker: Walker, act: () => Promise<unknown>): Promise<void> {
  const { db } = walker.town;
  await db.query('update pricing_plans set active = false');
  try {
    await act();
  } finally {
    await db.query('update pricing_plans set active = true');
  }
}

/** While everybody else waits: who shares the bot with others is no faster than they are. Does nothing where somebody is alone already. */
export async function alone(walker: Walker, act: () => Promise<unknown>): Promise<void> {
  const { town } = walker;
  if (town.alone) return;
  let end: () => void = () => undefined;
  town.alone = { walker, ended: new Promise((resolve) => (end = resolve)) };
  try {
    await act();
  } finally {
    town.alone = null;
    end();
  }
}
