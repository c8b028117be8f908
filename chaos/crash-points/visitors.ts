import { setTimeout as pause } from 'node:timers/promises';
import { billsSeen, orderBill, orderInvoice } from '../../sandbox/demo/shopping.js';
import { Stage } from '../../sandbox/demo/stage.js';
import type { System } from '../system/system.js';
import type { Errand } from './points.js';

/** Not all of them begin at once. */
const ARRIVAL_MS = 150;
const LOOK_MS = 250;
/** Who sees nothing happen begins again, so often. */
const TRIES_MAX = 8;
/** Longer than any deadline of a job. */
const WAIT_MS_MAX = 4 * 60_000;
const COUNTS = [1, 3, 5] as const;
/** An order of each size. */
const GIFT_CREDITS = 10;
/** Some pay only when the bot has asked YooKassa once, in vain. */
const LATE_SHARE = 0.4;
const LATE_TRUE_MS = 25_000;
const DESCRIPTIONS: Readonly<Partial<Record<Errand, string>>> = {
  refused: 'Кружка с росписью, 350 мл [[fail:moderation]]',
  hang: 'Ваза из голубого стекла, 30 см [[hang]]',
};

/** What visitors are told. */
export interface VisitorsOptions {
  atOnce: number;
  /** What the next of them shall come for. */
  errand: (draw: () => number) => Errand;
  /** Numbers for each of them. */
  draw: (stream: number) => () => number;
}

/** People who come for one thing each, always so many at the same time, as long as there is something to come for. */
export class Visitors {
  people = 0;
  /** Times that somebody saw nothing happen and began again. */
  repeated = 0;
  /** Who went without what they came for: what they wrote at the first try came in the middle of the next one. */
  gaveUp = 0;
  private ending: AbortSignal | undefined;

  constructor(
    private readonly system: System,
    private readonly options: VisitorsOptions,
  ) {}

  /** Resolves when the signal has come and everybody has got what they came for. */
  async come(signal: AbortSignal): Promise<void> {
    this.ending = signal;
    const lane = async (_: unknown, index: number): Promise<void> => {
      await pause(index * ARRIVAL_MS);
      while (!signal.aborted) await this.visit();
    };
    await Promise.all(Array.from({ length: this.options.atOnce }, lane));
  }

  private async visit(): Promise<void> {
    const { options, system } = this;
    this.people += 1;
    const draw = options.draw(this.people);
    const errand = options.errand(draw);
    const stage = new Stage(system.sandbox, system.db, { firstName: 'Анна', languageCode: 'ru' });
    const isIn = await this.persist(stage, async () => {
      await stage.person.join();
      return true;
    });
    if (!isIn) return;
    if (errand === 'bill' || errand === 'cabinet') await this.buy(stage, { errand, draw });
    else if (errand === 'stars') await this.payInStars(stage);
    else await this.order(stage, { errand, draw });
  }

  private async order(stage: Stage, { errand, draw }: { errand: Errand; draw: () => number }): Promise<void> {
    await stage.giveCredits(GIFT_CREDITS);
    const count = errand === 'hang' ? 1 : (COUNTS[Math.floor(draw() * COUNTS.length)] ?? 1);
    const description = DESCRIPTIONS[errand];
    const isOrdered = await this.persist(stage, async () => {
      if ((await stage.jobs()).length > 0) return true;
      await stage.person.fillOrder({ count, ...(description === undefined ? {} : { description }) });
      await stage.person.tap('1:confirm');
      return (await stage.jobs()).length > 0;
    });
    if (isOrdered && errand === 'hang') await this.passDeadline(stage);
    if (isOrdered) await this.over(stage);
  }

  /** What KIE never finishes is over at its deadline; nobody here waits for it. */
  private async passDeadline(stage: Stage): Promise<void> {
    await this.until(
      stage,
      `from jobs x join users u on u.id = x.user_id
        where u.tg_user_id = $1 and x.status in ('queued', 'processing') and x.step <> 'generate'`,
    );
    await stage.dataSource.query(
      `update jobs set deadline_at = clock_timestamp()
        where status = 'processing' and user_id = (select id from users where tg_user_id = $1)`,
      [stage.person.id],
    );
  }

  /** A bill, paid at once or late, and the money back: from us, or from the cabinet. */
  private async buy(stage: Stage, { errand, draw }: { errand: Errand; draw: () => number }): Promise<void> {
    const { yooKassa, clock } = this.system.world;
    let url = '';
    const isThere = await this.persist(stage, async () => {
      // One that came late is the same that would be shown again.
      url = billsSeen(stage)[0] ?? (await orderBill(stage)).url;
      return true;
    });
    if (!isThere) return;
    const providerId = new URL(url).searchParams.get('orderId') ?? '';
    if (draw() < LATE_SHARE) await pause(clock.realMs(LATE_TRUE_MS));
    yooKassa.pay(providerId);
    await this.completed(stage);
    if (errand === 'cabinet') yooKassa.refundInCabinet(providerId);
    else await this.askBack(stage);
  }

  private async payInStars(stage: Stage): Promise<void> {
    const { telegram } = this.system.world;
    const isPaid = await this.persist(stage, async () => {
      const { messageId } = await orderInvoice(stage);
      const outcome = await telegram.payInvoice(stage.person.id, messageId).outcome();
      return outcome.kind === 'paid';
    });
    if (!isPaid) return;
    await this.completed(stage);
    await this.askBack(stage);
  }

  /** As an operator does. */
  private async askBack(stage: Stage): Promise<void> {
    await stage.dataSource.query(
      `select request_refund(p.id, null, 'the person asked', 'chaos-' || p.id)
         from payments p join users u on u.id = p.user_id where u.tg_user_id = $1 and p.status = 'completed'`,
      [stage.person.id],
    );
  }

  /** Waits until what was paid for is there; that nothing is open would never be so, since an invoice that nobody paid stays. */
  private completed(stage: Stage): Promise<void> {
    return this.until(
      stage,
      `from users u where u.tg_user_id = $1
          and not exists (select from payments p where p.user_id = u.id and p.status = 'completed')`,
    );
  }

  /** Pays what is still to be paid: whoever gave up has left it. */
  payUp(): void {
    const { yooKassa } = this.system.world;
    for (const { id, status } of yooKassa.payments()) if (status === 'pending') yooKassa.pay(id);
  }

  /** Waits until nothing of theirs is under way. */
  private over(stage: Stage): Promise<void> {
    return this.until(
      stage,
      `from jobs x join users u on u.id = x.user_id
                               where u.tg_user_id = $1 and x.status in ('queued', 'processing')`,
    );
  }

  /** What does not end is found after the round. */
  private async until(stage: Stage, whatIsOpen: string): Promise<void> {
    const deadline = performance.now() + WAIT_MS_MAX;
    while (performance.now() < deadline) {
      const [row] = await stage.dataSource.query<{ n: number }[]>(`select count(*)::int as n ${whatIsOpen}`, [
        stage.person.id,
      ]);
      if (row?.n === 0) return;
      await pause(LOOK_MS);
    }
  }

  /** Tries until it is done, from the menu each time, or all is over. Returns whether it was. */
  private async persist(stage: Stage, doing: () => Promise<boolean>): Promise<boolean> {
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      if (await doing().catch(() => false)) return true;
      if (this.ending?.aborted) break;
      this.repeated += 1;
      stage.person.beginAnew();
      await stage.person.seesButton('1:create').catch(() => undefined);
    }
    this.gaveUp += 1;
    return false;
  }
}
