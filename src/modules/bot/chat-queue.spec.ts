import { describe, expect, it } from 'vitest';
import { ChatQueue } from './chat-queue.js';

const nothing = () => undefined;

describe('the queue of a chat', () => {
  it('lets updates of one chat through in the order in which they came, and those of others at once', async () => {
    const queue = new ChatQueue();
    const order: string[] = [];
    const first = await queue.acquire(1, 1000, nothing);
    const rest = ['a', 'b', 'c'].map(async (name) => {
      const release = await queue.acquire(1, 1000, () => order.push(`${name} waits`));
      order.push(name);
      release?.();
    });
    const other = await queue.acquire(2, 1000, nothing);
    order.push('other chat');
    first?.();
    other?.();
    await Promise.all(rest);
    expect(order).toEqual(['a waits', 'b waits', 'c waits', 'other chat', 'a', 'b', 'c']);
    expect(queue.size).toBe(0);
  });

  it('gives up after the time, and whoever gave up is passed over', async () => {
    const queue = new ChatQueue();
    const holder = await queue.acquire(1, 1000, nothing);
    const impatient = await queue.acquire(1, 1, nothing);
    expect(impatient).toBeNull();
    const patient = queue.acquire(1, 1000, nothing);
    holder?.();
    holder?.();
    const release = await patient;
    expect(release).not.toBeNull();
    release?.();
    expect(queue.size).toBe(0);
  });
});
