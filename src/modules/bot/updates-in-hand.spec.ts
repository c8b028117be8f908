import type { Update } from 'telegraf/types';
import { beforeEach, describe, expect, it } from 'vitest';
import { UpdatesInHand } from './updates-in-hand.js';

const from = (id: number) => ({ id, is_bot: false, first_name: 'Anna' });
const message = (id: number, chatId = id) => {
  const chat = { id: chatId, type: 'private' };
  return { update_id: id, message: { message_id: id, chat, from: from(chatId) } } as Update;
};
const preCheckout = (id: number) =>
  ({ update_id: id, pre_checkout_query: { id: String(id), from: from(id) } }) as unknown as Update;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => message(index + 1));

/** Updates that end when the test says so. */
class Work {
  readonly begun: number[] = [];
  private readonly ends = new Map<number, (done: boolean) => void>();

  readonly handle = ({ update_id: id }: Update): Promise<boolean> => {
    this.begun.push(id);
    return new Promise((resolve) => this.ends.set(id, resolve));
  };

  async end(id: number, done = true): Promise<void> {
    this.ends.get(id)?.(done);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

let work: Work;
let inHand: UpdatesInHand;
beforeEach(() => {
  work = new Work();
  inHand = new UpdatesInHand(work.handle);
});

describe('updates in hand', () => {
  it('are begun chat by chat: each chat in its order, chats side by side', async () => {
    inHand.take([message(1, 77), message(2, 77), message(3, 78)]);
    expect(work.begun).toEqual([1, 3]);
    await work.end(1);
    expect(work.begun).toEqual([1, 3, 2]);
  });

  it('F-24 are at most of 20 chats, and every pre-checkout query besides: Telegram waits 10 s for each', async () => {
    inHand.take([...upTo(30), preCheckout(31), preCheckout(32)]);
    expect(work.begun).toEqual([...upTo(20).map(({ update_id: id }) => id), 31, 32]);
    await work.end(7);
    expect(work.begun.at(-1)).toBe(21);
  });

  it('F-74 are confirmed only with all that came before them', async () => {
    expect(inHand.offset).toBe(0);
    inHand.take(upTo(3));
    expect(inHand.offset).toBe(1);
    await work.end(3);
    expect(inHand.offset).toBe(1);
    await work.end(1);
    expect(inHand.offset).toBe(2);
    await work.end(2);
    expect([inHand.offset, inHand.isEmpty]).toEqual([4, true]);
  });

  it('are begun once, however often they are fetched', async () => {
    inHand.take(upTo(2));
    await work.end(2);
    inHand.take(upTo(3));
    expect(work.begun).toEqual([1, 2, 3]);
    await work.end(1);
    await work.end(3);
    inHand.take([]);
    expect([work.begun.length, inHand.offset]).toEqual([3, 4]);
  });

  it('stay where they were when they are not done', async () => {
    inHand.take(upTo(2));
    await work.end(1, false);
    await work.end(2);
    expect([inHand.offset, inHand.isEmpty]).toEqual([1, false]);
    await inHand.stopped();
  });

  it('are confirmed by their own ids: after a quiet week Telegram goes on from a lower one', async () => {
    inHand.take([message(900)]);
    await work.end(900);
    inHand.take([message(50)]);
    await work.end(50);
    expect(inHand.offset).toBe(51);
  });

  it('are waited for until all are done, and no longer than said', async () => {
    inHand.take(upTo(2));
    await inHand.empty(1);
    expect(inHand.isEmpty).toBe(false);
    const empty = inHand.empty(60_000);
    await work.end(1);
    await work.end(2);
    await empty;
    expect(inHand.isEmpty).toBe(true);
  });

  it('may be such as nobody can read: they hold up nobody', async () => {
    inHand.take([
      { update_id: 1, message: { message_id: 1 } } as unknown as Update,
      { update_id: 2, callback_query: {} } as unknown as Update,
      message(3),
    ]);
    expect(work.begun).toEqual([1, 3]);
    await work.end(1);
    expect(work.begun).toEqual([1, 3, 2]);
  });
});
