import { createHmac, randomUUID } from 'node:crypto';
import { WAIT_MS } from '../../sandbox/demo/person.js';
import { WEBHOOK_PATH } from '../../src/modules/bot/index.js';
import type { System } from '../system/system.js';
import { callBot } from './caller.js';
import type { Cast, Victim } from './cast.js';
import type { Attempt, ForgedAnswer, Forgery } from './forgery.js';

/** Of callbacks: the forgers have seen signatures of their own tasks, not the key. */
export const KIE_HMAC_KEY = 'a key that no forger knows';
const FORGERS_VIDEO = 'https://forger.example/video.mp4';
const OLD_S = 24 * 3_600;

/** Forged callbacks of KIE. */
export class KieForgeries {
  constructor(
    private readonly system: System,
    private readonly cast: Cast,
  ) {}

  all(): Forgery[] {
    return [
      {
        name: 'a callback for a row that nobody has',
        ...{ answers: [404], trace: null },
        attempt: (n) => {
          const path = this.pathOf(n).replace(/[^/]+$/, n % 2 ? randomUUID() : 'no-row');
          return this.send(path, this.victim(n).task.id, sign(this.victim(n).task.id));
        },
      },
      {
        name: 'a callback without a signature, with a wrong one, with an old one',
        answers: [401],
        trace: { kind: 'log', msg: 'A request was refused' },
        attempt: (n) => {
          const { id } = this.victim(n).task;
          const wrong = [{}, sign(id, { key: 'a guess' }), sign(id, { ageS: OLD_S }), sign(randomUUID())];
          return this.send(this.pathOf(n), id, wrong[n % wrong.length] ?? {});
        },
      },
      {
        name: "a signed callback with the task of somebody else's finished video",
        answers: [200],
        trace: { kind: 'log', msg: 'KIE called back' },
        attempt: (n) => {
          const { id } = this.cast.finishedTask;
          return this.send(this.pathOf(n), id, sign(id));
        },
      },
      {
        name: "a signed callback with the forger's video, or a failure",
        answers: [200],
        trace: { kind: 'log', msg: 'KIE called back' },
        attempt: (n) => {
          const { id } = this.victim(n).task;
          return this.send(this.pathOf(n), id, sign(id), n % 2 === 0);
        },
      },
    ];
  }

  private async send(
    path: string,
    taskId: string,
    headers: Record<string, string>,
    isSuccess = true,
  ): Promise<Attempt> {
    const { url } = this.system.app.member('bot').current;
    const resultJson = isSuccess ? JSON.stringify({ resultUrls: [FORGERS_VIDEO] }) : null;
    const data = { taskId, state: isSuccess ? 'success' : 'fail', resultJson, video_url: FORGERS_VIDEO };
    const body = { code: isSuccess ? 200 : 501, msg: 'done', data };
    return { answer: await callBot(url, { path, body, headers }) };
  }

  private victim(n: number): Victim {
    return pick(this.cast.victims, n);
  }

  private pathOf(n: number): string {
    return new URL(this.victim(n).task.callBackUrl ?? '').pathname;
  }
}

/** Forged updates of Telegram's, and what people try who are no programs. */
export class TelegramForgeries {
  private updateId = 1;

  constructor(
    private readonly system: System,
    private readonly cast: Cast,
  ) {}

  all(): Forgery[] {
    const refused = {
      answers: [401],
      trace: { kind: 'log', msg: 'A webhook call without our secret was refused' },
    } as const;
    return [
      {
        ...{ name: 'an update without the secret, or with another one', ...refused },
        attempt: (n) => this.post(this.text(n), n % 2 ? undefined : 'a guess'),
      },
      {
        ...{ name: 'a payment in Stars told without the secret', ...refused },
        attempt: (n) => this.post(this.starPayment(n), n % 2 ? undefined : ''),
      },
      {
        name: "a pre-checkout for somebody else's invoice, another sum, an unknown invoice",
        ...{ answers: ['refused'], trace: { kind: 'log', msg: 'A pre-checkout was answered' } },
        attempt: (n) => this.preCheckout(n),
      },
      {
        name: "buttons of somebody else's payment, order and video",
        ...{ answers: ['answered'], trace: null },
        attempt: (n) => this.tap(n),
      },
    ];
  }

  private async post(update: object, secret: string | undefined): Promise<Attempt> {
    const { url } = this.system.app.member('bot').current;
    const headers: Record<string, string> =
      secret === undefined ? {} : { 'X-Telegram-Bot-Api-Secret-Token': secret };
    const body = { update_id: this.updateId++, ...update };
    return { answer: await callBot(url, { path: WEBHOOK_PATH, body, headers }) };
  }

  private text(n: number): object {
    const { id } = this.victim(n).stage.person;
    return messageOf(id, { text: '/start' });
  }

  private starPayment(n: number): object {
    const { stage, invoice } = this.victim(n);
    return messageOf(stage.person.id, {
      successful_payment: {
        currency: 'XTR',
        total_amount: invoice.stars,
        invoice_payload: invoice.paymentId,
        telegram_payment_charge_id: `stx${randomUUID()}`,
        provider_payment_charge_id: '1',
      },
    });
  }

  private async preCheckout(n: number): Promise<Attempt> {
    const { stage, invoice } = this.victim(n);
    const forger = pick(this.cast.forgers, n).person.id;
    const own = { invoicePayload: invoice.paymentId, totalAmount: invoice.stars };
    const tries = [
      { by: forger, facts: own },
      { by: stage.person.id, facts: { ...own, totalAmount: 1 } },
      { by: forger, facts: { ...own, invoicePayload: randomUUID() } },
      { by: stage.person.id, facts: { ...own, invoicePayload: this.victim(n).paid.paymentId } },
    ];
    const { by, facts } = pick(tries, n);
    const { kind } = await this.system.world.telegram.preCheckout(by, facts);
    return { answer: kind };
  }

  private async tap(n: number): Promise<Attempt> {
    const { bills, jobId, orderId, paid } = this.victim(n);
    const { person } = pick(this.cast.forgers, n);
    const tries = [
      `1:paid:${bills[0]?.paymentId}`,
      `1:cancel:${orderId}`,
      `1:another:${jobId}`,
      `1:paid:${paid.paymentId}`,
      `1:video:${jobId}`,
      `1:variant:${jobId}`,
    ];
    const last = person.chat().findLast(({ from }) => from === 'bot')?.messageId ?? 1;
    const tap = this.system.world.telegram.tapData(person.id, last, pick(tries, n));
    const answer: ForgedAnswer = await tap.answer(WAIT_MS).then(
      () => 'answered',
      () => null,
    );
    return { answer };
  }

  private victim(n: number): Victim {
    return pick(this.cast.victims, n);
  }
}

function messageOf(personId: number, content: object): object {
  const from = { id: personId, is_bot: false, first_name: 'Лев', language_code: 'ru' };
  const chat = { id: personId, type: 'private', first_name: 'Лев' };
  return { message: { message_id: 1_000_000, date: Math.floor(Date.now() / 1_000), from, chat, ...content } };
}

/** As KIE signs: the id and the time, and nothing of the body. https://docs.kie.ai/common-api/webhook-verification */
function sign(taskId: string, { key = KIE_HMAC_KEY, ageS = 0 } = {}): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - ageS);
  const signature = createHmac('sha256', key).update(`${taskId}.${timestamp}`).digest('base64');
  return { 'X-Webhook-Timestamp': timestamp, 'X-Webhook-Signature': signature };
}

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}
