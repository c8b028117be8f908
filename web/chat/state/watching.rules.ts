import type { PageEvent, PageState, StoryState } from '../../../sandbox/page/protocol.js';

/** What is known when an event came. */
export interface Watch {
  before: PageState | null;
  event: PageEvent;
  /** Who was asked for, by the reader or for them; null leaves it to the sandbox. */
  askedId: number | null;
  /** The story that this page has asked for and not yet followed; null for none. */
  askedStory: string | null;
  /** Of the people, whom the page would show to this reader. */
  preferredId: number | undefined;
}

/** Whose chat is to be shown after an event; null leaves it as it is. */
export function whomToShow({ before, event, askedId, askedStory, preferredId }: Watch): number | null {
  if (event.type === 'hello') {
    const { personId } = event.state;
    // Instead of somebody who is gone, such as with an earlier sandbox, the sandbox shows anybody.
    const isAsAsked = askedId !== null && personId === askedId;
    return isAsAsked || preferredId === undefined || preferredId === personId ? null : preferredId;
  }
  if (event.type !== 'story') return null;
  const { name, status, personId } = event.story;
  // A story that another page began moves nobody here.
  return name === askedStory && status === 'playing' && personId !== before?.personId ? personId : null;
}

/** Whether the story that was asked for has its person, or is over: from then on a reader is left where they look. */
export function isSettled({ name, status, personId }: StoryState, askedStory: string | null): boolean {
  return name === askedStory && status !== 'idle' && (status !== 'playing' || personId !== null);
}
