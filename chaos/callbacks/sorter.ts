import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WEBHOOK_PATH } from '../../src/modules/bot/index.js';
import type { PassedCall } from '../system/round-robin.js';
import type { System } from '../system/system.js';
import { drawCopies, type Letter, type Mailing } from './letters.js';
import type { Postman } from './postman.js';

const LOOK_MS = 50;
const YOOKASSA_PATH = '/webhooks/yookassa';
/** Of all payments, those of which nothing is told for two days. */
const LATE_SHARE = 0.1;
const SOON_MS = { min: 0, max: 1_500 };
const HELD_SHARE = 0.3;
const UNKNOWN_SHARE = 0.1;
const OTHER_END_SHARE = 0.1;
/** Of all updates of Telegram's, those that come again. */
const UPDATE_SHARE = 0.1;
const FEW = 3;
const PREMATURE: Mailing = { copies: FEW, leaveMs: { min: 0, max: 100 } };

/** Sees what the providers have to tell, and has the postman tell it many times, in any order and late. */
export class Sorter {
  /** Payments of which nothing was told for two days, on the payments' clock. */
  late = 0;
  private seen = 0;
  private readonly tasksSeen = new Set<string>();
  private readonly updatesSeen = new Set<string>();
  private isClosed = false;
  /** Telegram's, once there is a system. */
  private secret: string | undefined;

  constructor(
    private readonly postman: Postman,
    private readonly options: {
      draw: () => number;
      /** Two days, in real milliseconds. */
      lateMs: number;
    },
  ) {}

  /** Sorts until it is closed. */
  async work(system: System): Promise<void> {
    this.secret = system.sandbox.env['WEBHOOK_SECRET_TOKEN'];
    while (!this.isClosed && !system.over.aborted) {
      this.sortNotifications(system);
      this.sortTasks(system);
      await pause(LOOK_MS);
    }
    this.sortNotifications(system);
    this.sortTasks(system);
  }

  close(): void {
    this.isClosed = true;
  }

  /** News of a payment that is not paid yet. */
  tellTooSoon(objectId: string): void {
    const object = { id: objectId, status: 'succeeded', paid: true };
    this.postman.take(notificationOf('payment.succeeded', object), PREMATURE);
  }

  /** Updates come again, and those that tell of Stars as often as any news of money. */
  sortCall({ path, body }: PassedCall): void {
    const { secret } = this;
    if (path !== WEBHOOK_PATH || secret === undefined) return;
    const text = body.toString();
    const { update_id: id } = JSON.parse(text) as { update_id: number };
    // Its copies come this way, too.
    if (this.updatesSeen.has(String(id))) return;
    this.updatesSeen.add(String(id));
    const { draw } = this.options;
    const isMoney = text.includes('"successful_payment"');
    if (!isMoney && draw() >= UPDATE_SHARE) return;
    const headers = { 'X-Telegram-Bot-Api-Secret-Token': secret };
    const copies = isMoney ? drawCopies(draw) : 1 + Math.floor(draw() * FEW);
    this.postman.take({ about: `telegram ${id}`, path, body: text, headers }, { copies, leaveMs: SOON_MS });
  }

  private sortNotifications({ world }: System): void {
    const all = world.yooKassa.notifications();
    for (const { event, body } of all.slice(this.seen)) {
      const { object } = body as { object: { id: string } };
      this.mail(event, object);
    }
    this.seen = all.length;
  }

  private mail(event: string, object: { id: string }): void {
    const { draw, lateMs } = this.options;
    const isLate = event.startsWith('payment.') && draw() < LATE_SHARE;
    if (isLate) this.late += 1;
    const leaveMs = isLate ? { min: lateMs, max: lateMs + SOON_MS.max } : SOON_MS;
    this.postman.take(notificationOf(event, object), { copies: drawCopies(draw), leaveMs });
    const few = { copies: FEW, leaveMs };
    if (draw() < UNKNOWN_SHARE) this.postman.take(notificationOf('deal.closed', object), few);
    if (!event.startsWith('payment.')) return;
    if (draw() < HELD_SHARE) this.postman.take(notificationOf('payment.waiting_for_capture', object), few);
    if (draw() < OTHER_END_SHARE) {
      const other = event === 'payment.succeeded' ? 'payment.canceled' : 'payment.succeeded';
      this.postman.take(notificationOf(other, object), few);
    }
  }

  private sortTasks({ world, url }: System): void {
    for (const { id, outcome, callBackUrl } of world.kie.tasks()) {
      if (!outcome || !callBackUrl || this.tasksSeen.has(id)) continue;
      this.tasksSeen.add(id);
      const path = callBackUrl.slice(url.length);
      const data = { state: outcome, resultJson: null };
      const letter = (named: object): Letter => ({
        ...{ about: `kie ${path.split('/').at(-1)}`, path },
        body: JSON.stringify({ code: 200, msg: 'success', data: { ...data, ...named } }),
      });
      const { draw } = this.options;
      this.postman.take(letter({ taskId: id }), { copies: drawCopies(draw), leaveMs: SOON_MS });
      this.postman.take(letter({ task_id: id }), { copies: FEW, leaveMs: SOON_MS });
      // An id that KIE never gave, at the right address.
      this.postman.take(letter({ taskId: randomUUID() }), { copies: 1, leaveMs: SOON_MS });
    }
  }
}

function notificationOf(event: string, object: { id: string }): Letter {
  return {
    about: `yookassa ${event} ${object.id}`,
    path: YOOKASSA_PATH,
    body: JSON.stringify({ type: 'notification', event, object }),
  };
}
