import type { ProviderName, Rehearsal, StoryState } from '../../../../sandbox/page/protocol.js';
import { PROVIDERS } from '../calls/calls.rules.js';

const SCALES = [1, 5, 12, 30, 60, 100] as const;

/** What can go wrong at one provider. */
export interface ProviderRehearsals {
  provider: ProviderName;
  rehearsals: Rehearsal[];
}

/** The rehearsals by provider; providers without any are left out. */
export function byProvider(rehearsals: readonly Rehearsal[]): ProviderRehearsals[] {
  return PROVIDERS.map((provider) => ({
    provider,
    rehearsals: rehearsals.filter((rehearsal) => rehearsal.provider === provider),
  })).filter((group) => group.rehearsals.length > 0);
}

/** Those that are waiting to be met. */
export function switchedOn(rehearsals: readonly Rehearsal[]): Rehearsal[] {
  return rehearsals.filter(({ isOn }) => isOn);
}

/**
 * Which rehearsals have been met: those for once that went off and that nobody switched off at this page. A mark stays until its
 * rehearsal is switched on again.
 */
export function metAfter(
  met: ReadonlySet<string>,
  {
    before,
    after,
    byHand,
  }: { before: readonly Rehearsal[]; after: readonly Rehearsal[]; byHand: ReadonlySet<string> },
): ReadonlySet<string> {
  const wasOn = new Set(switchedOn(before).map(({ id }) => id));
  const isOn = new Set(switchedOn(after).map(({ id }) => id));
  const newly = after.filter(
    ({ id, lasts }) => lasts === 'once' && wasOn.has(id) && !isOn.has(id) && !byHand.has(id),
  );
  const kept = [...met].filter((id) => !isOn.has(id));
  return new Set([...kept, ...newly.map(({ id }) => id)]);
}

/** The speeds to choose from: the usual ones that the sandbox can do, and the current one whatever it is. */
export function speedsFor({ scale, scaleMax }: { scale: number; scaleMax: number }): number[] {
  const usual = SCALES.filter((one) => one <= scaleMax);
  return [...new Set<number>([...usual, scale])].sort((a, b) => a - b);
}

/** The stories whose title or name holds every word of the search, in any order. */
export function findStories(stories: readonly StoryState[], search: string): StoryState[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return stories.filter(({ name, title }) => {
    const text = `${name} ${title}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The story that is being played; at most one is. */
export function playingStory(stories: readonly StoryState[]): StoryState | null {
  return stories.find(({ status }) => status === 'playing') ?? null;
}
