import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { readAsset, type SandboxAsset } from '../assets/index.js';
import type { CallbackAnswer, ChatMessage, FakeTelegram, Person } from '../telegram/index.js';

/** Ids of today's accounts are above 32 bits. */
const PERSON_ID_MIN = 5_100_000_000;
const PERSON_ID_MAX = 9_000_000_000;

/** The id of somebody whom no database has seen, even one that lasts. */
export function newPersonId(): number {
  return randomInt(PERSON_ID_MIN, PERSON_ID_MAX);
}

/** How long a person waits for what the bot shows or answers: longer than a chat is held by a process that died. */
export const WAIT_MS = 30_000;

/** What a person orders. */
export interface Order {
  photo?: SandboxAsset;
  description?: string;
  kind?: 'neurocard' | 'reels';
  template?: 'ugc' | 'ad' | 'self';
  /** Null skips the step. */
  wishes?: string | null;
  /** Where there are several to choose from; the first of them when absent. */
  model?: string;
  count?: 1 | 3 | 5;
}

/** Somebody in a chat with the bot, doing what people do: writing, sending pictures, tapping buttons, waiting. */
export class DemoPerson {
  /** Messages up to this one are not looked at any more. */
  private lookedAtUntil = 0;

  private constructor(
    private readonly telegram: FakeTelegram,
    readonly account: Person,
    private readonly pauseMs = 0,
  ) {}

  /** Somebody whom no database has seen, even one that was used before. */
  static add(
    telegram: FakeTelegram,
    firstName: string,
    languageCode: string,
    { id = newPersonId(), pauseMs }: { id?: number | undefined; pauseMs?: number | undefined } = {},
  ): DemoPerson {
    return new DemoPerson(
      telegram,
      telegram.addPerson({
        id,
        firstName,
        languageCode,
        username: `demo_${randomUUID().slice(0, 8)}`,
      }),
      pauseMs,
    );
  }

  /** Somebody who is there already. */
  static of(telegram: FakeTelegram, account: Person): DemoPerson {
    return new DemoPerson(telegram, account);
  }

  get id(): number {
    return this.account.id;
  }

  /** Presses Start and agrees to the terms, unless that was done in an earlier run on this database, up to the menu. */
  async join(): Promise<void> {
    this.say('/start');
    const first = await this.sees(
      (message) => hasButton(message, '1:agree') || hasButton(message, '1:create'),
    );
    if (hasButton(first, '1:agree')) await this.tap('1:agree');
    await this.seesButton('1:create');
  }

  say(text: string): void {
    this.telegram.sendText(this.id, text);
  }

  /** Goes back to the menu. Who begins anew looks at what comes from now on: an older screen must not be taken for the next one. */
  beginAnew(): void {
    this.lookedAtUntil = this.chat().at(-1)?.messageId ?? 0;
    this.say('/menu');
  }

  /** Sends a picture as people do, compressed; `asFile` sends the bytes as they are. */
  async sendPicture(bytes: Buffer, asFile?: { fileName: string; mimeType: string }): Promise<void> {
    await this.think();
    await this.telegram.sendPhoto(this.id, bytes, asFile ? { asFile: true, ...asFile } : {});
  }

  /** Waits for a message of the bot that has the button, and returns it. */
  seesButton(data: string, timeoutMs = WAIT_MS): Promise<ChatMessage> {
    return this.sees((message) => hasButton(message, data), timeoutMs);
  }

  /** Waits for a message of the bot that fits, among the newest first. */
  sees(predicate: (message: ChatMessage) => boolean, timeoutMs = WAIT_MS): Promise<ChatMessage> {
    const isNew = (message: ChatMessage) => message.messageId > this.lookedAtUntil && predicate(message);
    return this.telegram.waitForMessage(this.id, isNew, timeoutMs);
  }

  /** Taps a button by what it carries, as soon as it is there, and waits for the answer to the tap. */
  async tap(data: string): Promise<CallbackAnswer> {
    const message = await this.seesButton(data);
    await this.think();
    return this.telegram.tapData(this.id, message.messageId, buttonOf(message, data) ?? data).answer(WAIT_MS);
  }

  /** From the menu to the confirm screen. Returns that message. */
  async fillOrder(order: Order = {}): Promise<ChatMessage> {
    await this.tap('1:create');
    await this.tap(`1:kind:${order.kind ?? 'neurocard'}`);
    await this.seesButton('1:back:photo');
    await this.sendPicture(readAsset(order.photo ?? 'photos/mug.jpg'));
    await this.seesButton('1:back:description');
    this.say(
      order.description ??
        'Термокружка 450 мл, нержавеющая сталь, держит тепло 6 часов, не протекает в сумке',
    );
    return this.chooseRest(order);
  }

  /** From the template to the confirm screen: what "make another" still asks. */
  async chooseRest(order: Order = {}): Promise<ChatMessage> {
    await this.tap(`1:template:${order.template ?? 'ugc'}`);
    if (order.wishes) {
      await this.seesButton('1:back:wishes');
      this.say(order.wishes);
    } else {
      await this.tap('1:skip');
    }
    const count = `1:count:${order.count ?? 1}`;
    const model = order.model === undefined ? '1:model' : `1:model:${order.model}`;
    const asked = await this.sees((message) => hasButton(message, model) || hasButton(message, count));
    if (hasButton(asked, model)) await this.tap(model);
    await this.tap(count);
    return this.seesButton('1:confirm:');
  }

  private async think(): Promise<void> {
    if (this.pauseMs > 0) await pause(this.pauseMs);
  }

  /** The finished videos that came so far, oldest first. Examples in the welcome have no words below them. */
  videos(): ChatMessage[] {
    return this.telegram.sentVideos(this.id).filter(({ text }) => text !== '');
  }

  /** The chat as the person sees it. */
  chat(): ChatMessage[] {
    return this.telegram.chat(this.id);
  }
}

/** The data of the first button that carries the given beginning. */
export function buttonOf(message: ChatMessage, data: string): string | undefined {
  const buttons = message.keyboard?.flat() ?? [];
  const carried = buttons.map((button) => button.callback_data ?? '');
  return carried.find(
    (one) => one === data || (one.startsWith(data) && /[:]$/.test(data)) || one.startsWith(`${data}:`),
  );
}

function hasButton(message: ChatMessage, data: string): boolean {
  return buttonOf(message, data) !== undefined;
}
