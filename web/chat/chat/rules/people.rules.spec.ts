import { describe, expect, it } from 'vitest';
import { colourOf, initialsOf, lastLine, preferredPerson } from './people.rules.js';
import { aMessage, aPerson } from './chat.support.js';

describe('people', () => {
  it.each([
    ['Анна', undefined, 'А'],
    ['john', 'smith', 'JS'],
    ['Anna Maria', 'Lee', 'AM'],
    ['🦊 Fox', undefined, '🦊F'],
  ])('initials of %s %s', (firstName, lastName, initials) => {
    expect(initialsOf({ firstName, lastName })).toBe(initials);
  });

  it('gives everybody one of the colours', () => {
    expect([5_000_000_001, 5_000_000_002, 7].map(colourOf)).toEqual([
      5_000_000_001 % 7,
      5_000_000_002 % 7,
      0,
    ]);
  });

  it.each([
    [aMessage(1, { text: 'Hello\n  there' }), 'Hello there'],
    [aMessage(1, { from: 'person', text: '/start' }), 'You: /start'],
    [aMessage(1, { kind: 'video', text: 'Your video' }), '🎬 Your video'],
    [aMessage(1, { kind: 'video', text: '🎬 Your video' }), '🎬 Your video'],
    [aMessage(1, { kind: 'photo', from: 'person' }), 'You: 🖼 Photo'],
    [aMessage(1, { kind: 'successful_payment', from: 'person' }), '⭐ Payment'],
    [aMessage(1, { kind: 'paid_media' }), 'paid media'],
  ])('last line %#', (message, line) => {
    expect(lastLine(message)).toBe(line);
  });

  const people = [aPerson(1, 'en'), aPerson(2, 'ru'), aPerson(3, 'ru')];
  it.each([
    [people, ['ru-RU', 'en'], 2],
    [people, ['en-GB'], 1],
    [people, ['de'], 1],
    [people, [], 1],
    [[aPerson(4, 'ru')], ['en'], 4],
    [[], ['en'], undefined],
  ])('prefers who speaks the language of the reader %#', (all, languages, id) => {
    expect(preferredPerson(all, languages)?.id).toBe(id);
  });
});
