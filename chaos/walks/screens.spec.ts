import { describe, expect, it } from 'vitest';
import { htmlToPlain, LANGUAGES } from '../../src/modules/telegram/light.js';
import { screenExamples } from '../../test/bot/screen-examples.js';
import { recogniseScreen, SCREEN_NAMES } from './screens.js';

const SIDE_SCREENS = 'What is no part of the conversation';
/** Chapters of which no message is a screen that a person's step leads to. */
const OTHERS = ['A finished video', 'What people are told without a tap'];

describe.each(LANGUAGES)('a screen in %s', (language) => {
  const examples = screenExamples(language);
  const messages = [...(examples['The conversation'] ?? []), ...(examples[SIDE_SCREENS] ?? [])];

  it.each(messages.map(({ name, when, message }) => [`${name} ${when ?? ''}`, name, message.text]))(
    '%s is known by what it says',
    (_title, name, html) => {
      expect(recogniseScreen(htmlToPlain(html))).toBe(name);
    },
  );

  it('is known whatever line stands above it', () => {
    const hints = examples['A line above a screen, after something that does not fit'] ?? [];
    expect(hints).not.toEqual([]);
    for (const { name, message } of hints)
      expect(recogniseScreen(htmlToPlain(message.text)), name).not.toBeNull();
  });

  it('is no notice and no video', () => {
    for (const { name, message } of OTHERS.flatMap((chapter) => examples[chapter] ?? [])) {
      expect(recogniseScreen(htmlToPlain(message.text)), name).toBeNull();
    }
  });
});

it('is in the table, each of them, and the order under way too', () => {
  const shown = new Set([
    ...Object.values(screenExamples('ru')).flatMap((chapter) => chapter.map(({ name }) => name)),
    'started',
  ]);
  expect(SCREEN_NAMES.filter((name) => !shown.has(name))).toEqual([]);
  const progress = screenExamples('en')['An order under way'] ?? [];
  expect(progress.map(({ message }) => recogniseScreen(htmlToPlain(message.text)))).toContain('started');
});
