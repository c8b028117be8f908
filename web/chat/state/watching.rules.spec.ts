import { describe, expect, it } from 'vitest';
import type { PageEvent, PageState, StoryState } from '../../../sandbox/page/protocol.js';
import { whomToShow } from './watching.rules.js';
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
    expect(whomToShow({ before: null, event, askedId, preferredId })).toBe(personId);
  });

  it.each<[string, StoryState | null, StoryState, number | null]>([
    ['a story waits for its person', null, aStory('playing', null), null],
    ['a story has its person', aStory('playing', null), aStory('playing', 7), 7],
    ['a story is played again by somebody else', aStory('kept', 7), aStory('playing', 8), 8],
    ['the same story goes on', aStory('playing', 7), aStory('playing', 7), null],
    ['it ends', aStory('playing', 7), aStory('kept', 7), null],
    ['its person is shown already', aStory('idle', null), aStory('playing', 1), null],
  ])('%s', (_, known, story, personId) => {
    const before: PageState = aState({ personId: 1, stories: known ? [known] : [] });
    expect(whomToShow({ before, event: { type: 'story', story }, askedId: 1, preferredId: 1 })).toBe(
      personId,
    );
  });
});
