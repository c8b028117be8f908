import type { PageEvent, PageState } from '../../../sandbox/page/protocol.js';

/** What is known when an event came. */
export interface Watch {
  before: PageState | null;
  event: PageEvent;
  /** Who was asked for, by the reader or for them; null leaves it to the sandbox. */
  askedId: number | null;
  /** Of the people, whom the page would show to this reader. */
  preferredId: number | undefined;
}

/** Whose chat is to be shown after an event; null leaves it as it is. */
export function whomToShow({ before, event, askedId, preferredId }: Watch): number | null {
  if (event.type === 'hello') {
    const { personId } = event.state;
    // Instead of somebody who is gone, such as with an earlier sandbox, the sandbox shows anybody.
    const isAsAsked = askedId !== null && personId === askedId;
    return isAsAsked || preferredId === undefined || preferredId === personId ? null : preferredId;
  }
  if (event.type !== 'story') return null;
  const { name, status, personId } = event.story;
  // Only when it begins: a reader who looks elsewhere meanwhile is left there.
  const known = before?.stories.find((story) => story.name === name);
  const isNews = known?.status !== 'playing' || known.personId !== personId;
  return status === 'playing' && isNews && personId !== before?.personId ? personId : null;
}
