import type { PersonRow } from '../../../src/modules/console/protocol.js';
import { route } from '../state/route.js';
import { List } from '../ui/list.js';
import { Chip, Person, When } from '../ui/parts.js';
import { SearchForm } from '../ui/search-form.js';

/** Where a person stands with us. */
export function Standing({ person }: { person: Pick<PersonRow, 'bannedAt' | 'blockedAt' | 'erasedAt'> }) {
  if (person.erasedAt) return <Chip>Erased</Chip>;
  if (person.bannedAt) return <Chip tone="bad">Banned</Chip>;
  if (person.blockedAt) return <Chip tone="warn">Blocked the bot</Chip>;
  return <Chip tone="good">Active</Chip>;
}

/** People, the newest first. */
export function People() {
  return (
    <>
      <h1>People</h1>
      <SearchForm
        path="people"
        fields={[
          {
            name: 'text',
            label: 'Search',
            type: 'search',
            hint: 'Telegram id, @username, first or last name, our id',
          },
          {
            name: 'only',
            label: 'Only',
            options: [
              { value: 'banned', label: 'Banned by us' },
              { value: 'blocked', label: 'Who blocked the bot' },
            ],
          },
        ]}
      />
      <List<PersonRow>
        label="People"
        path="people"
        query={route.value.query}
        empty="Nobody fits this search."
        columns={[
          { title: 'Person', cell: (person) => <Person person={person} /> },
          { title: 'Username', look: 'wide', cell: ({ username }) => (username ? `@${username}` : '–') },
          { title: 'Telegram id', cell: ({ tgUserId }) => tgUserId ?? '–' },
          { title: 'Credits', look: 'number', cell: ({ credits }) => credits },
          { title: 'Language', look: 'wide', cell: ({ language }) => language },
          { title: 'State', cell: (person) => <Standing person={person} /> },
          { title: 'Since', look: 'wide', cell: ({ createdAt }) => <When at={createdAt} /> },
        ]}
      />
    </>
  );
}
