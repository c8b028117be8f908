import type { ChatMessage, PageState, Person } from '../../../../sandbox/page/protocol.js';
import { overlay } from '../../state/overlays.js';
import { newest, unread, watchPerson } from '../../state/store.js';
import { fullName, lastLine } from '../rules/people.rules.js';
import { formatTime } from '../rules/words.rules.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../../../ui/icon.js';

interface PeopleListProps {
  state: PageState;
  onChosen?: () => void;
}

/** Everybody who has an account at the fake Telegram, to look at their chat. */
export function PeopleList({ state, onChosen }: PeopleListProps) {
  return (
    <>
      <ul class="people">
        {state.people.map((person) => (
          <li key={person.id}>
            <PersonButton
              person={person}
              isShown={person.id === state.personId}
              message={newest.value.get(person.id)}
              unreadCount={unread.value.get(person.id) ?? 0}
              onClick={() => {
                if (person.id !== state.personId) watchPerson(person.id);
                onChosen?.();
              }}
            />
          </li>
        ))}
      </ul>
      <button type="button" class="add-person" onClick={() => (overlay.value = { kind: 'add_person' })}>
        <Icon name="plus" /> Add a person
      </button>
    </>
  );
}

interface PersonButtonProps {
  person: Person;
  isShown: boolean;
  message: ChatMessage | undefined;
  unreadCount: number;
  onClick: () => void;
}

function PersonButton({ person, isShown, message, unreadCount, onClick }: PersonButtonProps) {
  return (
    <button type="button" class="person" aria-current={isShown ? 'true' : undefined} onClick={onClick}>
      <Avatar who={person} />
      <span class="person-words">
        <span class="person-first">
          <span class="person-name">{fullName(person)}</span>
          {person.languageCode && <span class="language">{person.languageCode}</span>}
          {message && <span class="person-time">{formatTime(message.dateS)}</span>}
        </span>
        <span class="person-second">
          <span class={person.blocked ? 'person-line is-bad' : 'person-line'}>{lineOf(person, message)}</span>
          {unreadCount > 0 && (
            <span class="badge">
              {unreadCount}
              <span class="visually-hidden"> new</span>
            </span>
          )}
        </span>
      </span>
    </button>
  );
}

function lineOf(person: Person, message: ChatMessage | undefined): string {
  if (person.deactivated) return 'Account deleted';
  if (person.blocked) return 'Blocked the bot';
  if (message) return lastLine(message);
  return person.started ? 'Has talked to the bot' : 'No messages yet';
}
