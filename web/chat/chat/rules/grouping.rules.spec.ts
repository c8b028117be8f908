import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../../sandbox/page/protocol.js';
import { type BubbleRow, groupMessages, isSameRow } from './grouping.rules.js';
import { aMessage } from './chat.support.js';

const dayOf = (dateS: number) => String(Math.floor(dateS / 86_400));
const album = { kind: 'photo', mediaGroupId: 'a' };

/** `day`, `service 3`, `[1 2]`: a bubble with its messages, the brackets open where its neighbour is of the same side. */
function draw(messages: ChatMessage[]): string[] {
  return groupMessages(messages, dayOf).map((row) => {
    if (row.kind === 'day') return 'day';
    if (row.kind === 'service') return `service ${row.message.messageId}`;
    const ids = row.messages.map(({ messageId }) => messageId).join(' ');
    return `${row.isFirst ? '[' : '('}${ids}${row.isLast ? ']' : ')'}`;
  });
}

describe('groupMessages', () => {
  it.each<[string, ChatMessage[], string[]]>([
    ['nothing', [], []],
    ['one', [aMessage(1)], ['day', '[1]']],
    ['one side in a row', [aMessage(1), aMessage(2), aMessage(3)], ['day', '[1)', '(2)', '(3]']],
    ['two sides', [aMessage(1), aMessage(2, { from: 'person' })], ['day', '[1]', '[2]']],
    ['a silence', [aMessage(1, { dateS: 0 }), aMessage(2, { dateS: 901 })], ['day', '[1]', '[2]']],
    [
      'another day',
      [aMessage(1, { dateS: 86_399 }), aMessage(2, { dateS: 86_400 })],
      ['day', '[1]', 'day', '[2]'],
    ],
    [
      'money',
      [aMessage(1), aMessage(2, { kind: 'successful_payment' }), aMessage(3)],
      ['day', '[1]', 'service 2', '[3]'],
    ],
    ['an album', [aMessage(1, album), aMessage(2, album), aMessage(3)], ['day', '[1 2)', '(3]']],
    ['two albums', [aMessage(1, album), aMessage(2, { ...album, mediaGroupId: 'b' })], ['day', '[1)', '(2]']],
    [
      'an album of files',
      [aMessage(1, { ...album, kind: 'document' }), aMessage(2, { ...album, kind: 'document' })],
      ['day', '[1)', '(2]'],
    ],
    [
      'albums of two sides',
      [aMessage(1, album), aMessage(2, { ...album, from: 'person' })],
      ['day', '[1]', '[2]'],
    ],
  ])('%s', (_, messages, rows) => {
    expect(draw(messages)).toEqual(rows);
  });

  it('names its rows once and for all', () => {
    const rows = groupMessages([aMessage(1), aMessage(2, album), aMessage(3, album)], dayOf);
    expect(rows.map(({ key }) => key)).toEqual([expect.stringMatching(/^day-/), 'message-1', 'message-2']);
  });
});

describe('isSameRow', () => {
  const message = aMessage(1);
  const row: BubbleRow = {
    kind: 'bubble',
    key: 'message-1',
    messages: [message],
    isFirst: true,
    isLast: true,
  };
  it.each<[string, Partial<BubbleRow>, boolean]>([
    ['the same message', { messages: [message] }, true],
    ['an edited one', { messages: [{ ...message }] }, false],
    ['one more', { messages: [message, aMessage(2)] }, false],
    ['no longer the last', { isLast: false }, false],
    ['no longer the first', { isFirst: false }, false],
  ])('%s', (_, change, isSame) => {
    expect(isSameRow(row, { ...row, ...change })).toBe(isSame);
  });
});
