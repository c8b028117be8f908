import type { PersonView } from '../../../src/modules/console/protocol.js';
import { counted } from '../../ui/words/formatting.rules.js';
import { Deeds, type Deed } from './action-dialog.js';

const GRANT_CREDITS_MAX = 500;

/** What can be done with a person. */
export function PersonActions({ person }: { person: PersonView }) {
  if (person.erasedAt) return null;
  return <Deeds deeds={[grant(person), person.bannedAt ? unban(person) : ban(person)]} />;
}

function grant(person: PersonView): Deed {
  return {
    title: 'Grant credits',
    action: 'credits_granted',
    subject: person.id,
    explains: (
      <p>
        {who(person)} is given credits as a bonus, for which nobody pays, and is told so. They have{' '}
        {counted(person.credits, 'credit')} now; a video costs 1 or 2.
      </p>
    ),
    field: {
      label: 'Credits',
      hint: `1 to ${GRANT_CREDITS_MAX}`,
      initial: '1',
      read: (text) => {
        const credits = /^\s*\d{1,3}\s*$/.test(text) ? Number(text) : 0;
        return credits >= 1 && credits <= GRANT_CREDITS_MAX
          ? { values: { credits } }
          : { problem: `Grant 1 to ${GRANT_CREDITS_MAX} credits.` };
      },
    },
    done: ({ details }) => `Given; the balance is ${String(details['newCredits'])}.`,
  };
}

function ban(person: PersonView): Deed {
  return {
    title: 'Ban',
    action: 'user_banned',
    subject: person.id,
    isDangerous: true,
    explains: (
      <p>
        The bot answers {who(person)} with one sentence only. What they ordered goes on, and their{' '}
        {counted(person.credits, 'credit')} stay.
      </p>
    ),
    done: () => 'Banned.',
  };
}

function unban(person: PersonView): Deed {
  return {
    title: 'Lift the ban',
    action: 'user_unbanned',
    subject: person.id,
    explains: <p>{who(person)} can use the bot again.</p>,
    done: () => 'The ban is lifted.',
  };
}

function who({ name, username, tgUserId }: PersonView): string {
  return name || (username ? `@${username}` : (tgUserId ?? 'The person'));
}
