import { describe, expect, it } from 'vitest';
import type { PageEvent, PageState, StoryState } from '../../../sandbox/page/protocol.js';
import { isSettled, whomToShow } from './watching.rules.js';
import { aState } from './state.support.js';

const aStory = (status: StoryState['status'], personId: number | null): StoryState => ({
  name: 'happy',
  title: 'A video',
  isLong: false,
  status,
  personId,
  problem: null,
});
const hello = (personId: number | null): PageEvent => ({ type: 'hello', state: aState({ personId }) });

describe('whomToShow', () => {
  it.each<[string, PageEvent, [askedId: number | null, preferredId: number | undefined], number | null]>([
    ['nobody is there', hello(null), [null, undefined], null],
    ['the first visit, and somebody else speaks the language', hello(1), [null, 2], 2],
    ['the first visit, and it is the right one', hello(2), [null, 2], null],
    ['somebody was asked for', hello(1), [1, 2], null],
    ['who was asked for is gone', hello(1), [7, 2], 2],
    ['who was asked for is gone, and it is the right one', hello(2), [7, 2], null],
    ['something else happens', { type: 'queues', queues: [] }, [null, 2], null],
  ])('%s', (_, event, [askedId, preferredId], personId) => {
    expect(whomToShow({ before: null, event, askedId, askedStory: null, preferredId })).toBe(personId);
  });

  it.each<[string, string | null, StoryState, number | null]>([
    ['a story waits for its person', 'happy', aStory('playing', null), null],
    ['a story has its person', 'happy', aStory('playing', 7), 7],
    ['another page asked for it', null, aStory('playing', 7), null],
    ['this page asked for another one', 'sad', aStory('playing', 7), null],
    ['it ends', 'happy', aStory('kept', 7), null],
    ['its person is shown already', 'happy', aStory('playing', 1), null],
  ])('%s', (_, askedStory, story, personId) => {
    const before: PageState = aState({ personId: 1 });
    const event: PageEvent = { type: 'story', story };
    expect(whomToShow({ before, event, askedId: 1, askedStory, preferredId: 1 })).toBe(personId);
  });
});

describe('isSettled', () => {
  it.each<[string, string | null, StoryState, boolean]>([
    ['it waits for its person', 'happy', aStory('playing', null), false],
    ['it has its person', 'happy', aStory('playing', 7), true],
    ['it is over', 'happy', aStory('broken', null), true],
    ['it has not begun', 'happy', aStory('idle', null), false],
    ['it is another one', 'sad', aStory('playing', 7), false],
    ['none was asked for', null, aStory('playing', 7), false],
  ])('%s', (_, askedStory, story, expected) => {
    expect(isSettled(story, askedStory)).toBe(expected);
  });
});
