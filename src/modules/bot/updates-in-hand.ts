import type { Update } from 'telegraf/types';
import { readSender, updateSchema } from './incoming-updates.js';

/** Chats whose updates are handled at the same time. */
const CHATS_AT_ONCE = 20;

/**
 * The updates that were fetched and not confirmed yet. Chats are handled side by side, the updates of one chat in their order;
 * pre-checkout queries, for which Telegram waits 10 s, at once. Fetching from `offset` confirms what is done and nothing else, so
 * that one may fetch again while something takes long: what came meanwhile is new, the rest is known.
 */
export class UpdatesInHand {
  private readonly open = new Set<number>();
  private readonly done = new Set<number>();
  /** The ids of the newest answer, oldest first. */
  private newest: readonly number[] = [];
  private afterNewest = 0;
  private readonly lanes = new Map<number, Update[]>();
  /** Chats of which nothing was begun yet. */
  private readonly waiting: number[] = [];
  private workers = 0;
  private readonly running = new Set<Promise<void>>();
  private tellEmpty: () => void = () => undefined;

  /** @param handle answers false for an update that was not done and is to come again; never rejects. */
  constructor(private readonly handle: (update: Update) => Promise<boolean>) {}

  /** From where to fetch: every update below is done. */
  get offset(): number {
    return this.newest.find((id) => !this.done.has(id)) ?? this.afterNewest;
  }

  get isEmpty(): boolean {
    return this.open.size === 0;
  }

  /** Takes an answer of Telegram: everything from `offset` on, or its beginning. Begins what is new. */
  take(answer: readonly Update[]): void {
    const fresh = answer.filter(({ update_id: id }) => !this.open.has(id) && !this.done.has(id));
    this.newest = answer.map(({ update_id: id }) => id);
    // Not the highest id ever: after a quiet week Telegram goes on from a random one.
    const last = this.newest.at(-1);
    if (last !== undefined) this.afterNewest = last + 1;
    const unconfirmed = new Set(this.newest);
    for (const id of this.done) if (!unconfirmed.has(id)) this.done.delete(id);
    for (const update of fresh) this.begin(update);
  }

  /** Waits until nothing is in hand, at most so long. */
  async empty(waitMs: number): Promise<void> {
    if (this.isEmpty) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.tellEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Waits until what was begun has ended, done or not. */
  async stopped(): Promise<void> {
    await Promise.all(this.running);
  }

  private begin(update: Update): void {
    this.open.add(update.update_id);
    // They change no conversation, so that none needs to wait for another.
    if ('pre_checkout_query' in update) {
      this.run(this.finish(update));
      return;
    }
    const chatId = chatOf(update);
    const lane = this.lanes.get(chatId);
    if (lane) {
      lane.push(update);
      return;
    }
    this.lanes.set(chatId, [update]);
    this.waiting.push(chatId);
    if (this.workers < CHATS_AT_ONCE) this.run(this.work());
  }

  private async work(): Promise<void> {
    this.workers += 1;
    for (let chatId = this.waiting.shift(); chatId !== undefined; chatId = this.waiting.shift()) {
      const lane = this.lanes.get(chatId) ?? [];
      for (let update = lane.shift(); update; update = lane.shift()) await this.finish(update);
      this.lanes.delete(chatId);
    }
    this.workers -= 1;
  }

  private async finish(update: Update): Promise<void> {
    const { update_id: id } = update;
    if (!(await this.handle(update))) return;
    this.open.delete(id);
    this.done.add(id);
    if (this.isEmpty) this.tellEmpty();
  }

  private run(work: Promise<void>): void {
    const running = work.finally(() => this.running.delete(running));
    this.running.add(running);
  }
}

/** What belongs to no chat, or cannot be read, waits for its like. */
function chatOf(update: Update): number {
  return (updateSchema.safeParse(update).success && readSender(update)?.chatId) || 0;
}
