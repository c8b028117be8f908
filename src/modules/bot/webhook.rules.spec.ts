import { describe, expect, it } from 'vitest';
import { decideReceiver, isDeliveryTroubled } from './webhook.rules.js';

const OURS = 'https://neurocards.example/telegram/webhook';
const NOW_S = 1_795_000_000;

describe('updates go', () => {
  it.each<[string, string, unknown]>([
    ['to us', OURS, { kind: 'us' }],
    ['to whoever polls', '', { kind: 'pollers' }],
    [
      'elsewhere',
      'https://evil.example:8443/bot/secret?x=1',
      { kind: 'elsewhere', host: 'evil.example:8443' },
    ],
    ['elsewhere, under our host', `${OURS}/2`, { kind: 'elsewhere', host: 'neurocards.example' }],
    [
      'elsewhere, with a password',
      'https://me:secret@evil.example/',
      { kind: 'elsewhere', host: 'evil.example' },
    ],
    ['to what is no address', 'secret', { kind: 'elsewhere', host: '?' }],
  ])('%s', (_what, url, receiver) => {
    expect(decideReceiver(url, OURS)).toEqual(receiver);
  });
});

describe('bringing updates', () => {
  it.each<[string, number, number | null, boolean]>([
    ['goes well', 0, null, false],
    ['goes well with a few that wait', 50, null, false],
    ['heaps up', 51, null, true],
    ['failed just now', 0, NOW_S - 10, true],
    ['failed long ago', 0, NOW_S - 300, false],
  ])('%s', (_what, pendingCount, lastErrorAtS, troubled) => {
    const delivery = { pendingCount, lastErrorAtS, lastError: lastErrorAtS === null ? null : 'x' };
    expect(isDeliveryTroubled(delivery, NOW_S)).toBe(troubled);
  });
});
