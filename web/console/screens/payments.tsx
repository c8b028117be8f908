import type { PaymentRow } from '../../../src/modules/console/protocol.js';
import { money } from '../../ui/words/formatting.rules.js';
import { WORDS } from '../../ui/words/words.data.js';
import { plain } from '../../ui/words/words.rules.js';
import { route } from '../state/route.js';
import { List } from '../ui/list.js';
import { IdLink, PaymentStatus, Person, When, type Column } from '../ui/parts.js';
import { choicesOf, SearchForm } from '../ui/search-form.js';

/** The columns of every list of payments. */
export const PAYMENT_COLUMNS: readonly Column<PaymentRow>[] = [
  { title: 'Begun', cell: ({ createdAt }) => <When at={createdAt} /> },
  { title: 'Payment', cell: ({ id }) => <IdLink to="payments" id={id} /> },
  { title: 'Person', cell: ({ person }) => <Person person={person} /> },
  {
    title: 'Status',
    cell: (payment) => <PaymentStatus payment={payment} />,
  },
  { title: 'Amount', look: 'number', cell: ({ amount, currency }) => money(amount, currency) },
  {
    title: 'Given back',
    look: 'wide number',
    cell: ({ refunded, currency }) => (refunded > 0 ? money(refunded, currency) : '–'),
  },
  { title: 'Credits', look: 'wide number', cell: ({ credits }) => credits },
  { title: 'By', look: 'wide', cell: ({ provider }) => plain('paymentProvider', provider) },
];

/** Payments, newest first. */
export function Payments() {
  return (
    <>
      <h1>Payments</h1>
      <SearchForm
        path="payments"
        fields={[
          {
            name: 'text',
            label: 'Search',
            type: 'search',
            hint: "Our id, the provider's id of a payment or refund, Telegram id, @username, name",
          },
          { name: 'status', label: 'Status', options: choicesOf(WORDS.paymentStatus) },
          { name: 'provider', label: 'By', options: choicesOf(WORDS.paymentProvider) },
          {
            name: 'only',
            label: 'Only',
            options: [
              { value: 'parked', label: 'Those that need a person' },
              { value: 'refunded', label: 'Given back' },
              { value: 'refund_failed', label: 'A refund failed in the last 7 days' },
              { value: 'refund_late', label: 'A refund waits for over a day' },
            ],
          },
          { name: 'from', label: 'From', type: 'date' },
          { name: 'to', label: 'To', type: 'date' },
        ]}
      />
      <List
        label="Payments"
        path="payments"
        query={route.value.query}
        columns={PAYMENT_COLUMNS}
        empty="No payment fits this search."
      />
    </>
  );
}
