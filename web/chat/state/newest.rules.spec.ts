import { describe, expect, it } from 'vitest';
import type { ChatMessage, PageEvent } from '../../../sandbox/page/protocol.js';
import { aMessage } from '../chat/rules/chat.support.js';
import { newestAfter } from './newest.rules.js';
import { aState } from './state.support.js';

const say = (messageId: number, text: string): ChatMessage => aMessage(messageId, { text });
const edited = (personId: number, message: ChatMessage): PageEvent => ({
  type: 'message_edited',
  personId,
  message,
});
const deleted = (personId: number, messageId: number): PageEvent => ({
  type: 'message_deleted',
  personId,
  messageId,
});

describe('newestAfter', () => {
  const newest = new Map([
    [1, say(11, 'one')],
    [2, say(21, 'two')],
  ]);
  const page = aState({ personId: 1, messages: [say(10, 'before')] });
  it.each<[string, PageEvent, (string | undefined)[]]>([
    ['a message comes', { type: 'message_new', personId: 2, message: say(22, 'new') }, ['one', 'new']],
    ['the newest of another chat is edited', edited(2, say(21, 'edited')), ['one', 'edited']],
    ['an earlier one is edited', edited(2, say(20, 'edited')), ['one', 'two']],
    ['the newest of the chat on the page is deleted', deleted(1, 11), ['before', 'two']],
    ['the newest of another chat is deleted', deleted(2, 21), ['one', undefined]],
    ['an earlier one is deleted', deleted(2, 20), ['one', 'two']],
    [
      'the stream begins',
      { type: 'hello', state: aState({ newest: [{ personId: 2, message: say(5, 'all') }] }) },
      [undefined, 'all'],
    ],
    ['something else happens', { type: 'queues', queues: [] }, ['one', 'two']],
  ])('%s', (_, event, texts) => {
    const after = newestAfter(newest, event, page);
    expect([1, 2].map((personId) => after.get(personId)?.text)).toEqual(texts);
  });
});
