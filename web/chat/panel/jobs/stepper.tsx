import type { JobRow } from '../../../../sandbox/page/protocol.js';
import { plain } from '../words/words.rules.js';
import { stepViews, type StepView } from './job-steps.rules.js';

const MARKS: Readonly<Record<StepView['state'], string>> = {
  done: '✔',
  current: '●',
  failed: '✘',
  stopped: '■',
  ahead: '',
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
          <span class="panel-step-mark" aria-hidden="true">
            {MARKS[state]}
          </span>
          <span class="panel-step-name">
            {plain('step', step)}
            <span class="visually-hidden">: {SPOKEN[state]}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
