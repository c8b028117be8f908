import type { Account } from '../../../../sandbox/page/protocol.js';
import { Empty } from '../ui/empty.js';
import { useNow } from '../ui/use-now.js';
import './account.css';
import { Ledger } from './ledger.js';
import { Payments } from './payments.js';

/** The person's credits: what they have, what became of each one, and what they paid. */
export function AccountTab({ account, isSomebody }: { account: Account | null; isSomebody: boolean }) {
  const nowMs = useNow(false);
  if (!isSomebody) return <Empty>Nobody is here yet. Add a person to see their account.</Empty>;
  if (!account?.registered)
    return (
      <Empty>
        They have not agreed to the terms yet. The account, with its welcome gift, is made when they do.
      </Empty>
    );
  const { balance, ledger, payments } = account;
  return (
    <>
      <section class="panel-balance" aria-labelledby="panel-balance">
        <h3 id="panel-balance">Balance</h3>
        <p>
          <strong key={balance}>{balance}</strong> {balance === 1 ? 'credit' : 'credits'}
        </p>
      </section>
      <Ledger key={account.personId} ledger={ledger} balance={balance} nowMs={nowMs} />
      <Payments payments={payments} ledger={ledger} nowMs={nowMs} />
    </>
  );
}
