import type { OutsideWorld } from '../outside-world.js';
import type { Plans } from '../plans.js';
import type { Rehearsal } from './protocol.js';

/** Of faults that hold until they are switched off. */
export const ALWAYS = { times: 1_000_000 } as const;

/** Something that was made to go wrong. */
export interface Trouble {
  /** Whether it is still to come, or holds. */
  isOn: () => boolean;
  end: () => void;
}

/** A rehearsal and how it is begun. */
export interface RehearsalPlan extends Omit<Rehearsal, 'isOn'> {
  begin: (world: OutsideWorld) => Trouble;
}

/** Trouble that a fake was told to plan; it is known there by this very object. */
export function planned<T extends object>(plans: Plans, plan: T, tell: (plan: T) => void): Trouble {
  tell(plan);
  return { isOn: () => plans.isPlanned(plan), end: () => plans.unplan(plan) };
}

/** Trouble that holds until it is ended. */
export function held(end: () => void): Trouble {
  return { isOn: () => true, end };
}

/** Several troubles as one. */
export function together(troubles: readonly Trouble[]): Trouble {
  return {
    isOn: () => troubles.some(({ isOn }) => isOn()),
    end: () => troubles.forEach(({ end }) => end()),
  };
}
