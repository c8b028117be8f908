import type { FailureReason } from './job-lifecycle.types.js';

/** How jobs fared. */
export interface JobsFared {
  /** Of the last hour. */
  completed: number;
  /** Of the last hour, by reason. */
  failed: Readonly<Partial<Record<FailureReason, number>>>;
  /** Since when the oldest job waits for its prompt, which nothing but a worker is needed for; 0 where none waits. */
  waitingMs: number;
}

/** What people, and operators themselves, bring about: nothing is out of order. VideosFail (deploy/prometheus/alerts.yml) leaves out the same. */
export const NOBODYS_FAULT = [
  'moderation_photo',
  'moderation_text',
  'cancelled',
  'by_operator',
  'moved',
] as const;
type Fault = Exclude<FailureReason, (typeof NOBODYS_FAULT)[number]>;

/** What operators are to be told. */
export type Alarm =
  | { kind: 'jobs_failing'; failed: number; ended: number; reason: Fault }
  | { kind: 'jobs_waiting'; minutes: number };

/** Of fewer jobs a share says nothing. */
const ENDED_MIN = 10;
const FAILED_SHARE_MAX = 0.5;
const MINUTE_MS = 60_000;

/** @param waitMaxMs for how long a job may wait for its prompt. */
export function decideAlarms({ completed, failed, waitingMs }: JobsFared, waitMaxMs: number): Alarm[] {
  const faults = Object.entries(failed).filter(
    (entry): entry is [Fault, number] => !(NOBODYS_FAULT as readonly string[]).includes(entry[0]),
  );
  const count = faults.reduce((sum, [, jobs]) => sum + jobs, 0);
  const ended = completed + count;
  const [worst] = faults.sort(([, a], [, b]) => b - a);
  const isFailing = worst !== undefined && ended >= ENDED_MIN && count > ended * FAILED_SHARE_MAX;
  return [
    ...(isFailing ? [{ kind: 'jobs_failing' as const, failed: count, ended, reason: worst[0] }] : []),
    ...(waitingMs > waitMaxMs
      ? [{ kind: 'jobs_waiting' as const, minutes: Math.max(1, Math.floor(waitingMs / MINUTE_MS)) }]
      : []),
  ];
}
