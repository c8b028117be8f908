import type { UpdateFacts } from '../system/update-verdict.js';
import { labelOf, type CrashPoint } from './points.js';

/** Of all updates, so many may die on each way until Telegram gives them up. */
const GIVEN_UP_SHARE_MAX = 0.01;

/** What the trap has seen. */
export interface TrapFacts {
  deaths: ReadonlyMap<CrashPoint, number>;
  /** Held at a point, and not of the process that died: by point. */
  strangers: ReadonlyMap<CrashPoint, number>;
  nameless: ReadonlySet<string>;
}

/** Where nobody has died as often as is wanted, and what has no name; none: every point was tried. */
export function findUntried(
  { deaths, strangers, nameless }: TrapFacts,
  { points, deathsMin }: { points: readonly CrashPoint[]; deathsMin: number },
): string[] {
  const few = points.filter((point) => (deaths.get(point) ?? 0) < deathsMin);
  return [
    ...few.map((point) => {
      const count = deaths.get(point) ?? 0;
      const seen = count === 0 ? 'was never met' : `was met by ${count} of ${deathsMin} deaths`;
      const others = strangers.get(point) ?? 0;
      return `${labelOf(point)} ${seen}${others > 0 ? `; ${others} times it was another process` : ''}`;
    }),
    ...[...nameless].toSorted().map((what) => `has no point of its own: ${what}`),
  ];
}

/** A tap that has died again and again until Telegram gave it up is lost there, and nobody comes for what it has left behind. */
export function withoutExpired(facts: UpdateFacts, expiredIds: readonly number[]): UpdateFacts {
  const expired = new Set(expiredIds);
  const chats = new Set(facts.updates.filter(({ id }) => expired.has(id)).map(({ personId }) => personId));
  return {
    ...facts,
    updates: facts.updates.filter(({ id }) => !expired.has(id)),
    sessions: facts.sessions.map((one) => (chats.has(one.chatId) ? { ...one, isLocked: false } : one)),
  };
}

/** That is rare: else taps were lost, and everybody was excused. */
export function findGivenUp(expired: number, updates: number): string[] {
  return expired <= Math.max(1, updates * GIVEN_UP_SHARE_MAX)
    ? []
    : [`I7: Telegram gave up ${expired} of ${updates} updates`];
}
