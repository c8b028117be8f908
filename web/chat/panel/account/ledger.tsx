import type { LedgerRow } from '../../../../sandbox/page/protocol.js';
import { Empty } from '../ui/empty.js';
import { When } from '../ui/time.js';
import { useNewcomers } from '../ui/use-newcomers.js';
import { shortId, signed } from '../words/formatting.rules.js';
import { plain } from '../words/words.rules.js';
import { checkLedger } from './ledger.rules.js';

/** Each row of the credit history, and whether they add up. */
export function Ledger(props: { ledger: readonly LedgerRow[]; balance: number; nowMs: number }) {
  const { ledger, balance, nowMs } = props;
  const isNew = useNewcomers(ledger.map(({ id }) => id));
  return (
    <section aria-labelledby="panel-ledger">
      <h3 id="panel-ledger">Credit history</h3>
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
      <Check ledger={ledger} balance={balance} />
    </section>
  );
}

function Row({ row, isNew, nowMs }: { row: LedgerRow; isNew: boolean; nowMs: number }) {
  const { at, operation, amount, balanceAfter, jobId, paymentId, description } = row;
  const tone = amount > 0 ? 'panel-good' : amount < 0 ? 'panel-bad' : '';
  return (
    <tr class={isNew ? 'panel-new' : undefined}>
      <td>
        <When at={at} nowMs={nowMs} />
      </td>
      <td>
        {plain('operation', operation)}
        {jobId && <Reference what="video" id={jobId} />}
        {paymentId && <Reference what="payment" id={paymentId} />}
        {description && <span class="panel-note">{description}</span>}
      </td>
      <td class={`panel-number ${tone}`}>{signed(amount)}</td>
      <td class="panel-number">{balanceAfter}</td>
    </tr>
  );
}

function Reference({ what, id }: { what: string; id: string }) {
  return (
    <span class="panel-note" title={id}>
      {what} <code>{shortId(id)}</code>
    </span>
  );
}

function Check({ ledger, balance }: { ledger: readonly LedgerRow[]; balance: number }) {
  const { opening, sum, brokenRowId, addsUp } = checkLedger(ledger, balance);
  const from = opening === 0 ? '' : `, from ${opening} before the oldest row`;
  return (
    <p class={`panel-check ${addsUp ? 'panel-good' : 'panel-bad'}`} role="status">
      {addsUp && `✔ The ledger adds up to ${sum}${from}.`}
      {!addsUp && `✘ The ledger adds up to ${sum}${from}, and the balance is ${balance}.`}
      {brokenRowId !== null && ` Row ${brokenRowId} does not follow from the one before it.`}
    </p>
  );
}
