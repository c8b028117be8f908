import type { LedgerRow } from '../../../../sandbox/page/protocol.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { When } from '../ui/time.js';
import { useNewcomers } from '../ui/use-newcomers.js';
import { shortId, signed } from '../../../ui/words/formatting.rules.js';
import { plain } from '../../../ui/words/words.rules.js';
import { checkLedger } from './ledger.rules.js';

/** Each row of the credit history, and whether they add up. */
export function Ledger(props: { ledger: readonly LedgerRow[]; balance: number; nowMs: number }) {
  const { ledger, balance, nowMs } = props;
  const isNew = useNewcomers(ledger.map(({ id }) => id));
  return (
    <section aria-labelledby="panel-ledger">
      <h3 id="panel-ledger">Credit history</h3>
      <Check ledger={ledger} balance={balance} />
      {ledger.length === 0 ? (
        <Empty>No credit has moved yet.</Empty>
      ) : (
        <table class="panel-table panel-ledger">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">What</th>
              <th scope="col" class="panel-number">
                Credits
              </th>
              <th scope="col" class="panel-number">
                Balance
              </th>
            </tr>
          </thead>
          <tbody>
            {ledger.map((row) => (
              <Row key={row.id} row={row} isNew={isNew(row.id)} nowMs={nowMs} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Row({ row, isNew, nowMs }: { row: LedgerRow; isNew: boolean; nowMs: number }) {
  const { at, operation, amount, balanceAfter } = row;
  const tone = amount > 0 ? 'panel-good' : amount < 0 ? 'panel-bad' : '';
  return (
    <tr class={isNew ? 'panel-new' : undefined}>
      <td>
        <When at={at} nowMs={nowMs} />
      </td>
      <td>
        {plain('operation', operation)}
        <About row={row} />
      </td>
      <td class={`panel-number ${tone}`}>{signed(amount)}</td>
      <td class="panel-number">{balanceAfter}</td>
    </tr>
  );
}

function About({ row: { jobId, paymentId, description } }: { row: LedgerRow }) {
  const id = jobId ?? paymentId;
  if (id === null && description === null) return null;
  return (
    <span class="panel-note" title={id ?? undefined}>
      {id !== null && (
        <>
          {jobId ? 'video' : 'payment'} <code>{shortId(id)}</code>
        </>
      )}
      {description !== null && `${id === null ? '' : ' · '}${description}`}
    </span>
  );
}

function Check({ ledger, balance }: { ledger: readonly LedgerRow[]; balance: number }) {
  const { opening, sum, brokenRowId, addsUp } = checkLedger(ledger, balance);
  const from = opening === 0 ? '' : `, from ${opening} before the oldest row`;
  return (
    <p class={addsUp ? 'panel-check panel-good' : 'panel-check panel-bad'} role="status">
      <Icon name={addsUp ? 'good' : 'bad'} />
      <span>
        {`The ledger adds up to ${sum}${from}${addsUp ? '.' : `, and the balance is ${balance}.`}`}
        {brokenRowId !== null && ` Row ${brokenRowId} does not follow from the one before it.`}
      </span>
    </p>
  );
}
