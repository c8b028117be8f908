import { setTimeout as pause } from 'node:timers/promises';
import type { CallbackKind } from '../../src/modules/telegram/light.js';
import { between } from '../../sandbox/drawing.js';
import type { ChatMessage, OtherKind, PhotoOptions } from '../../sandbox/telegram/index.js';
import type { Chat, SeenButton } from './chats.js';
import { isEnough, shareButton, type Town } from './town.js';
import { keyOfCharge, keyOfMembership, keyOfMessage, keyOfTap } from '../system/update-log.js';

/** The bot remembers the last 64 updates of a chat; whoever comes near that goes, so that each can be looked up in the end. */
const UPDATES_MAX = 54;
const UPDATES_REMEMBERED = 60;
/** A step that takes longer is lost. */
const TAKEN_MS_MAX = 60_000;
/** Somebody who reads what they see is slower than the bot's patience with those who do not. */
const THINKING_MS = { min: 60, max: 180 };
/** How often an update comes twice. */
const COPIED_SHARE = 0.05;

/** What was set in motion, to be waited for. */
type Awaited = { key: string; times?: number };

/** Something that somebody does, in one step or several. */
export type Doing = (walker: Walker) => Promise<unknown>;

/** Somebody who walks through the conversation, one step after the other: what they can do. What they do is drawn elsewhere. */
export class Walker {
  readonly id: number;
  readonly chat: Chat;
  isGone = false;
  /** Whether they were given credits. */
  isGifted = false;
  /** How many things they did. */
  steps = 0;
  private membershipChanges = 0;

  constructor(
    readonly town: Town,
    readonly draw: () => number,
  ) {
    const languageCode = draw() < 0.5 ? 'ru' : draw() < 0.7 ? 'en' : 'pt-br';
    const firstName = this.pick(['Анна', 'Igor', '<b>Zoë</b>', '🦊', 'О']);
    this.id = town.world.telegram.addPerson({ firstName, languageCode }).id;
    this.chat = town.chats.of(this.id);
    town.people.push(this);
  }

  /** Whether they may go on: there are steps to be made, and updates to be remembered. */
  get goesOn(): boolean {
    return !this.isGone && !isEnough(this.town) && this.town.updates.countOf(this.id) < UPDATES_MAX;
  }

  /** Whether so many more updates of theirs can be remembered. */
  hasRoomFor(updates: number): boolean {
    return this.town.updates.countOf(this.id) + updates <= UPDATES_REMEMBERED;
  }

  /** One of them; undefined where there are none. */
  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.draw() * from.length)] as T;
  }

  say(text: string): Promise<void> {
    return this.step(() => this.write(text));
  }

  /** Presses a button that they see. */
  press({ messageId, data, kind }: SeenButton): Promise<void> {
    return this.step(() => {
      this.town.visits.buttons[kind] += 1;
      shareButton(this.town, data);
      return [this.tap(messageId, data)];
    });
  }

  /** Presses the newest button of a kind. Returns false where there is none. */
  async pressKind(kind: CallbackKind, fits?: (data: string) => boolean): Promise<boolean> {
    const button = this.chat.find(kind, fits);
    if (!button) return false;
    await this.press(button);
    return true;
  }

  /** Presses any button of a kind on the message that they saw last. Returns false where there is none. */
  async pressOneOf(kind: CallbackKind): Promise<boolean> {
    const button = this.pick(this.chat.buttons.filter((one) => one.kind === kind));
    if (button) await this.press(button);
    return button !== undefined;
  }

  /** Presses a button twice, faster than anything can answer. */
  async pressTwice(button: SeenButton): Promise<void> {
    this.town.counts.doubled += 1;
    await this.step(() => [button, button].map(({ messageId, data }) => this.tap(messageId, data)));
  }

  /** Presses what is no button of theirs. */
  async forge(data: string): Promise<void> {
    this.town.counts.forged += 1;
    const messageId = this.pick([...this.chat.buttons, ...this.chat.oldButtons])?.messageId ?? 1;
    await this.step(() => [this.tap(messageId, data)]);
  }

  async send(bytes: Buffer, options: PhotoOptions = {}): Promise<void> {
    await this.step(async () => {
      const { messageId } = await this.town.world.telegram.sendPhoto(this.id, bytes, options);
      return [{ key: keyOfMessage(messageId) }];
    });
  }

  async sendAlbum(photos: readonly Buffer[], caption?: string): Promise<void> {
    const mediaGroupId = `${this.id}-${Math.floor(this.draw() * 1e9)}`;
    await this.step(async () => {
      const sent: Awaited[] = [];
      for (const [index, bytes] of photos.entries()) {
        const options = { mediaGroupId, ...(index === 0 && caption ? { caption } : {}) };
        const { messageId } = await this.town.world.telegram.sendPhoto(this.id, bytes, options);
        sent.push({ key: keyOfMessage(messageId) });
      }
      return sent;
    });
  }

  async sendOther(kind: OtherKind): Promise<void> {
    await this.step(async () => {
      const { messageId } = await this.town.world.telegram.sendOther(this.id, kind);
      return [{ key: keyOfMessage(messageId) }];
    });
  }

  /** Does several things before the bot has heard of any, and it hears of them in the opposite order. */
  async hurry(texts: readonly string[], buttons: readonly SeenButton[], isReversed: boolean): Promise<void> {
    const { telegram } = this.town.world;
    if (isReversed) this.town.counts.reordered += 1;
    await this.step(() => {
      if (isReversed) telegram.holdUpdates();
      const sent = [
        ...texts.flatMap((text) => this.write(text)),
        ...buttons.map(({ messageId, data }) => this.tap(messageId, data)),
      ];
      if (isReversed) telegram.releaseUpdates('reverse');
      return sent;
    }, texts.length + buttons.length);
  }

  /** Blocks the bot, or lets it in again. */
  async setBlocked(isBlocked: boolean): Promise<void> {
    const { telegram } = this.town.world;
    if (isBlocked) this.town.counts.blocked += 1;
    await this.step(() => {
      if (isBlocked) telegram.block(this.id);
      else telegram.unblock(this.id);
      this.membershipChanges += 1;
      return [{ key: keyOfMembership(this.id), times: this.membershipChanges }];
    });
  }

  /** Pays an invoice in Stars. */
  async payStars({ messageId }: ChatMessage): Promise<void> {
    this.town.counts.paid += 1;
    await this.step(async () => {
      const outcome = await this.town.world.telegram.payInvoice(this.id, messageId).outcome();
      return outcome.kind === 'paid' ? [{ key: keyOfCharge(outcome.chargeId) }] : [];
    });
  }

  /** Goes to YooKassa's page and pays there, or is declined. */
  async settleBill(paymentId: string, isPaid: boolean): Promise<void> {
    const { yooKassa } = this.town.world;
    this.town.counts.paid += 1;
    await this.step(() => {
      if (isPaid) yooKassa.pay(paymentId);
      else
        yooKassa.decline(paymentId, this.pick(['insufficient_funds', 'general_decline', 'fraud_suspected']));
      return [];
    });
  }

  /** Is called something else from now on. */
  async rename(): Promise<void> {
    await this.step(() => {
      const firstName = this.pick(['Ольга', 'Max', '👻', 'И. О.']);
      this.town.world.telegram.changePerson(this.id, { firstName, username: `walker_${this.id}` });
      return this.write('/start');
    });
  }

  private write(text: string): Awaited[] {
    const { messageIds } = this.town.world.telegram.sendText(this.id, text);
    return messageIds.map((messageId) => ({ key: keyOfMessage(messageId) }));
  }

  private tap(messageId: number, data: string): Awaited {
    const { id } = this.town.world.telegram.tapData(this.id, messageId, data);
    this.town.taps.push({ queryId: id, personId: this.id, data });
    return { key: keyOfTap(id) };
  }

  /** One step: a thought, what is done, and the wait until the bot has taken all of it. */
  private async step(act: () => Awaited[] | Promise<Awaited[]>, steps = 1): Promise<void> {
    const { town } = this;
    await pause(between(THINKING_MS, this.draw()));
    while (town.alone && town.alone.walker !== this) await town.alone.ended;
    this.steps += steps;
    town.steps += steps;
    // The next update may be somebody else's: that is as good.
    if (this.draw() < COPIED_SHARE) town.world.telegram.duplicateNext();
    const wanted = await act();
    const taken = await Promise.all(
      wanted.map(({ key, times }) => town.updates.isTaken(key, { times, timeoutMs: TAKEN_MS_MAX })),
    );
    const lost = wanted.filter((_, index) => !taken[index]);
    if (lost.length === 0) return;
    this.isGone = true;
    town.lost.push(...lost.map(({ key }) => `${key} of person ${this.id} was not taken`));
  }
}
