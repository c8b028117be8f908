import type { PageState, Person } from '../../../sandbox/page/protocol.js';
import { activity } from '../state/activity.js';
import { telegram } from '../state/api.js';
import { hasPanelColumn, hasPeopleColumn } from '../state/media-query.js';
import { type Overlay, overlay } from '../state/overlays.js';
import { unread } from '../state/store.js';
import { switchTheme, theme } from '../../ui/theme.js';
import { attempt } from '../state/toasts.js';
import { fullName } from './rules/people.rules.js';
import { describeAction } from './rules/words.rules.js';
import face from '../icon.svg';
import { Avatar } from './ui/avatar.js';
import { Icon, type IconName } from '../../ui/icon.js';
import { Menu, MenuItem } from './ui/menu.js';

/** Whom the chat is with and what they do just now, and what is beside it. */
export function ChatHeader({ state, person }: { state: PageState; person: Person | undefined }) {
  return (
    <header class="chat-header">
      <img class="bot-face" src={face} width={42} height={42} alt="" />
      <div class="chat-title">
        <h1>{state.bot.firstName}</h1>
        <Status />
      </div>
      {!hasPeopleColumn.value && <PeopleButton person={person} />}
      {hasPanelColumn.value && <ConsoleLink applicationUrl={state.app.url} />}
      <ThemeButton />
      {!hasPanelColumn.value && (
        <OverlayButton icon="panel" label="Behind the curtain" opens={{ kind: 'panel' }} />
      )}
      {person && <ChatMenu person={person} />}
    </header>
  );
}

function Status() {
  const action = activity.value;
  return (
    <p class={action ? 'chat-status is-active' : 'chat-status'} role="status">
      {action ? describeAction(action) : 'bot'}
    </p>
  );
}

function PeopleButton({ person }: { person: Person | undefined }) {
  const elsewhere = [...unread.value.values()].reduce((sum, count) => sum + count, 0);
  return (
    <button
      type="button"
      class="people-button"
      title="People"
      onClick={() => (overlay.value = { kind: 'people' })}
    >
      {person ? <Avatar who={person} /> : <Icon name="people" />}
      <span class="visually-hidden">People{person && ': you are '}</span>
      {person && <span class="people-button-name">{fullName(person)}</span>}
      {elsewhere > 0 && (
        <span class="badge">
          {elsewhere}
          <span class="visually-hidden"> new messages elsewhere</span>
        </span>
      )}
    </button>
  );
}

function ThemeButton() {
  const other = theme.value === 'light' ? 'dark' : 'light';
  const label = `Switch to the ${other} theme`;
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={switchTheme}>
      <Icon name={theme.value === 'light' ? 'moon' : 'sun'} />
    </button>
  );
}

/** The operators' page of the same system. */
function ConsoleLink({ applicationUrl }: { applicationUrl: string }) {
  const label = 'The operators’ console';
  return (
    <a
      class="icon-button"
      href={`${applicationUrl}/console`}
      target="_blank"
      rel="noreferrer"
      aria-label={label}
      title={label}
    >
      <Icon name="gauge" />
    </a>
  );
}

function OverlayButton({ icon, label, opens }: { icon: IconName; label: string; opens: Overlay }) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      onClick={() => (overlay.value = opens)}
    >
      <Icon name={icon} />
    </button>
  );
}

function ChatMenu({ person }: { person: Person }) {
  const change = (verb: string, facts: object = {}) =>
    void attempt(telegram(verb, { personId: person.id, ...facts }));
  const languages = [
    ['ru', 'The app in Russian'],
    ['en', 'The app in English'],
  ] as const;
  return (
    <Menu label="More" icon="more" place="below-right">
      {languages.map(([languageCode, words]) => (
        <MenuItem
          key={languageCode}
          isChosen={person.languageCode === languageCode}
          onClick={() => change('changePerson', { languageCode })}
        >
          {words}
        </MenuItem>
      ))}
      <MenuItem class="is-bad" onClick={() => change(person.blocked ? 'unblock' : 'block')}>
        <Icon name="block" /> {person.blocked ? 'Unblock the bot' : 'Block the bot'}
      </MenuItem>
    </Menu>
  );
}
