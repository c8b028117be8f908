import type { CallbackKind } from '../../src/modules/telegram/light.js';
import { answerScreen, payForSomething, sendAlbum, sendUnfitting, start } from './answers.js';
import type { SeenButton } from './chats.js';
import { BUTTON_ERRANDS, ERRANDS } from './errands.js';
import { ODD_TEXTS, RUBBISH } from './material.js';
import type { ScreenName } from './screens.js';
import type { Town } from './town.js';
import type { Doing, Walker } from './walker.js';
import { order } from './ways.js';

/** So often somebody sets out for a screen that was seen too seldom. */
const ERRAND_SHARE = 0.25;
/** So many are given credits, once they have agreed. */
const GIFTED_SHARE = 0.6;
const GIFT_CREDITS = 12;
/** Of those, so many know what they came for. */
const BUSY_SHARE = 0.6;
const BANNED_SHARE = 0.3;
const OUTAGE_WEIGHT = 20;
/** What somebody who is banned still tries. */
const STEPS_WHILE_BANNED = 2;

/** What is done at random, and how often in comparison to the rest. */
const HABITS: readonly [number, Doing][] = [
  [48, pressAnything],
  [8, (walker) => pressSome(walker, walker.chat.oldButtons)],
  [20, answerScreen],
  [6, sendUnfitting],
  [3, sendAlbum],
  [
    4,
    (walker) =>
      walker.say(walker.pick(['/menu', '/cancel', '/videos', '/cabinet', '/delete_me', '/language'])),
  ],
  [2, start],
  [4, pressTwice],
  [4, forge],
  [6, hurry],
  [3, payForSomething],
  [1, (walker) => walker.rename()],
  [1, comeAndGo],
];

/** Somebody comes, walks until they have done enough, and goes. */
export async function walk(walker: Walker): Promise<void> {
  const isToBeGifted = walker.draw() < GIFTED_SHARE;
  await start(walker);
  while (walker.goesOn) {
    if (isToBeGifted && !walker.isGifted && walker.chat.hasSeen('welcome')) {
      await giveCredits(walker);
      if (walker.draw() < BUSY_SHARE) await order(walker, '1');
    }
    const errand = walker.draw() < ERRAND_SHARE ? drawErrand(walker) : null;
    const hasGone =
      (errand && (await doSomething(walker, errand))) ?? (await doSomething(walker, drawHabit(walker)));
    if (!hasGone && !(await doSomething(walker, pressAnything))) await walker.say('/menu');
  }
  if (!walker.isGone && walker.draw() < BANNED_SHARE) await sufferBan(walker);
}

/** Returns whether that made any step: what was wanted may not be there to be done. */
async function doSomething(walker: Walker, what: Doing): Promise<boolean> {
  const { steps } = walker;
  await what(walker);
  return walker.steps > steps;
}

function drawHabit({ draw }: Walker): Doing {
  const weights = HABITS.map(([weight]) => weight);
  return HABITS[drawByWeight(draw, weights)]?.[1] ?? answerScreen;
}

/** The index of one of the weights, the more likely the heavier it is; -1 where all are 0. */
function drawByWeight(draw: () => number, weights: readonly number[]): number {
  let left = draw() * weights.reduce((sum, weight) => sum + weight, 0);
  return weights.findIndex((weight) => (left -= weight) < 0);
}

/** The way to something that was seen too seldom: most likely to what is missed most. Null while nothing is. */
function drawErrand({ town, draw }: Walker): Doing | null {
  const share = town.steps / town.stepsWanted;
  const screens = (Object.keys(ERRANDS) as ScreenName[]).map((screen) => lackOf(town, screen, share));
  const buttons = (Object.keys(BUTTON_ERRANDS) as CallbackKind[]).map((kind) =>
    town.visits.lackOfButton(kind, share),
  );
  const index = drawByWeight(draw, [...screens, ...buttons]);
  return [...Object.values(ERRANDS), ...Object.values(BUTTON_ERRANDS)][index] ?? null;
}

/** An outage is short: most who hear of it go there. */
function lackOf(town: Town, screen: ScreenName, share: number): number {
  if (screen === 'not_accepting') return town.isOutage ? town.visits.lackOf(screen, 1) * OUTAGE_WEIGHT : 0;
  return town.visits.lackOf(screen, share);
}

/** A button of the message that they see. */
function pressAnything(walker: Walker): Promise<void> {
  return pressSome(walker, walker.chat.buttons);
}

/** Some button of these, of a kind that was pressed seldom rather than of one that was pressed often. */
async function pressSome(walker: Walker, buttons: readonly SeenButton[]): Promise<void> {
  const button = drawButton(walker, buttons);
  if (button) await walker.press(button);
}

function drawButton({ draw, town }: Walker, buttons: readonly SeenButton[]): SeenButton | undefined {
  const weights = buttons.map(({ kind }) => 1 / (1 + town.visits.buttons[kind]));
  return buttons[drawByWeight(draw, weights)];
}

async function pressTwice(walker: Walker): Promise<void> {
  const button = drawButton(walker, walker.chat.buttons);
  if (button) await walker.pressTwice(button);
}

/** Somebody else's button, or what is none. */
async function forge(walker: Walker): Promise<void> {
  const foreign = walker.pick(walker.town.foreignButtons);
  await walker.forge(foreign !== undefined && walker.draw() < 0.6 ? foreign : walker.pick(RUBBISH));
}

async function hurry(walker: Walker): Promise<void> {
  const buttons = [drawButton(walker, walker.chat.buttons), walker.pick(walker.chat.oldButtons)];
  const texts = [walker.pick(ODD_TEXTS), walker.pick(['/menu', '/help', 'Кружка, которая не остывает'])];
  await walker.hurry(
    texts,
    buttons.filter((button) => button !== undefined),
    walker.draw() < 0.8,
  );
}

/** Blocks the bot, perhaps while something is on its way to them, and is back. */
async function comeAndGo(walker: Walker): Promise<void> {
  await walker.setBlocked(true);
  await walker.setBlocked(false);
}

async function giveCredits(walker: Walker): Promise<void> {
  const { town, id } = walker;
  walker.isGifted = true;
  await town.db.query(`select add_credits($1, $2, 'bonus', $3) from users where tg_user_id = $1`, [
    id,
    GIFT_CREDITS,
    `gift-${id}`,
  ]);
}

async function sufferBan(walker: Walker): Promise<void> {
  const { town } = walker;
  await town.db.query('update users set banned_at = clock_timestamp() where tg_user_id = $1', [walker.id]);
  town.counts.banned += 1;
  for (let steps = 0; steps < STEPS_WHILE_BANNED; steps++) await walker.say('Почему?');
}
