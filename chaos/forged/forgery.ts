/** What a forgery must leave behind. */
export type Trace =
  /** A line of the log for each. */
  | { kind: 'log'; msg: string }
  /** Kept in the inbox of payments, each time, and over with this outcome; null: waits for what the provider says one day. */
  | { kind: 'inbox'; outcome: string | null };

/** How somebody was answered: an HTTP status, or a word of the provider that stands between. */
export type ForgedAnswer = number | string | null;

/** What a forger has sent. */
export interface Attempt {
  answer: ForgedAnswer;
  /** The event and the object that it named, where it may be kept. */
  named?: { event: string; objectId: string };
}

/** One class of forged calls. */
export interface Forgery {
  name: string;
  /** How each must be answered; several where the variants of the class differ. */
  answers: readonly ForgedAnswer[];
  trace: Trace | null;
  /** One of them; they differ by their number. */
  attempt: (number: number) => Promise<Attempt>;
}

/** What was seen of one class. */
export interface ForgerySeen {
  name: string;
  answers: ReadonlyMap<ForgedAnswer, number>;
  wanted: readonly ForgedAnswer[];
  /** What was moved by it. */
  moved: readonly string[];
  /** How many traces there are of so many attempts; null where none is promised. */
  traces: { found: number; wanted: number } | null;
}

/** What is not as it must be after one class, a sentence each. */
export function findBrokenForgery({ name, answers, wanted, moved, traces }: ForgerySeen): string[] {
  return [
    ...moved.map((what) => `I8: after "${name}" ${what}`),
    ...[...answers].flatMap(([answer, count]) =>
      wanted.includes(answer) ? [] : [`"${name}" was answered ${answer} ${count} times`],
    ),
    ...(traces === null || traces.found >= traces.wanted
      ? []
      : [`"${name}" left ${traces.found} traces of ${traces.wanted} attempts`]),
  ];
}
