import type { CallbackKind } from '../../src/modules/telegram/light.js';
import { payForSomething } from './answers.js';
import { PACE } from './environment.js';
import type { ScreenName } from './screens.js';
import type { Doing } from './walker.js';
import {
  alone,
  askToErase,
  buy,
  openPlans,
  openWay,
  order,
  orderAgain,
  reach,
  withPlansOff,
} from './ways.js';

/** More than the bot has patience for. */
const MANY_TEXTS = PACE.eventsMax + 3;
const ORDERS_TILL_TOO_MANY = 6;

/**
 * Short ways to screens that chance leads to too seldom; for the others, chance will do. Any of them may fail: somebody else's mischief,
 * or weather, lies in between.
 */
export const ERRANDS: Partial<Record<ScreenName, Doing>> = {
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
  email: buy,
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
    await alone(walker, () =>
      walker.hurry(
        Array.from({ length: MANY_TEXTS }, () => '/help'),
        [],
        false,
      ),
    );
  },
  welcome_back: async (walker) => {
    await walker.setBlocked(true);
    await walker.setBlocked(false);
  },
};

/** The same for kinds of buttons. */
export const BUTTON_ERRANDS: Partial<Record<CallbackKind, Doing>> = {
  use_photo: async (walker) => {
    await ERRANDS.photo_advice?.(walker);
    await walker.pressKind('use_photo');
  },
  edit_prompt: async (walker) => {
    if (await reach(walker, 'prompt_check')) await walker.pressKind('edit_prompt');
  },
  cancel: async (walker) => {
    await order(walker, '1');
    await walker.pressKind('cancel');
  },
  another: async (walker) => {
    await ERRANDS.video?.(walker);
    await walker.pressKind('another');
  },
  variant: async (walker) => {
    await ERRANDS.video?.(walker);
    await walker.pressKind('variant');
  },
  paid: async (walker) => {
    if (await buy(walker)) await walker.pressKind('paid');
  },
  email: async (walker) => {
    if (await buy(walker)) await walker.pressKind('email');
  },
};
