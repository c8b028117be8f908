import type { PaymentView } from '../../../src/modules/console/protocol.js';
import { counted, money } from '../../ui/words/formatting.rules.js';
import { kopecksOf } from '../ui/format.rules.js';
import { Deeds, type Deed } from './action-dialog.js';
import { offeredFor } from './payment-deeds.rules.js';

/** What can be done with a payment. */
export function PaymentActions({ payment }: { payment: PaymentView }) {
  const deeds = { check, refund, settle };
  return <Deeds deeds={offeredFor(payment).map((name) => deeds[name](payment))} />;
}

function check(payment: PaymentView): Deed {
  return {
    title: 'Check again',
    action: 'payment_checked',
    subject: payment.id,
    explains: (
      <p>
        YooKassa is asked what became of this payment of {money(payment.amount, payment.currency)}, and its
        answer is applied: if it was paid and nothing was granted yet, {counted(payment.credits, 'credit')}{' '}
        are.
      </p>
    ),
    done: ({ details }) => `Asked; what came of it: ${String(details['settlement']).replaceAll('_', ' ')}.`,
  };
}

function refund(payment: PaymentView): Deed {
  const { left, currency, credits, balance, person } = payment;
  const isRoubles = currency === 'RUB';
  return {
    title: 'Refund',
    action: 'payment_refunded',
    subject: payment.id,
    isDangerous: true,
    explains: (
      <p>
        {isRoubles ? 'Money' : money(left, currency)} goes back to {person.name || 'the payer'} by the way it
        came. Once the provider says that it did, its share of {counted(credits, 'credit')} is taken back, as
        far as it is still there (balance {balance}); the rest is owed.
      </p>
    ),
    ...(isRoubles ? { field: roublesField(left) } : {}),
    done: ({ details }) =>
      `${money(Number(details['amount'] ?? 0), currency)} go back as soon as the provider takes it.`,
  };
}

function settle(payment: PaymentView): Deed {
  const { amount, currency, credits, person } = payment;
  return {
    title: 'Settled by hand',
    action: 'payment_settled',
    subject: payment.id,
    explains: (
      <p>
        {person.name || 'Somebody'} paid, and got nothing of {counted(credits, 'credit')} for{' '}
        {money(amount, currency)}. First give the money back in the provider's cabinet, or grant the credits;
        then say here which. It moves neither money nor credits: nobody is asked to look any more, and nothing
        is granted for this payment ever after.
      </p>
    ),
    done: () => 'Settled: it is not counted among those that need a person any more.',
  };
}

function roublesField(left: number): NonNullable<Deed['field']> {
  return {
    label: 'Roubles to give back',
    hint: `At most ${money(left, 'RUB')}, kopecks after a point`,
    initial: String(left / 100),
    read: (text) => {
      const kopecks = kopecksOf(text);
      return kopecks !== null && kopecks > 0 && kopecks <= left
        ? { values: { amount: kopecks } }
        : { problem: `Give back more than 0 and at most ${money(left, 'RUB')}.` };
    },
  };
}
