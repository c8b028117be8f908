import type { LedgerRow, PaymentRow } from '../../../../sandbox/page/protocol.js';
import { Chip } from '../ui/chip.js';
import { Empty } from '../ui/empty.js';
import { When } from '../ui/time.js';
import { counted, money, shortId } from '../../../ui/words/formatting.rules.js';
import { plain, toneOf } from '../../../ui/words/words.rules.js';
import { refundedPayments } from './ledger.rules.js';

/** Each purchase, whatever became of it. */
export function Payments(props: {
  payments: readonly PaymentRow[];
  ledger: readonly LedgerRow[];
  nowMs: number;
}) {
  const { payments, ledger, nowMs } = props;
  const refunded = refundedPayments(ledger);
  return (
    <section aria-labelledby="panel-payments">
      <h3 id="panel-payments">Payments</h3>
      {payments.length === 0 && <Empty>They have bought nothing yet.</Empty>}
      <ul class="panel-list">
        {payments.map(({ id, provider, status, amount, currency, credits, createdAt }) => (
          <li key={id} class="panel-payment">
            <span class="panel-payment-sum">{money(amount, currency)}</span>
            <span class="panel-payment-what">
              {counted(credits, 'credit')} · {plain('paymentProvider', provider)}
              <span class="panel-note" title={id}>
                <When at={createdAt} nowMs={nowMs} /> · <code>{shortId(id)}</code>
              </span>
            </span>
            <span class="panel-payment-state">
              <Chip tone={toneOf('paymentStatus', status)}>{plain('paymentStatus', status)}</Chip>
              {refunded.has(id) && <Chip tone="warn">Refund</Chip>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
