import type { JobRow, LedgerRow } from '../../../../sandbox/page/protocol.js';
import { refundOfJob } from '../account/ledger.rules.js';
import { counted } from '../../../ui/words/formatting.rules.js';
import { plain } from '../../../ui/words/words.rules.js';
import { isInFlight } from './job-steps.rules.js';

/** What is said of a job under its steps. */
export interface JobOutcome {
  /** What happens now, or what became of it. */
  text: string;
  /** What became of the credits; null while nothing did. */
  credits: { text: string; isRight: boolean } | null;
}

/** What happens to a job now, or how it ended. */
export function outcomeOf(job: JobRow, ledger: readonly LedgerRow[]): JobOutcome {
  if (isInFlight(job)) return { text: nowOf(job), credits: null };
  if (job.status === 'completed') return { text: completionOf(job), credits: null };
  const reason = plain('failure', job.failureReason ?? 'unknown');
  const late = LATE_ENDINGS[latestOf(job, Object.keys(LATE_ENDINGS)) ?? ''];
  return { text: late ? `${reason} ${late}` : reason, credits: creditsOf(job, ledger) };
}

/** What came after the refund. */
const LATE_ENDINGS: Readonly<Record<string, string>> = {
  present: 'The video came later and goes out as a present.',
  finish_late: 'The video came later, as a present.',
  give_up: 'A late video could not be sent.',
};

function nowOf(job: JobRow): string {
  const last = job.events.at(-1)?.event;
  const isWaiting = last === 'create_again' || last === 'deliver_again';
  const now = plain('stepNow', job.step);
  return isWaiting ? `${plain('event', last)} after a pause.` : `${now}.`;
}

/** A video that was put aside until its person is back is completed too. */
function completionOf(job: JobRow): string {
  const event = job.events.findLast(({ event }) => event === 'complete' || event === 'finish_late');
  if (event?.details['parked'] !== true) return 'The video is in the chat.';
  return 'The video is made and kept: the person blocks the bot.';
}

function creditsOf(job: JobRow, ledger: readonly LedgerRow[]): JobOutcome['credits'] {
  const refund = refundOfJob(ledger, job.id);
  if (refund !== null) return { text: `${counted(refund, 'credit')} given back`, isRight: true };
  // A ledger that is shown from its middle may hold the refund further back.
  const isKnown = ledger.some(({ jobId, operation }) => jobId === job.id && operation === 'usage');
  return isKnown ? { text: 'The ledger shows no refund', isRight: false } : null;
}

function latestOf(job: JobRow, events: readonly string[]): string | undefined {
  return job.events.findLast(({ event }) => events.includes(event))?.event;
}
