import { afterAll, beforeAll, expect, it } from 'vitest';
import { PaymentsWorld } from './payments-world.js';

/** `npm test` plays some, `npm run races` and `.ci/run` a thousand. */
const PAYMENTS = Number(process.env['PAYMENT_RACES'] ?? 60);
const WORKERS = 20;
const PEOPLE = 50;

let world: PaymentsWorld;
beforeAll(async () => {
  // The worker itself handles each notification too: whoever is first.
  world = await PaymentsWorld.start({ roles: 'bot,worker', env: { DATABASE_POOL_MAX: '20' } });
});
afterAll(() => world.stop());

interface OpenPayment {
  id: string;
  provider_payment_id: string;
  user_id: string;
}

/** Payments that were made and paid at YooKassa, and that nobody has told us of. */
async function paidPayments(): Promise<OpenPayment[]> {
  await world.query(
    `insert into users (tg_user_id, first_name) select 7000000000 + n, 'Anna' from generate_series(1, $1) n`,
    [PEOPLE],
  );
  const rows = await world.query<{ id: string; user_id: string }>(
    `insert into payments (user_id, plan_id, provider, amount_kopecks, currency, credits, superseded_at)
     select u.id, 'starter', 'yookassa', 19900, 'RUB', 5, now()
       from generate_series(1, $1) n join users u on u.tg_user_id = 7000000001 + n % $2 returning id, user_id`,
    [PAYMENTS, PEOPLE],
  );
  world.yooKassa.setNotificationUrl(null);
  const made = rows.map(({ id, user_id }) => {
    const payment = world.yooKassa.makePayment({ kopecks: 19_900, metadata: { payment_id: id } });
    world.yooKassa.pay(payment.id);
    return { id, user_id, provider_payment_id: payment.id };
  });
  await world.query(
    `update payments p set provider_payment_id = m.provider_payment_id
       from json_to_recordset($1) as m(id uuid, provider_payment_id text) where m.id = p.id`,
    [JSON.stringify(made)],
  );
  return made;
}

it(`F-07 F-18 ${PAYMENTS} payments, each confirmed by notification, by tap and by our own look at one instant: each grants once`, async () => {
  const payments = await paidPayments();
  const queue = [...payments];
  const worker = async () => {
    for (let payment = queue.pop(); payment; payment = queue.pop()) {
      const { id, user_id, provider_payment_id } = payment;
      await Promise.all([
        world.notify(provider_payment_id),
        world.payments.check(user_id, id),
        world.look('payment', id),
      ]);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  const counted = await world.query(
    `select p.status, p.found_by is not null as found, count(*)::int as payments, sum(h.grants)::int as grants,
            max(h.grants)::int as most, sum(h.credits)::int as credits
       from payments p left join (select payment_id, count(*) as grants, sum(amount) as credits from credits_history
         where operation_type = 'purchase' group by payment_id) h on h.payment_id = p.id group by 1, 2`,
  );
  expect(counted).toEqual([
    {
      status: 'completed',
      found: true,
      payments: PAYMENTS,
      grants: PAYMENTS,
      most: 1,
      credits: 5 * PAYMENTS,
    },
  ]);
  const told = await world.query(`select count(*)::int as n from notices where kind = 'payment_completed'`);
  expect(told).toEqual([{ n: PAYMENTS }]);
  expect(await world.drift()).toEqual([]);
}, 120_000);
