import { useState } from 'preact/hooks';
import type { JobView, KieTaskView } from '../../../src/modules/console/protocol.js';
import { counted, offset } from '../../ui/words/formatting.rules.js';
import { plain, toneOf } from '../../ui/words/words.rules.js';
import { JobActions } from '../actions/job-actions.js';
import { number, roubles } from '../ui/format.rules.js';
import {
  Chip,
  Details,
  Empty,
  Facts,
  IdLink,
  JobStatus,
  Person,
  Problem,
  Section,
  Waiting,
  When,
} from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';
import { ActionsAbout } from './actions.js';
import { History, Notices } from './history.js';

const REFRESH_MS = 5_000;

/** Everything about one job. */
export function JobScreen({ id }: { id: string }) {
  const { data, problem } = useRead<JobView>(`jobs/${encodeURIComponent(id)}`, REFRESH_MS);
  return (
    <>
      <h1>
        Job <span class="mono">{id}</span>
      </h1>
      <Problem text={problem} />
      {data ? <Job job={data} /> : problem === null && <Waiting />}
    </>
  );
}

function Job({ job }: { job: JobView }) {
  return (
    <>
      <JobActions job={job} />
      <div class="columns">
        <Section title="The job">
          <JobFacts job={job} />
        </Section>
        <Section title="The order">
          <OrderFacts job={job} />
        </Section>
      </div>
      <Section title="Timeline">
        <Timeline job={job} />
      </Section>
      <Section title="Generation tasks">
        {job.tasks.length === 0 && <Empty>KIE was not asked yet.</Empty>}
        {job.tasks.map((task) => (
          <Task key={task.attempt} task={task} />
        ))}
      </Section>
      <Section title="Credits">
        <History rows={job.history} empty="No credit moved." />
      </Section>
      <Section title="Notices">
        <Notices rows={job.notices} />
      </Section>
      <ActionsAbout kind="job" subject={job.id} />
    </>
  );
}

function JobFacts({ job }: { job: JobView }) {
  const isOpen = job.finishedAt === null;
  return (
    <>
      <Facts
        facts={[
          ['Status', <JobStatus status={job.status} reason={job.failureReason} />],
          isOpen && ['Step', plain('stepNow', job.step)],
          job.failureReason !== null && ['Why', plain('failure', job.failureReason)],
          ['Ordered', <When at={job.createdAt} />],
          ['Left the queue', <When at={job.startedAt} />],
          ['Over', <When at={job.finishedAt} />],
          isOpen && ['Deadline', <When at={job.deadlineAt} />],
          job.wakeAt !== null && ['Next step due', <When at={job.wakeAt} />],
          ['Model', job.model ?? '–'],
          ['Tasks at KIE', String(job.generationAttempts)],
          ['Sends', String(job.deliveryAttempts)],
          ['Video', <Video job={job} />],
          job.parkedAt !== null && ['Parked since', <When at={job.parkedAt} />],
          job.presentedAt !== null && ['Given as a present', <When at={job.presentedAt} />],
          [
            'Cost at KIE',
            `${number(job.kieCredits)} of its credits${job.kieCreditsEstimated ? ' (by its price list)' : ''}${
              job.kieCreditsPossible > 0 ? `, perhaps ${number(job.kieCreditsPossible)} more` : ''
            }`,
          ],
          ['Earned', earned(job)],
        ]}
      />
      <Details label="Error details" value={job.errorDetails} />
    </>
  );
}

function Video({ job }: { job: JobView }) {
  if (job.resultUrl === null) return <>{job.hasVideoInTelegram ? 'in Telegram' : '–'}</>;
  return (
    <>
      <a href={job.resultUrl} target="_blank" rel="noreferrer noopener">
        KIE's link
      </a>
      {job.hasVideoInTelegram && ', and in Telegram'}
      {job.resultExpiresAt && (
        <span class="soft">
          {' '}
          until <When at={job.resultExpiresAt} />
        </span>
      )}
    </>
  );
}

function OrderFacts({ job }: { job: JobView }) {
  return (
    <>
      <Facts
        facts={[
          ['Person', <Person person={job.person} />],
          ['Telegram id', job.person.tgUserId ?? '–'],
          ['Balance now', counted(job.balance, 'credit')],
          ['Price', counted(job.credits, 'credit')],
          ['Kind', `${job.kind}, ${job.template}`],
          ['Chosen model', job.chosenModel ?? 'none'],
          ['Description', <span class="words">{job.promptInput}</span>],
          job.wishes !== null && job.wishes !== '' && ['Wishes', <span class="words">{job.wishes}</span>],
          job.prompt !== null && [
            'Prompt',
            <>
              <Details
                label={`Written ${plain('promptSource', job.promptSource ?? '')}`}
                value={job.prompt}
              />
            </>,
          ],
          job.siblings.length > 0 && [
            'Same order',
            <>
              {job.siblings.map(({ id, position, status }) => (
                <span class="inline" key={id}>
                  {position}. <IdLink to="jobs" id={id} /> {plain('jobStatus', status)}
                </span>
              ))}
            </>,
          ],
        ]}
      />
      {job.hasPhoto && <Photo jobId={job.id} />}
    </>
  );
}

function Photo({ jobId }: { jobId: string }) {
  const [isShown, setShown] = useState(false);
  const [isGone, setGone] = useState(false);
  if (isGone) return <Empty>The photo is not kept any more.</Empty>;
  if (!isShown) {
    return (
      <button type="button" class="button" onClick={() => setShown(true)}>
        Show the photo
      </button>
    );
  }
  return (
    <img
      class="photo"
      src={`/console/api/jobs/${encodeURIComponent(jobId)}/photo`}
      alt="The product's photo"
      onError={() => setGone(true)}
    />
  );
}

function Timeline({ job }: { job: JobView }) {
  return (
    <ol class="timeline">
      {job.events.map(({ at, event, details }, index) => (
        <li key={index} class={`is-${toneOf('event', event)}`}>
          <span class="timeline-time">
            <When at={at} /> <span class="soft">{offset(job.createdAt, at)}</span>
          </span>
          <span>
            <strong>{plain('event', event)}</strong>
            <Report details={details} />
            <Details label="Details" value={details} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Report({ details }: { details: unknown }) {
  const { report } = (details ?? {}) as { report?: unknown };
  return typeof report === 'string' ? <span class="soft">: {plain('report', report)}</span> : null;
}

function Task({ task }: { task: KieTaskView }) {
  return (
    <article class="card">
      <h3>
        {task.attempt}. {task.model}{' '}
        <Chip tone={toneOf('taskState', task.state)}>{plain('taskState', task.state)}</Chip>
      </h3>
      <Facts
        facts={[
          ["KIE's task", task.taskId === null ? 'unknown' : <span class="mono">{task.taskId}</span>],
          ['Key', <span class="mono">{task.keyFingerprint}</span>],
          ['Made', <When at={task.createdAt} />],
          ['Over', <When at={task.finishedAt} />],
          ['Cost', costOf(task)],
          task.callbacks > 0 && ['Callbacks', String(task.callbacks)],
          task.errorText !== null && ['KIE said', `${task.errorCode ?? ''} ${task.errorText}`],
          task.errorClass !== null && ['Class', task.errorClass.replaceAll('_', ' ')],
          task.resultUrl !== null && [
            'Result',
            <a href={task.resultUrl} target="_blank" rel="noreferrer noopener">
              KIE's link
            </a>,
          ],
        ]}
      />
      <Details label="KIE's answer" value={task.errorDetails} />
    </article>
  );
}

function costOf({ creditsConsumed, creditsListed }: KieTaskView): string {
  if (creditsConsumed !== null) return `${number(creditsConsumed)} of KIE's credits`;
  return creditsListed === null
    ? 'KIE has not said'
    : `KIE has not said; ${number(creditsListed)} by its price list`;
}

function earned({ earnedKopecks, earnedStars }: JobView): string {
  const parts = [
    earnedKopecks !== null && roubles(earnedKopecks),
    earnedStars !== null && earnedStars !== 0 && `${number(earnedStars)} Stars`,
  ].filter(Boolean);
  return parts.join(' and ') || '–';
}
