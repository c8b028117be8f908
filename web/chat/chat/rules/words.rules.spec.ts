import { describe, expect, it } from 'vitest';
import { describeAction, formatDay, formatTime, matchCommands } from './words.rules.js';

describe('describeAction', () => {
  it.each([
    ['typing', 'typing…'],
    ['upload_video', 'uploading a video…'],
    ['something_new', 'typing…'],
  ])('%s', (action, words) => expect(describeAction(action)).toBe(words));
});

describe('matchCommands', () => {
  const commands = ['menu', 'my_videos', 'my', 'help'].map((command) => ({ command, description: '' }));
  it.each([
    ['', []],
    ['/', ['menu', 'my_videos', 'my', 'help']],
    ['/m', ['menu', 'my_videos', 'my']],
    ['/MY', ['my', 'my_videos']],
    ['/my_', ['my_videos']],
    ['/x', []],
    ['/menu ', []],
    ['see /menu', []],
  ])('%j', (typed, found) => {
    expect(matchCommands(typed, commands).map(({ command }) => command)).toEqual(found);
  });
});

describe('days and times', () => {
  const now = new Date(2026, 7, 2, 15, 30).getTime();
  const at = (...[year, month, day]: [number, number, number]) =>
    new Date(year, month, day, 9, 5).getTime() / 1000;
  it.each([
    [at(2026, 7, 2), 'Today'],
    [at(2026, 7, 1), 'Yesterday'],
    [at(2026, 6, 30), '30 July'],
    [at(2025, 6, 30), '30 July 2025'],
  ])('%d is %s', (dateS, words) => expect(formatDay(dateS, now)).toBe(words));

  it('writes hours and minutes', () => expect(formatTime(at(2026, 7, 2))).toBe('09:05'));
});
