import type { ExperimentContext, FigureValue, Outcome } from '../experiment.js';
import { tally } from '../tell.js';
import { readInvariantFacts, type InvariantFacts } from './invariant-facts.js';
import { findBrokenInvariants, type Allowances } from './invariants.js';
import type { System } from './system.js';

/** What was done in a round, besides what the invariants tell. */
export interface Round {
  /** What was promised and was not so while it was going on, a sentence each. */
  broken: readonly string[];
  /** When answers were lost on purpose, in Unix milliseconds. */
  lostAnswersAtMs?: readonly number[];
}

/** One round of an experiment. */
export interface RoundContext {
  /** From 0. */
  number: number;
  /** Numbers of this round alone. */
  draw: (stream: number) => () => number;
}

/** What came of all rounds. */
export interface Rounds {
  broken: string[];
  /** After the last round. */
  facts: InvariantFacts;
  /** Figures that every experiment has. */
  figures: Record<string, FigureValue>;
}

/** A job may fail because of what is broken, and give its credit back; most bring their video. */
const COMPLETED_SHARE_MIN = 0.9;
/** Streams of the drawing of one round. */
const STREAMS_MAX = 1_000;

/**
 * Plays rounds; after each one everything settles by itself and the invariants are looked at. The round in which one was broken is the last.
 *
 * @param allowances as for `findBrokenInvariants`; answers that were lost come from the rounds, and the share of videos that may
 * come twice is one of all rounds together.
 */
export async function playRounds(
  context: ExperimentContext,
  system: System,
  { rounds, repeatedShareMax, ...allowances }: Omit<Allowances, 'lostAnswersAtMs'> & { rounds: number },
  play: (round: RoundContext) => Promise<Round>,
): Promise<Rounds> {
  const broken: string[] = [];
  const lostAnswersAtMs: number[] = [];
  for (let number = 0; ; number++) {
    const draw = (stream: number) => context.draw(number * STREAMS_MAX + stream);
    const round = await play({ number, draw });
    lostAnswersAtMs.push(...(round.lostAnswersAtMs ?? []));
    const facts = await readInvariantFacts(system, await system.settle());
    const isLast = number + 1 >= rounds;
    broken.push(
      ...round.broken,
      ...findBrokenInvariants(facts, {
        completedShareMin: COMPLETED_SHARE_MIN,
        ...allowances,
        // Of few videos, one or two more are no rate.
        repeatedShareMax: isLast ? repeatedShareMax : 1,
        lostAnswersAtMs,
      }),
    );
    context.tell(`round ${number + 1} of ${rounds}: ${facts.jobs.length} jobs, ${broken.length} broken`);
    if (broken.length > 0 || isLast) return { broken, facts, figures: figuresOf(facts) };
  }
}

function figuresOf({ jobs, purses, updates, audit }: InvariantFacts): Outcome['figures'] {
  const failed = jobs.filter(({ status }) => status === 'failed');
  const reasons = tally(failed.map(({ failureReason }) => failureReason ?? ''));
  return {
    people: purses.length,
    'videos delivered': jobs.length - failed.length,
    'jobs failed and refunded': failed.length === 0 ? 0 : reasons,
    'videos that came twice': jobs.filter(({ videosAtMs }) => videosAtMs.length > 1).length,
    'paid tasks': jobs.reduce((sum, { paidTasks }) => sum + paidTasks, 0),
    updates: updates.updates.length,
    'audit: rows, drift': `${audit.rows_checked}, ${audit.drift}`,
  };
}
