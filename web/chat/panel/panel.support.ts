import type {
  JobRow,
  LedgerRow,
  ProviderCall,
  Rehearsal,
  StoryState,
} from '../../../sandbox/page/protocol.js';

const AT = '2026-11-22T12:00:00.000Z';

/** A row of a credit history, for specs. */
export function aRow(row: Partial<LedgerRow>): LedgerRow {
  const ids = { jobId: null, paymentId: null, description: null };
  return { id: '1', at: AT, operation: 'signup', amount: 1, balanceAfter: 1, ...ids, ...row };
}

/** A video that has just been ordered, for specs. */
export function aJob(job: Partial<JobRow>): JobRow {
  return {
    id: 'job-1',
    orderId: 'order-1',
    position: 1,
    status: 'queued',
    step: 'prompt',
    credits: 1,
    model: null,
    promptSource: null,
    prompt: null,
    failureReason: null,
    createdAt: AT,
    finishedAt: null,
    events: [],
    tasks: [],
    ...job,
  };
}

/** A call that went well, for specs. */
export function aCall(call: Partial<ProviderCall>): ProviderCall {
  const bodies = { request: null, response: null };
  const answer = { status: 200, durationMs: 12, at: AT, isRoutine: false, ...bodies };
  return { id: 1, provider: 'telegram', method: 'POST', path: 'sendMessage', ...answer, ...call };
}

/** A rehearsal that is off, for specs. */
export function aRehearsal(rehearsal: Partial<Rehearsal>): Rehearsal {
  const words = { title: 'It fails', expected: 'The credit comes back.' };
  return { id: 'fails', provider: 'kie', ...words, lasts: 'once', isOn: false, ...rehearsal };
}

/** A story that nobody has played, for specs. */
export function aStory(story: Partial<StoryState>): StoryState {
  const idle = { isLong: false, status: 'idle', personId: null, problem: null } as const;
  return { name: 'happy', title: 'An order from /start to the video', ...idle, ...story };
}
