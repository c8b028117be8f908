import { setTimeout as pause } from 'node:timers/promises';
import type { ChatMessage } from '../../sandbox/telegram/index.js';
import type { System } from './system.js';
import { keyOfTap } from './update-log.js';

/** Longer than all deaths of a round, with the lease of a chat and Telegram's growing pauses behind each. */
const PATIENCE_MS = 180_000;
/** What comes to the bot later than this need not be answered in time: Telegram takes answers to taps for 15 s. */
const TAP_AGE_MS_MAX = 8_000;
const ARRIVAL_MS = 2_000;
/** The bot remembers the last 64 updates of a chat: whoever comes near that goes, so that each can be looked up in the end. */
const UPDATES_MAX = 50;
/** Between an answer and the next tap. */
const THINK_MS = 150;
const COMMANDS = ['/menu', '/help', '/cabinet', '/videos', '/start'];
const COMMAND_SHARE = 0.3;
/** What costs nothing and ends nobody's stay. */
const HARMLESS = /^1:(menu|help|cabinet|plans|plan|videos|language|lang|back|create|kind|cancel)\b/;

/** People who tap around without wanting anything; each taps again once they were answered. */
export class Tappers {
  /** Waited for in vain, a sentence each. */
  readonly lost: string[] = [];
  private isEnded = false;

  constructor(
    private readonly system: System,
    private readonly options: { atOnce: number; draw: (stream: number) => () => number },
  ) {}

  /** Resolves when everybody has stopped, after `end`. */
  async come(): Promise<void> {
    const { atOnce, draw } = this.options;
    const lane = async (_: unknown, index: number): Promise<void> => {
      const drawn = draw(index);
      await pause(ARRIVAL_MS * drawn());
      while (!this.isOver) await this.visit(drawn);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  /** Everybody stops. */
  end(): void {
    this.isEnded = true;
  }

  private get isOver(): boolean {
    return this.isEnded || this.system.over.aborted;
  }

  private async visit(draw: () => number): Promise<void> {
    const { telegram } = this.system.world;
    const person = telegram.addPerson({ firstName: 'Борис', languageCode: 'ru' });
    await this.say(person.id, '/start');
    for (let updates = 1; updates < UPDATES_MAX && !this.isOver; updates++) {
      const buttons = harmlessButtons(telegram.chat(person.id));
      const button = buttons[Math.floor(draw() * buttons.length)];
      if (!button || draw() < COMMAND_SHARE) {
        await this.say(person.id, COMMANDS[Math.floor(draw() * COMMANDS.length)] ?? '/menu');
      } else {
        await this.tap(person.id, button);
      }
      await pause(THINK_MS * draw());
    }
  }

  /** Presses it, and waits until the bot has done what it is for; where that was soon, the tap must have been answered too. */
  private async tap(personId: number, { messageId, data }: HarmlessButton): Promise<void> {
    const { updates, world } = this.system;
    const tap = world.telegram.tapData(personId, messageId, data);
    const tappedAtMs = performance.now();
    const isTaken = await updates.isTaken(keyOfTap(tap.id), { timeoutMs: PATIENCE_MS });
    const isLate = performance.now() - tappedAtMs > TAP_AGE_MS_MAX;
    const isAnswered = isTaken && (isLate || (await tap.answer(TAP_AGE_MS_MAX).catch(() => null)) !== null);
    if (!isAnswered) {
      this.lost.push(`a tap of person ${personId} on ${data} was not ${isTaken ? 'answered' : 'taken'}`);
    }
  }

  /** Writes something, and waits until the bot has written too. */
  private async say(personId: number, text: string): Promise<void> {
    const { telegram } = this.system.world;
    const { messageId } = telegram.sendText(personId, text);
    const isLater = (message: ChatMessage) => message.from === 'bot' && message.messageId > messageId;
    await telegram
      .waitForMessage(personId, isLater, PATIENCE_MS)
      .catch(() => this.lost.push(`person ${personId} wrote ${text} and was not answered`));
  }
}

interface HarmlessButton {
  messageId: number;
  data: string;
}

function harmlessButtons(chat: readonly ChatMessage[]): HarmlessButton[] {
  const last = chat.findLast(({ from, keyboard }) => from === 'bot' && (keyboard?.length ?? 0) > 0);
  const buttons = last?.keyboard?.flat() ?? [];
  return buttons.flatMap(({ callback_data: data }) =>
    last && data !== undefined && (HARMLESS.test(data) || data.startsWith('1:agree'))
      ? [{ messageId: last.messageId, data }]
      : [],
  );
}
