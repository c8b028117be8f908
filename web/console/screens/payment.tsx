import type { PaymentView } from '../../../src/modules/console/protocol.js';
import { counted, money } from '../../ui/words/formatting.rules.js';
import { plain } from '../../ui/words/words.rules.js';
import { PaymentActions } from '../actions/payment-actions.js';
import {
  Chip,
  Empty,
  Facts,
  PaymentStatus,
  Person,
  Problem,
  Section,
  Table,
  Waiting,
  When,
} from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';
import { ActionsAbout } from './actions.js';
import { History } from './history.js';

/** Everything about one payment. */
export function PaymentScreen({ id }: { id: string }) {
  const { data, problem } = useRead<PaymentView>(`payments/${encodeURIComponent(id)}`, 10_000);
  return (
    <>
      <h1>
        Payment <span class="mono">{id}</span>
      </h1>
      <Problem text={problem} />
      {data ? <Payment payment={data} /> : problem === null && <Waiting />}
    </>
  );
}

function Payment({ payment }: { payment: PaymentView }) {
  const { currency } = payment;
  return (
    <>
      <PaymentActions payment={payment} />
      <Section title="The payment">
        <PaymentFacts payment={payment} />
      </Section>
      <Section title="Refunds">
        {payment.refunds.length === 0 ? (
          <Empty>Nothing was given back.</Empty>
        ) : (
          <Table
            label="Refunds"
            rows={payment.refunds}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Begun', cell: ({ createdAt }) => <When at={createdAt} /> },
              { title: 'Amount', look: 'number', cell: ({ amount }) => money(amount, currency) },
              {
                title: 'Status',
                cell: ({ status, failureReason }) => <RefundStatus status={status} why={failureReason} />,
              },
              { title: 'Wanted by', cell: ({ origin }) => origin },
              { title: 'Reason', cell: ({ reason }) => reason ?? '–' },
              {
                title: "Provider's id",
                look: 'wide',
                cell: ({ providerRefundId }) => providerRefundId ?? '–',
              },
            ]}
          />
        )}
      </Section>
      <Section title="What the provider told">
        {payment.notifications.length === 0 ? (
          <Empty>No notification is kept; they go after 30 days.</Empty>
        ) : (
          <Table
            label="Notifications"
            rows={payment.notifications}
            keyOf={({ event, receivedAt }) => `${event} ${receivedAt}`}
            columns={[
              { title: 'First came', cell: ({ receivedAt }) => <When at={receivedAt} /> },
              { title: 'Event', cell: ({ event }) => event },
              { title: 'Times', look: 'number', cell: ({ times }) => times },
              { title: 'Dealt with', cell: ({ handledAt }) => <When at={handledAt} /> },
              { title: 'Outcome', cell: ({ outcome }) => outcome?.replaceAll('_', ' ') ?? '–' },
            ]}
          />
        )}
      </Section>
      <Section title="Credits">
        <History rows={payment.history} empty="No credit moved." />
      </Section>
      <ActionsAbout kind="payment" subject={payment.id} />
    </>
  );
}

function PaymentFacts({ payment }: { payment: PaymentView }) {
  const { currency } = payment;
  return (
    <Facts
      facts={[
        ['Status', <PaymentStatus payment={payment} />],
        payment.parkedReason !== null && ['Not as sold', payment.parkedReason.replaceAll('_', ' ')],
        payment.settledByHandAt !== null && ['Settled by hand', <When at={payment.settledByHandAt} />],
        ['Amount', <strong>{money(payment.amount, currency)}</strong>],
        ['Given back', money(payment.refunded, currency)],
        ['Credits', `${payment.credits} (plan ${payment.planId})`],
        payment.creditsOwed > 0 && [
          'Owed',
          `${payment.creditsOwed} credits, spent before the money went back`,
        ],
        ['Person', <Person person={payment.person} />],
        ['Balance now', counted(payment.balance, 'credit')],
        ['By', plain('paymentProvider', payment.provider)],
        [
          "Provider's id",
          payment.providerPaymentId === null ? (
            'not known'
          ) : (
            <span class="mono">{payment.providerPaymentId}</span>
          ),
        ],
        ['Begun', <When at={payment.createdAt} />],
        ['Paid', <When at={payment.completedAt} />],
        payment.endedAt !== null && ['Ended', <When at={payment.endedAt} />],
        payment.failureReason !== null && ['Why it ended', payment.failureReason.replaceAll('_', ' ')],
        payment.foundBy !== null && ['Noticed by', payment.foundBy],
        payment.checkAt !== null && ['Asked about again', <When at={payment.checkAt} />],
        ['Asked about', `${payment.checks} times`],
      ]}
    />
  );
}

function RefundStatus({ status, why }: { status: string; why: string | null }) {
  const tone = status === 'succeeded' ? 'good' : status === 'pending' ? 'busy' : 'bad';
  return (
    <>
      <Chip tone={tone}>{status}</Chip>
      {why && <span class="soft"> {why.replaceAll('_', ' ')}</span>}
    </>
  );
}
