import type { Course } from './points.js';

/** What a run left behind, from the outside: the database, the chat, the provider's books. */
export interface RunFacts {
  course: Course;
  jobs: readonly { status: string; failure_reason: string | null }[];
  balanceBefore: number;
  balance: number;
  /** Tasks that KIE made, each of them paid for. */
  paidTasks: number;
  /** Videos in the chat. */
  sends: number;
  /** Messages that say why there is no video. */
  notices: number;
  /**
   * Progress messages that are not closed, notices that are neither sent nor given up, callbacks that nobody has
   * checked, late videos on their way.
   */
  open: number;
  auditDrift: number;
  /** Telegram had the video, or the notice, and the application was killed before that was committed. */
  lostAnswer: { video: boolean; notice: boolean };
}

/** What is wrong; undefined when nothing is. */
export function problemOf(facts: RunFacts): string | undefined {
  const [job] = facts.jobs;
  if (!job || facts.jobs.length > 1) return `one job was ordered, there are ${facts.jobs.length}`;
  if (facts.auditDrift > 0) return `the audit finds ${facts.auditDrift} row(s) that differ`;
  const problem = job.status === 'completed' ? problemOfDelivered(facts) : problemOfFailed(job, facts);
  if (problem) return problem;
  if (facts.paidTasks > 1) return `${facts.paidTasks} tasks were paid for`;
  const sendsMax = facts.lostAnswer.video ? 2 : 1;
  if (facts.sends > sendsMax) return `${facts.sends} videos came, and ${sendsMax} may`;
  return facts.open > 0 ? `${facts.open} thing(s) are still open` : undefined;
}

function problemOfDelivered({ course, balance, balanceBefore, sends, paidTasks, notices }: RunFacts) {
  if (course === 'refused') return 'the job is completed although KIE refused it';
  if (sends === 0) return 'the job is completed and no video came';
  if (paidTasks !== 1) return `the job is completed with ${paidTasks} paid tasks`;
  if (balance !== balanceBefore - 1) return `the balance is ${balance}, not ${balanceBefore - 1}`;
  return notices > 0 ? 'the video came with a message that there is none' : undefined;
}

function problemOfFailed({ status, failure_reason: reason }: RunFacts['jobs'][number], facts: RunFacts) {
  if (status !== 'failed') return `the job is not over: ${status}`;
  if (!reason) return 'the job failed without a reason';
  if (facts.balance !== facts.balanceBefore) return `the credit is not back: the balance is ${facts.balance}`;
  // What KIE was paid for comes anyway, as a present.
  if (facts.course === 'filmed' && facts.paidTasks > 0 && facts.sends === 0) {
    return 'a video was paid for and never came';
  }
  if (facts.notices === 0) return `the person was not told of "${reason}"`;
  const noticesMax = facts.lostAnswer.notice ? 2 : 1;
  return facts.notices > noticesMax ? `the person was told ${facts.notices} times` : undefined;
}
