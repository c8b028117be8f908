import type { PageState } from '../../../../sandbox/page/protocol.js';
import { Application } from './application.js';
import { Jumps } from './jumps.js';
import './rehearse.css';
import { Rehearsals } from './rehearsals.js';
import { Speed } from './speed.js';
import { Stories } from './stories.js';

/** How to make things go wrong, and to watch what the application does about it. */
export function RehearseTab({ state }: { state: PageState }) {
  return (
    <>
      <Jumps state={state} />
      <Application app={state.app} />
      <Speed app={state.app} />
      <Rehearsals rehearsals={state.rehearsals} />
      <Stories stories={state.stories} personId={state.personId} />
    </>
  );
}
