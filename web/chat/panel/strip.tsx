import type { PageState } from '../../../sandbox/page/protocol.js';
import { summaryOf } from './summary.rules.js';
import type { TabName } from './tabs.rules.js';
import { counted } from '../../ui/words/formatting.rules.js';
import type { Tone } from '../../ui/words/words.data.js';
import { plain, toneOf } from '../../ui/words/words.rules.js';

interface Fact {
  tab: TabName;
  value: string;
  caption: string;
  /** The whole of it, for those who wonder. */
  label: string;
  tone?: Tone;
  hasDot?: true;
}

/** What is always in sight: how the application is, and the numbers that change. Each leads to its tab. */
export function Strip({ state, onChoose }: { state: PageState; onChoose: (tab: TabName) => void }) {
  return (
    <div class="panel-strip" role="group" aria-label="At a glance">
      {factsOf(state).map(({ tab, value, caption, label, tone = 'plain', hasDot }) => (
        <button
          key={caption}
          type="button"
          class={`panel-fact panel-fact-${tone}`}
          title={label}
          onClick={() => onChoose(tab)}
        >
          <span class="panel-fact-caption">{caption}</span>{' '}
          <span class="panel-fact-value">
            {hasDot && <span class="panel-dot" />}
            {value}
          </span>
        </button>
      ))}
      <span class="visually-hidden" role="status">
        {`The application: ${plain('app', state.app.status)}.`}
      </span>
    </div>
  );
}

function factsOf(state: PageState): Fact[] {
  const { app } = state;
  const { balance, videosInFlight, queued, rehearsalsOn } = summaryOf(state);
  const status = plain('app', app.status);
  return [
    {
      tab: 'rehearse',
      value: `${app.scale}×`,
      caption: app.status === 'without_worker' ? 'No worker' : status,
      label: `The application: ${status}, ${app.scale} times faster than real`,
      tone: toneOf('app', app.status),
      hasDot: true,
    },
    {
      tab: 'account',
      value: balance === null ? '–' : String(balance),
      caption: 'Balance',
      label: balance === null ? 'Balance: no account yet' : `Balance: ${counted(balance, 'credit')}`,
    },
    {
      tab: 'jobs',
      value: String(videosInFlight),
      caption: 'In flight',
      label: `${counted(videosInFlight, 'video')} in flight`,
      tone: videosInFlight > 0 ? 'busy' : 'plain',
    },
    {
      tab: 'jobs',
      value: String(queued),
      caption: 'Queued',
      label: `${counted(queued, 'wake-up')} in the queues`,
      tone: queued > 0 ? 'busy' : 'plain',
    },
    {
      tab: 'rehearse',
      value: String(rehearsalsOn),
      caption: 'Failures on',
      label: `${counted(rehearsalsOn, 'rehearsed failure')} switched on`,
      tone: rehearsalsOn > 0 ? 'warn' : 'plain',
    },
  ];
}
