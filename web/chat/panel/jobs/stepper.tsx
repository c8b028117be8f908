import type { JobRow } from '../../../../sandbox/page/protocol.js';
import { plain } from '../../../ui/words/words.rules.js';
import { Icon, type IconName } from '../ui/icon.js';
import { stepViews, type StepView } from './job-steps.rules.js';

const MARKS: Readonly<Record<StepView['state'], IconName | null>> = {
  done: 'good',
  current: 'current',
  failed: 'bad',
  stopped: 'stopped',
  ahead: null,
};
const SPOKEN: Readonly<Record<StepView['state'], string>> = {
  done: 'done',
  current: 'now',
  failed: 'failed here',
  stopped: 'ended here',
  ahead: 'not yet',
};

/** The four steps of a video, and how far it came. */
export function Stepper({ job }: { job: JobRow }) {
  return (
    <ol class="panel-steps" aria-label="Steps">
      {stepViews(job).map(({ step, state }) => (
        <li
          key={step}
          class={`panel-step panel-step-${state}`}
          aria-current={state === 'current' ? 'step' : undefined}
        >
          <Mark name={MARKS[state]} />
          <span class="panel-step-name">
            {plain('step', step)}
            <span class="visually-hidden">: {SPOKEN[state]}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Mark({ name }: { name: IconName | null }) {
  return <span class="panel-step-mark">{name && <Icon name={name} />}</span>;
}
