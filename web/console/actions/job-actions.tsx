import type { JobView } from '../../../src/modules/console/protocol.js';
import { counted } from '../../ui/words/formatting.rules.js';
import { IdLink } from '../ui/parts.js';
import { Deeds, type Deed } from './action-dialog.js';

/** What can be done with a job. */
export function JobActions({ job }: { job: JobView }) {
  const isOver = job.finishedAt !== null;
  const hasVideo = job.resultUrl !== null || job.hasVideoInTelegram;
  const deeds = [
    !isOver && fail(job),
    isOver && hasVideo && sendAgain(job),
    isOver && job.hasPhoto && makeAgain(job),
  ];
  return <Deeds deeds={deeds} />;
}

function fail(job: JobView): Deed {
  return {
    title: 'Fail and refund',
    action: 'job_failed',
    subject: job.id,
    isDangerous: true,
    explains: (
      <p>
        The job fails now. {who(job)} gets {counted(job.credits, 'credit')} back (balance {job.balance} →{' '}
        {job.balance + job.credits}) and is told that it was an operator. What KIE has begun is paid for all
        the same.
      </p>
    ),
    done: () => `Failed; ${counted(job.credits, 'credit')} went back.`,
  };
}

function sendAgain(job: JobView): Deed {
  return {
    title: 'Deliver again',
    action: 'job_sent_again',
    subject: job.id,
    explains: (
      <p>
        The finished video is sent to {who(job)} once more. {creditsOf(job)}
      </p>
    ),
    done: () => 'The video is on its way.',
  };
}

function creditsOf({ status, hasVideoInTelegram, credits }: JobView): string {
  if (status === 'failed') return 'No credit moves: theirs went back, so it is a present.';
  if (hasVideoInTelegram) return 'No credit moves.';
  return `No credit moves, unless KIE's copy is gone: it never reached them, so that ${counted(credits, 'credit')} would go back.`;
}

function makeAgain(job: JobView): Deed {
  return {
    title: 'Make again',
    action: 'job_made_again',
    subject: job.id,
    explains: (
      <p>
        A new video of the same product is made for {who(job)}, at our expense: they are given{' '}
        {counted(job.credits, 'credit')}, which it takes at once (the balance stays {job.balance}). It costs
        us a task at KIE.
      </p>
    ),
    done: ({ details }) => (
      <>
        A new job was ordered: <IdLink to="jobs" id={String(details['jobId'])} />
      </>
    ),
  };
}

function who({ person }: JobView): string {
  return person.name || (person.username ? `@${person.username}` : 'The person');
}
