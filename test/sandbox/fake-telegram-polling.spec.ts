import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { waitFor } from '../support/wait-for.js';
import { callApi, resultOf, startedPerson } from './fake-telegram-api.js';

interface Update {
  update_id: number;
  message: { text: string };
}

describe('getUpdates of the fake Telegram', () => {
  let telegram: FakeTelegram;
  let anna = 0;

  beforeEach(async () => {
    telegram = new FakeTelegram({ clock: new SandboxClock(100) });
    await telegram.start();
    anna = startedPerson(telegram);
  });
  afterEach(() => telegram.stop());

  const poll = (args: Record<string, unknown> = {}) => resultOf<Update[]>(telegram, 'getUpdates', args);

  it('gives updates until an offset confirms them', async () => {
    telegram.sendText(anna, 'b');
    telegram.sendText(anna, 'c');
    const all = await poll();
    expect(all.map(({ message }) => message.text)).toEqual(['/start', 'b', 'c']);
    expect(await poll({ limit: 2 })).toHaveLength(2);
    expect(await poll()).toHaveLength(3);
    const rest = await poll({ offset: (all[1]?.update_id ?? 0) + 1 });
    expect(rest.map(({ message }) => message.text)).toEqual(['c']);
    expect(await poll()).toHaveLength(1);
    expect(telegram.pendingUpdates()).toBe(1);
  });

  it('forgets all but the last with a negative offset', async () => {
    telegram.sendText(anna, 'b');
    expect((await poll({ offset: -1 })).map(({ message }) => message.text)).toEqual(['b']);
    expect(telegram.pendingUpdates()).toBe(1);
  });

  it('waits for an update, and answers nothing when its time is up', async () => {
    const offset = ((await poll())[0]?.update_id ?? 0) + 1;
    const startedAt = performance.now();
    expect(await poll({ offset, timeout: 10 })).toEqual([]);
    // 10 s at a hundredfold speed.
    expect(performance.now() - startedAt).toBeGreaterThan(90);
    const waiting = poll({ offset, timeout: 50 });
    telegram.sendText(anna, 'here');
    expect((await waiting)[0]?.message.text).toBe('here');
  });

  it('ends the first of two pollers with a 409', async () => {
    const offset = ((await poll())[0]?.update_id ?? 0) + 1;
    const first = callApi(telegram, 'getUpdates', { offset, timeout: 50 });
    const second = callApi(telegram, 'getUpdates', { offset, timeout: 50 });
    const ended = await Promise.race([first, second]);
    expect(ended).toMatchObject({
      status: 409,
      description:
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    telegram.sendText(anna, 'for the other');
    const statuses = (await Promise.all([first, second])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 409]);
  });

  it('refuses while a webhook is set, and setWebhook ends a poll', async () => {
    const offset = ((await poll())[0]?.update_id ?? 0) + 1;
    const waiting = callApi(telegram, 'getUpdates', { offset, timeout: 50 });
    await waitFor(() => telegram.listening === 'polling', { what: 'the poll' });
    await resultOf(telegram, 'setWebhook', { url: 'http://127.0.0.1:9/hook' });
    expect(await waiting).toMatchObject({
      status: 409,
      description: 'Conflict: terminated by setWebhook request',
    });
    expect(await callApi(telegram, 'getUpdates')).toMatchObject({
      status: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
  });

  it('gives copies again after they were confirmed, and held ones with growing ids', async () => {
    telegram.copyEachUpdate(2);
    telegram.sendText(anna, 'twice');
    telegram.copyEachUpdate(1);
    const [, twice] = await poll();
    const offset = (twice?.update_id ?? 0) + 1;
    expect((await poll({ offset }))[0]?.message.text).toBe('twice');
    expect(await poll({ offset })).toEqual([]);
    telegram.holdUpdates();
    telegram.sendText(anna, 'a');
    telegram.sendText(anna, 'b');
    telegram.sendText(anna, 'c');
    expect(await poll({ offset })).toEqual([]);
    telegram.releaseUpdates([2, 0]);
    const released = await poll({ offset });
    expect(released.map(({ message }) => message.text)).toEqual(['c', 'a', 'b']);
    const ids = released.map(({ update_id: id }) => id);
    expect(ids).toEqual(ids.toSorted());
  });
});
