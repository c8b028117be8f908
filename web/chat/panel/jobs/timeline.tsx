import type { JobRow } from '../../../../sandbox/page/protocol.js';
import { offset } from '../../../ui/words/formatting.rules.js';
import { plain, toneOf } from '../../../ui/words/words.rules.js';
import { compactDetails } from './event-details.rules.js';

/** What happened to a video, by the time since its order. */
export function Timeline({ job }: { job: JobRow }) {
  return (
    <ol class="panel-timeline" aria-label="Timeline">
      {job.events.map(({ at, event, details }, index) => (
        <li key={index} class={`panel-event panel-event-${toneOf('event', event)}`}>
          <time class="panel-time" dateTime={at} title={at}>
            {offset(job.createdAt, at)}
          </time>
          <span class="panel-event-what">
            {plain('event', event)}
            <Details event={event} details={details} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Details({ event, details }: Pick<JobRow['events'][number], 'event' | 'details'>) {
  const shown = compactDetails(event, details);
  if (shown.length === 0) return null;
  return (
    <span class="panel-note">
      {shown.map(({ key, value }, index) => (
        <span key={index} class="panel-detail">
          {key}: {value}
        </span>
      ))}
    </span>
  );
}
