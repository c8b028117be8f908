import type { Person, PageState } from '../../../../sandbox/page/protocol.js';
import { telegram } from '../../state/api.js';
import { start } from '../../state/deeds.js';
import { deepLink, endDeepLink } from '../../state/deep-link.js';
import { attempt } from '../../state/toasts.js';
import { COMPOSER_ID } from '../ui/ids.js';
import { InputBar } from './input-bar.js';

/** What stands below the messages: the input field, or the one button that leads to it. */
export function Composer({ state, person }: { state: PageState; person: Person }) {
  if (person.deactivated)
    return <p class="composer-note">This account is deleted. It cannot write any more.</p>;
  if (person.blocked) {
    return (
      <BigButton
        words="UNBLOCK"
        note={`${person.firstName} has blocked the bot`}
        onClick={() => void attempt(telegram('unblock', { personId: person.id }))}
      />
    );
  }
  const payload = deepLink.value;
  if (!person.started || payload !== null) {
    const begin = async () => {
      if (await start(person.id, payload)) endDeepLink();
    };
    return (
      <BigButton
        words="START"
        note={payload === null ? '' : `With the link’s “${payload}”`}
        onClick={() => void begin()}
      />
    );
  }
  return <InputBar state={state} person={person} key={person.id} />;
}

function BigButton({ words, note, onClick }: { words: string; note: string; onClick: () => void }) {
  return (
    <div class="composer is-button" id={COMPOSER_ID}>
      <button type="button" class="big-button" onClick={onClick}>
        {words}
      </button>
      {note && <p class="composer-note">{note}</p>}
    </div>
  );
}
