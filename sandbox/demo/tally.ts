import { readPurse, type Purse } from './purse.js';
import type { Stage } from './stage.js';

/** What a person's orders came to, seen from the outside. */
export interface Tally {
  balance: number;
  /** Tasks that KIE made. */
  tasks: number;
  /** Tasks that KIE keeps our credits for: all but the failed ones. */
  paid: number;
  /** Calls of sendVideo to the person's chat, refused ones too. */
  sends: number;
  /** The captions of the videos in the chat, oldest first. */
  videos: readonly string[];
  /** The notices in the chat, word for word, oldest first. */
  notices: readonly string[];
}

/** What must be true of a person's orders, purchases, or both. */
export type Expectation = Tally | Purse | (Tally & Purse);

/** Counts. */
export async function readTally(stage: Stage): Promise<Tally & Purse> {
  const tasks = await stage.tasks();
  const fromBot = stage.person.chat().filter(({ from }) => from === 'bot');
  // Both bring the button "make another", and nothing else does.
  const ends = fromBot.filter(({ keyboard }) => JSON.stringify(keyboard).includes('"1:another:'));
  return {
    ...(await readPurse(stage)),
    balance: await stage.balance(),
    tasks: tasks.length,
    paid: tasks.filter(({ paidCredits }) => paidCredits > 0).length,
    sends: stage.sends().length,
    videos: ends.filter(({ kind }) => kind === 'video').map(({ text }) => text),
    notices: ends.filter(({ kind }) => kind !== 'video').map(({ text }) => text),
  };
}

/** Whether there is as much of everything as expected, whatever it says. */
export function hasCome(found: Tally & Purse, expected: Expectation): boolean {
  return Object.entries(expected).every(([name, wanted]) => {
    const is: unknown = found[name as keyof typeof found];
    return !Array.isArray(wanted) || !Array.isArray(is) || is.length >= wanted.length;
  });
}

/** How much of everything is expected, for a wait in vain. */
export function describeTally(expected: Expectation): string {
  const counts = Object.entries(expected).map(([name, wanted]) =>
    Array.isArray(wanted) ? `${wanted.length} ${name}` : '',
  );
  return counts.filter(Boolean).join(', ');
}

/** What comes as messages. */
const REPEATED: readonly string[] = ['videos', 'notices', 'told'];
/** A send is tried three times at most. */
const SENDS_PER_VIDEO_MAX = 3;

/**
 * Whether what was found is what was expected.
 *
 * @param mayRepeat processes are killed meanwhile: a message or a video whose answer died with its process comes once more. What concerns
 * money, credits and tasks must be exact even so.
 */
export function fits(
  name: string,
  expected: unknown,
  found: unknown,
  { mayRepeat }: { mayRepeat: boolean },
): boolean {
  if (JSON.stringify(expected) === JSON.stringify(found)) return true;
  if (!mayRepeat) return false;
  if (name === 'sends') {
    const [wanted, is] = [Number(expected), Number(found)];
    return is >= wanted && is <= wanted * SENDS_PER_VIDEO_MAX;
  }
  if (!REPEATED.includes(name) || !Array.isArray(expected) || !Array.isArray(found)) return false;
  const once = (list: readonly unknown[]) => JSON.stringify([...new Set(list)]);
  return found.length >= expected.length && once(found) === once(expected);
}
