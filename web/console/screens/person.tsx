import type { HistoryRow, JobRow, PaymentRow, PersonView } from '../../../src/modules/console/protocol.js';
import { counted } from '../../ui/words/formatting.rules.js';
import { PersonActions } from '../actions/person-actions.js';
import { roubles } from '../ui/format.rules.js';
import { List } from '../ui/list.js';
import { Facts, Problem, Section, Waiting, When } from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';
import { ActionsAbout } from './actions.js';
import { HISTORY_COLUMNS, Notices } from './history.js';
import { JOB_COLUMNS } from './jobs.js';
import { PAYMENT_COLUMNS } from './payments.js';
import { Standing } from './people.js';

/** Everything about one person. */
export function PersonScreen({ id }: { id: string }) {
  const { data, problem } = useRead<PersonView>(`people/${encodeURIComponent(id)}`);
  return (
    <>
      <h1>{data ? nameOf(data) : 'Person'}</h1>
      <Problem text={problem} />
      {data ? <PersonParts person={data} /> : problem === null && <Waiting />}
    </>
  );
}

function PersonParts({ person }: { person: PersonView }) {
  const path = `people/${encodeURIComponent(person.id)}`;
  return (
    <>
      <PersonActions person={person} />
      <Section title="Who it is">
        <PersonFacts person={person} />
      </Section>
      <Section title="Statement">
        <List<HistoryRow>
          label="Statement"
          path={`${path}/history`}
          columns={HISTORY_COLUMNS}
          empty="No credit moved."
        />
      </Section>
      <Section title="Jobs">
        <List<JobRow>
          label="Jobs of this person"
          path={`${path}/jobs`}
          columns={JOB_COLUMNS.filter(({ title }) => title !== 'Person')}
          empty="No video was ordered."
        />
      </Section>
      <Section title="Payments">
        <List<PaymentRow>
          label="Payments of this person"
          path={`${path}/payments`}
          columns={PAYMENT_COLUMNS.filter(({ title }) => title !== 'Person')}
          empty="Nothing was bought."
        />
      </Section>
      <Section title="Notices">
        <Notices rows={person.notices} />
      </Section>
      <ActionsAbout kind="user" subject={person.id} />
    </>
  );
}

function PersonFacts({ person }: { person: PersonView }) {
  return (
    <Facts
      facts={[
        ['Balance', <strong>{counted(person.credits, 'credit')}</strong>],
        ['State', <Standing person={person} />],
        ['Telegram id', person.tgUserId ?? '–'],
        ['Username', person.username ? `@${person.username}` : '–'],
        ['Language', person.language],
        ['Here since', <When at={person.createdAt} />],
        ['Agreed to the terms', <When at={person.consentedAt} />],
        person.bannedAt !== null && ['Banned', <When at={person.bannedAt} />],
        person.blockedAt !== null && ['Blocked the bot', <When at={person.blockedAt} />],
        ['Jobs', `${person.jobsTotal}, ${person.jobsFailed} failed, ${person.jobsInFlight} in the making`],
        ['Paid', `${roubles(person.paidKopecks)}${person.paidStars ? ` and ${person.paidStars} Stars` : ''}`],
        person.creditsOwed > 0 && [
          'Owed',
          `${person.creditsOwed} credits, spent before their money went back`,
        ],
        [
          'In the bot',
          person.conversationStep === null ? (
            'nothing is known'
          ) : (
            <>
              at the step “{person.conversationStep.replaceAll('_', ' ')}” since{' '}
              <When at={person.conversationAt} />
            </>
          ),
        ],
        ['Address for receipts', person.hasEmail ? 'given' : 'none'],
        ['Our id', <span class="mono">{person.id}</span>],
      ]}
    />
  );
}

function nameOf({ name, username, tgUserId, erasedAt }: PersonView): string {
  if (erasedAt) return 'An erased person';
  return name || (username ? `@${username}` : (tgUserId ?? 'Person'));
}
