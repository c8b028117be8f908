import { describe, expect, it } from 'vitest';
import type { JobRow } from '../../../../sandbox/page/protocol.js';
import { aJob, aRow } from '../panel.support.js';
import { outcomeOf } from './job-ending.rules.js';

const USAGE = aRow({ operation: 'usage', amount: -1, jobId: 'job-1' });
const REFUND = aRow({ operation: 'refund', amount: 1, jobId: 'job-1' });
const FAILED = { status: 'failed', failureReason: 'temporary' } as const;

function events(...names: (string | [string, object])[]): JobRow['events'] {
  return names.map((one) => {
    const [event, details] = typeof one === 'string' ? [one, {}] : one;
    return { at: '2026-11-22T12:00:00.000Z', event, details: { ...details } };
  });
}

describe('what is said of a job', () => {
  it.each([
    [{ status: 'processing', step: 'generate' }, 'KIE makes the video.'],
    [{ step: 'create', events: events('create_again') }, 'Once more, with a new task after a pause.'],
    [{ status: 'completed', events: events('complete') }, 'The video is in the chat.'],
    [
      { status: 'completed', events: events(['complete', { parked: true }]) },
      'The video is made and kept: the person blocks the bot.',
    ],
    [
      {
        status: 'completed',
        events: events(['complete', { parked: true }], ['finish_late', { parked: false }]),
      },
      'The video is in the chat.',
    ],
    [FAILED, 'KIE failed every time it was asked.'],
    [{ status: 'failed', failureReason: 'struck_by_lightning' }, 'struck by lightning'],
    [
      { ...FAILED, failureReason: 'stuck', events: events('fail', 'present') },
      'It was not ready by its deadline. The video came later and goes out as a present.',
    ],
  ] as const)('%j', (job, text) => {
    expect(outcomeOf(aJob(job), [])).toEqual({ text, credits: null });
  });

  it.each([
    ['came back', [REFUND, USAGE], { text: '1 credit given back', isRight: true }],
    ['did not come back', [USAGE], { text: 'The ledger shows no refund', isRight: false }],
    ['are further back than the ledger that is shown', [], null],
  ])('the credits %s', (_name, ledger, credits) => {
    expect(outcomeOf(aJob(FAILED), ledger).credits).toEqual(credits);
  });
});
