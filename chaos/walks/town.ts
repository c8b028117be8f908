import type { DataSource } from 'typeorm';
import type { OutsideWorld } from '../../sandbox/outside-world.js';
import type { Chats } from './chats.js';
import type { Photos } from './material.js';
import type { UpdateLog } from '../system/update-log.js';
import { findMissing, STEPS_FOR_VISITS_MIN, type Visits } from './visits.js';
import type { Walker } from './walker.js';

/** A tap that somebody made. */
export interface Tap {
  queryId: string;
  personId: number;
  data: string;
}

/** What all people who walk share. */
export interface Town {
  world: OutsideWorld;
  db: DataSource;
  updates: UpdateLog;
  chats: Chats;
  visits: Visits;
  photos: Photos;
  /** Things that people did so far, and shall do. */
  steps: number;
  readonly stepsWanted: number;
  /** Everybody who ever walked. */
  people: Walker[];
  taps: Tap[];
  /** Buttons of everybody's, the newest last: for those who press other people's. */
  foreignButtons: string[];
  /** Whether the video service takes no orders now. */
  isOutage: boolean;
  /** Whom all others wait for. */
  alone: { walker: Walker; ended: Promise<void> } | null;
  /** What people did besides steps: in another order, twice at once… */
  counts: Record<'reordered' | 'doubled' | 'forged' | 'paid' | 'blocked' | 'banned', number>;
  /** Steps that were not taken in time, a sentence each. */
  lost: string[];
}

const FOREIGN_BUTTONS_MAX = 60;
/** A run that has not been everywhere goes on for a while. */
const LONGER_SHARE = 0.2;

/** Whether people have walked enough. */
export function isEnough({ steps, stepsWanted, visits }: Town): boolean {
  if (steps < stepsWanted) return false;
  const { screens, buttons } = findMissing(visits);
  const isEverywhere = screens.length + buttons.length === 0;
  return isEverywhere || stepsWanted < STEPS_FOR_VISITS_MIN || steps >= stepsWanted * (1 + LONGER_SHARE);
}

/** Lets others press the button too. */
export function shareButton({ foreignButtons }: Town, data: string): void {
  foreignButtons.push(data);
  if (foreignButtons.length > FOREIGN_BUTTONS_MAX) foreignButtons.shift();
}
