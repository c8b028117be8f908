import type { OperatorActionRow } from '../../../src/modules/console/protocol.js';
import { addressOf } from '../state/route.rules.js';
import { route } from '../state/route.js';
import { List } from '../ui/list.js';
import { Details, Section, When, type Column } from '../ui/parts.js';
import { SearchForm } from '../ui/search-form.js';

const SCREENS: Readonly<Record<string, string>> = { job: 'jobs', user: 'people', payment: 'payments' };

const ACTIONS = [
  ...['job_failed', 'job_sent_again', 'job_made_again', 'credits_granted', 'user_banned', 'user_unbanned'],
  ...['payment_checked', 'payment_refunded', 'payment_settled', 'kie_key_set_aside', 'kie_key_brought_back'],
  ...[
    'model_set_aside',
    'model_brought_back',
    'switch_on',
    'switch_off',
    'broadcast_started',
    'broadcast_stopped',
  ],
];

const COLUMNS: readonly Column<OperatorActionRow>[] = [
  { title: 'When', cell: ({ at }) => <When at={at} /> },
  { title: 'Who', cell: ({ operator }) => operator },
  { title: 'What', cell: ({ action }) => action.replaceAll('_', ' ') },
  { title: 'About', cell: (row) => <Subject row={row} /> },
  { title: 'Why', cell: ({ reason }) => reason },
  { title: 'Outcome', cell: ({ outcome }) => outcome.replaceAll('_', ' ') },
  { title: 'Details', look: 'wide', cell: ({ details }) => <Details label="Show" value={details} /> },
];

/** Everything that operators did, here, in Telegram and by commands. */
export function Actions() {
  return (
    <>
      <h1>Operator actions</h1>
      <SearchForm
        path="actions"
        fields={[
          { name: 'operator', label: 'Who', type: 'search', hint: 'console:Olga' },
          {
            name: 'action',
            label: 'What',
            options: ACTIONS.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
          },
        ]}
      />
      <List
        label="Operator actions"
        path="operator-actions"
        query={route.value.query}
        columns={COLUMNS}
        empty="No operator did anything that fits this search."
      />
    </>
  );
}

/** The same about one job, person or payment. */
export function ActionsAbout({ kind, subject }: { kind: 'job' | 'user' | 'payment'; subject: string }) {
  return (
    <Section title="What operators did">
      <List
        label="Operator actions"
        path="operator-actions"
        query={{ kind, subject }}
        columns={COLUMNS.filter(({ title }) => title !== 'About')}
        empty="Nothing."
      />
    </Section>
  );
}

function Subject({ row: { subjectKind, subject } }: { row: OperatorActionRow }) {
  const screen = SCREENS[subjectKind];
  const kind = subjectKind === 'user' ? 'person' : subjectKind.replaceAll('_', ' ');
  return (
    <>
      {kind}{' '}
      {screen ? (
        <a class="mono" href={addressOf([screen, subject])}>
          {subject.slice(0, 8)}
        </a>
      ) : (
        <span class="mono">{subject}</span>
      )}
    </>
  );
}
