import type { JobRow, LedgerRow } from '../../../../sandbox/page/protocol.js';
import { Chip } from '../ui/chip.js';
import { Disclosure } from '../ui/disclosure.js';
import { counted, duration, elapsed, shortId } from '../../../ui/words/formatting.rules.js';
import { plain, toneOf } from '../../../ui/words/words.rules.js';
import { outcomeOf } from './job-ending.rules.js';
import { isInFlight, isStopped, tookMs } from './job-steps.rules.js';
import { KieTasks } from './kie-tasks.js';
import { Stepper } from './stepper.js';
import { Timeline } from './timeline.js';

/** A video: where it stands, what became of its credits, and on demand all that happened to it. */
export function JobCard(props: {
  job: JobRow;
  /** How many videos the order has. */
  count: number;
  ledger: readonly LedgerRow[];
  nowMs: number;
  isOpen: boolean;
  onToggle: () => void;
}) {
  const { job, count, ledger, nowMs, isOpen, onToggle } = props;
  const titleId = `panel-job-${job.id}`;
  const tasks = job.tasks.length === 0 ? 'no KIE task' : counted(job.tasks.length, 'KIE task');
  return (
    <article class="panel-card" aria-labelledby={titleId}>
      <header class="panel-card-head">
        <h4 id={titleId} title={job.id}>
          Video <code>{shortId(job.id)}</code>
        </h4>
        {count > 1 && (
          <span class="panel-soft">
            {job.position} of {count}
          </span>
        )}
        <Status job={job} />
      </header>
      <Facts job={job} nowMs={nowMs} />
      <Stepper job={job} />
      <Outcome job={job} ledger={ledger} />
      {job.prompt !== null && <Prompt text={job.prompt} source={job.promptSource} />}
      <Disclosure
        label={`Timeline: ${counted(job.events.length, 'event')}, ${tasks}`}
        isOpen={isOpen}
        onToggle={onToggle}
      >
        <Timeline job={job} />
        <KieTasks tasks={job.tasks} nowMs={nowMs} />
      </Disclosure>
    </article>
  );
}

function Status({ job }: { job: JobRow }) {
  if (isStopped(job))
    return <Chip tone="warn">{job.failureReason === 'cancelled' ? 'Cancelled' : 'Ended'}</Chip>;
  return <Chip tone={toneOf('jobStatus', job.status)}>{plain('jobStatus', job.status)}</Chip>;
}

function Facts({ job, nowMs }: { job: JobRow; nowMs: number }) {
  const ms = tookMs(job, nowMs);
  return (
    <p class="panel-facts">
      <span>{job.model ?? (isInFlight(job) ? 'no model yet' : 'no model')}</span>
      <span>{counted(job.credits, 'credit')}</span>
      <span class="panel-time">{isInFlight(job) ? elapsed(ms) : duration(ms)}</span>
    </p>
  );
}

function Outcome({ job, ledger }: { job: JobRow; ledger: readonly LedgerRow[] }) {
  const { text, credits } = outcomeOf(job, ledger);
  return (
    <p class="panel-outcome" role="status">
      <span>{text}</span>
      {credits && (
        <Chip tone={credits.isRight ? 'good' : 'bad'} icon={credits.isRight ? 'back' : 'bad'}>
          {credits.text}
        </Chip>
      )}
    </p>
  );
}

function Prompt({ text, source }: { text: string; source: string | null }) {
  return (
    <details class="panel-prompt">
      <summary>Prompt{source ? `, ${plain('promptSource', source)}` : ''}</summary>
      <p>{text}</p>
    </details>
  );
}
