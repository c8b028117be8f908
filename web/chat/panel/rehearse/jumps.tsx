import type { PageState } from '../../../../sandbox/page/protocol.js';
import { playingStory, switchedOn } from './rehearsals.rules.js';

/** Leads to the parts of a long tab; always in sight. */
export function Jumps({ state }: { state: PageState }) {
  const on = switchedOn(state.rehearsals).length;
  const isPlaying = playingStory(state.stories) !== null;
  return (
    <nav class="panel-jumps" aria-label="On this tab">
      <Jump to="panel-app" label="Application" />
      <Jump to="panel-rehearsals" label={on > 0 ? `Failures, ${on} on` : 'Failures'} />
      <Jump to="panel-stories" label={isPlaying ? 'Stories, playing' : 'Stories'} />
    </nav>
  );
}

function Jump({ to, label }: { to: string; label: string }) {
  const jump = () => {
    const heading = document.getElementById(to);
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: 'start' });
  };
  return (
    <button type="button" onClick={jump}>
      {label}
    </button>
  );
}
