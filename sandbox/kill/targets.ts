import { drawing } from '../drawing.js';
import { POINTS, type Course, type Point } from './points.js';

/** Where a run kills: at a point, or at a moment after the tap. */
export interface Target {
  /** As it is called in the report. */
  name: string;
  at: { point: string } | { afterMs: number };
  course: Course;
  /** See `Point`. */
  chatIsBusy: boolean;
}

/** The target that is a point. */
export function targetAt({ name, course, chatIsBusy }: Point): Target {
  return { name, at: { point: name }, course, chatIsBusy };
}

/** From the tap on "Start" to the last edit of the progress message, in true milliseconds, in most runs. */
const USUAL_TRUE_MS = 180_000;
/** Most of it is KIE's work and none of ours: every second one is a point. */
const POINTS_SHARE = 0.5;

/** The target of a random run; the same seed and run give the same one. */
export function randomTarget(seed: number, run: number, scale: number): Target {
  const draw = drawing(seed, run);
  if (draw() < POINTS_SHARE) {
    const target = targetAt(POINTS[Math.floor(draw() * POINTS.length)] as Point);
    return { ...target, name: `random:${target.name}` };
  }
  const afterMs = Math.round((draw() * USUAL_TRUE_MS) / scale);
  return { name: `random:${afterMs}ms`, at: { afterMs }, course: 'filmed', chatIsBusy: false };
}
