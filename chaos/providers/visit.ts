import { setTimeout as pause } from 'node:timers/promises';
import { readAsset } from '../../sandbox/assets/index.js';
import { requestRefund } from '../../sandbox/demo/stories/checks.js';
import { billsSeen, choosePlan, openPlans, seesBill, type Bill } from '../../sandbox/demo/shopping.js';
import { htmlToPlain, translate } from '../../src/modules/telegram/light.js';
import type { ChatMessage } from '../../sandbox/telegram/index.js';
import { buttonOf } from '../../sandbox/demo/person.js';
import { Stage } from '../../sandbox/demo/stage.js';
import type { FakeOpenAi } from '../../sandbox/openai/index.js';
import type { System } from '../system/system.js';
import type { FaultClass } from './fault-class.js';
import type { OutsideWatch } from './outside-watch.js';
import { Scene } from './scene.js';
import type { Waits } from './waits.js';

const PLAN = 'starter';
const DESCRIPTION = 'Термокружка 450 мл, нержавеющая сталь, держит тепло 6 часов';
/** Longer than the longest life of a video here. */
const OVER_MS_MAX = 90_000;
/** Who sees nothing happen does the same once more, and no more than that. */
const PATIENCE_MS = 12_000;
const TRIES_MAX = 2;
const LOOKS_MAX = 50;
const LOOK_MS = 100;

/** What visits need. */
export interface Town {
  system: System;
  waits: Waits;
  watch: OutsideWatch;
  fallback: FakeOpenAi;
}

/** One customer who meets one class. */
export class Visit {
  readonly stage: Stage;
  readonly scene: Scene;
  /** What they waited for in vain. */
  lost: string | null = null;
  /** Whether what was to go wrong did, as often as planned. */
  isMet = false;

  constructor(
    private readonly town: Town,
    readonly fault: FaultClass,
  ) {
    const { system } = town;
    this.stage = new Stage(system.sandbox, system.db, { firstName: 'Анна', languageCode: 'ru' });
    this.scene = new Scene(this.stage, town.fallback);
  }

  /** All of it. Never throws. */
  async make(): Promise<void> {
    try {
      await this.stage.person.join();
      await {
        order: () => this.order(),
        talk: () => this.talk(),
        buy: () => this.buy(),
        refund: () => this.refund(),
      }[this.fault.visit]();
      await this.fault.after?.(this.scene);
    } catch (error) {
      this.lost = error instanceof Error ? error.message : String(error);
    }
    // A message may be on its way to its fault when all else is over.
    for (let looks = 0; looks < LOOKS_MAX && !this.scene.isMet; looks++) await pause(LOOK_MS);
    this.isMet = this.scene.isMet;
    // What waits for nobody any more would be looked at with every call.
    this.scene.unplan();
  }

  private async order(): Promise<void> {
    const { fault, scene, stage, town } = this;
    const { person } = stage;
    town.watch.tellOfTask(stage.mark, { filmed: (taskId) => fault.filmed?.(scene, taskId) });
    fault.before?.(scene);
    await person.tap('1:create');
    await person.tap('1:kind:neurocard');
    await person.seesButton('1:back:photo');
    await this.untilSeen('1:back:description', () => person.sendPicture(readAsset('photos/mug.jpg')));
    person.say([DESCRIPTION, stage.mark, fault.words ?? ''].join(' ').trim());
    await person.chooseRest({ count: 1 });
    if (fault.must.kind === 'turned_away') return this.isTurnedAway();
    await person.tap('1:confirm');
    if (fault.ordered) fault.ordered(scene, await this.jobId());
    if (!(await town.waits.over(person.id, 'jobs', OVER_MS_MAX))) this.lost = 'the end of the order';
  }

  private async isTurnedAway(): Promise<void> {
    const { fault, stage } = this;
    if (fault.must.kind !== 'turned_away') return;
    const { person, world } = stage;
    const { messageId, keyboard } = await person.seesButton('1:confirm');
    const data = keyboard?.flat().find((one) => one.callback_data?.startsWith('1:confirm'))?.callback_data;
    world.telegram.tapData(person.id, messageId, data ?? '');
    const text = beginningOf(stage, fault.must.text);
    await person.sees((message) => message.text.includes(text));
  }

  /** A tap, or a word to the bot, whose answer meets the fault. */
  private async talk(): Promise<void> {
    const { fault, scene, stage } = this;
    const { person, world } = stage;
    fault.before?.(scene);
    if (fault.call === 'sendMessage') {
      const before = lastMessageId(person.chat());
      await this.untilShown(
        (message) => message.messageId > before && buttonOf(message, '1:create') !== undefined,
        () => person.say('/menu'),
      );
      return;
    }
    await this.untilShown(
      (message) => buttonOf(message, '1:kind:neurocard') !== undefined,
      async () => {
        const menu = await person.seesButton('1:create');
        world.telegram.tapData(person.id, menu.messageId, '1:create');
      },
    );
  }

  private async buy(): Promise<void> {
    const { fault, scene, stage, town } = this;
    fault.before?.(scene);
    const bill = await this.orderBill();
    if (bill) {
      if (fault.billed) fault.billed(scene, bill);
      else stage.world.yooKassa.pay(bill.providerId);
    }
    if (!(await town.waits.over(stage.person.id, 'payments', OVER_MS_MAX)))
      this.lost = 'the end of the payment';
  }

  /** From the menu to the bill; null where the person was told that there will be none, or where it was paid before it was shown. */
  private async orderBill(): Promise<Bill | null> {
    const { stage, scene } = this;
    const { person } = stage;
    const known = billsSeen(stage);
    await openPlans(stage);
    await choosePlan(stage, PLAN);
    await person.tap(`1:buy:yookassa:${PLAN}`);
    await person.sees(({ text }) => text.includes(stage.text('email.ask').slice(0, 20)));
    person.say(scene.email);
    const { must } = this.fault;
    if (must.kind === 'not_paid' && must.text === 'plans.unavailable') {
      await person.sees(({ text }) => text.includes(beginningOf(stage, must.text)));
      return null;
    }
    if (this.fault.name === 'yookassa-news-early') return null;
    return seesBill(stage, known);
  }

  private async refund(): Promise<void> {
    const { fault, scene, stage, town } = this;
    const bill = await this.orderBill();
    if (!bill) return;
    stage.world.yooKassa.pay(bill.providerId);
    await town.waits.over(stage.person.id, 'payments', OVER_MS_MAX);
    fault.before?.(scene);
    fault.billed?.(scene, bill);
    town.watch.tellOfRefund(bill.providerId, { refunded: (refundId) => fault.refunded?.(scene, refundId) });
    await requestRefund(stage, { paymentId: bill.paymentId, cause: 'chaos' });
    if (!(await town.waits.over(stage.person.id, 'refunds', OVER_MS_MAX)))
      this.lost = 'the end of the refund';
  }

  private untilSeen(button: string, doing: () => unknown): Promise<void> {
    return this.untilShown((message) => buttonOf(message, button) !== undefined, doing);
  }

  /** Does it, and once more where nothing came of it. @throws when nothing comes of it even so. */
  private async untilShown(isIt: (message: ChatMessage) => boolean, doing: () => unknown): Promise<void> {
    for (let tries = 1; ; tries++) {
      await doing();
      try {
        await this.stage.person.sees(isIt, PATIENCE_MS);
        return;
      } catch (error) {
        if (tries === TRIES_MAX) throw error;
      }
    }
  }

  private async jobId(): Promise<string> {
    const { stage } = this;
    await stage.until('the job is there', async () => (await stage.jobs()).length > 0);
    const [job] = await stage.jobs();
    return job?.id ?? '';
  }
}

/** How a text begins, up to where it says something else each time. */
export function beginningOf({ language }: Stage, key: Parameters<typeof translate>[1]): string {
  const anything = '\u0001';
  const params = { count: 1, text: anything, credits: anything, price: anything };
  return htmlToPlain(translate(language, key, params)).split(anything)[0] ?? '';
}

function lastMessageId(chat: readonly ChatMessage[]): number {
  return Math.max(0, ...chat.map(({ messageId }) => messageId));
}
