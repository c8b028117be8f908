import type { YooFault } from '../../yookassa/index.js';
import { messageOf, billsSeen, choosePlan, openPlans, pay, PLANS, seesBill, type Bill } from '../shopping.js';
import { billText, closedText, completedText, descriptionOf, linkText, sumsOf } from '../shop-words.js';
import type { Stage } from '../stage.js';
import type { Purse } from '../purse.js';
import type { Story } from './story.js';

/** Nobody else of the demo buys it in this language: what YooKassa is made to do hits this person only. */
const PLAN = 'premium';
const SIGNUP = 'signup +2 = 2';

/** What YooKassa answers instead of the bill, one after the other. */
const ROUNDS: readonly { what: string; faults: YooFault[] }[] = [
  { what: 'no answer, but it is made', faults: [{ kind: 'timeout_after_effect' }] },
  { what: 'HTTP 500, but it is made', faults: [{ kind: 'http', status: 500, afterEffect: true }] },
  { what: 'HTTP 202, and it is not made', faults: [{ kind: 'processing' }] },
  { what: 'HTTP 429, and it is not made', faults: [{ kind: 'http', status: 429 }] },
  {
    what: 'no answer, but it is made; then a refusal, which does not count',
    faults: [{ kind: 'reset_after_effect' }, { kind: 'http', status: 403, code: 'forbidden' }],
  },
];

const unknownOutcome: Story = {
  name: 'payment-unknown-outcome',
  title:
    'YooKassa does not say whether it made the bill: the same request again, one bill, its link comes by itself',
  cast: { firstName: 'Heidi', languageCode: 'en' },
  undisturbed: true,
  async play(stage) {
    await stage.begin();
    await firstListRead(stage);
    const requests = watchRequests(stage);
    const purse = { balance: 2, history: [SIGNUP], bills: [] as string[], stars: [], told: [] as string[] };
    let links = 0;
    for (const { what, faults } of ROUNDS) {
      const { bill, isTold } = await orderFromSilence(stage, faults);
      const tries = requests.of(bill);
      stage.expect(tries.length > faults.length, `${what}: asked again once each`, String(tries.length));
      stage.expect(new Set(tries).size === 1, `${what}: with the same body`, tries.join(' | '));
      if (isTold) purse.told.push(linkText(stage, PLAN));
      links += isTold ? 1 : 0;
      purse.bills.push('pending 1499.00');
      await stage.expectTally({ ...purse });
      const key = stage.world.yooKassa.payment(bill.providerId)?.idempotenceKey;
      stage.expect(key === bill.paymentId, `${what}: its key is our id`, String(key));
      await pay(bill);
      await expectPaid(stage, bill, purse);
    }
    requests.stop();
    stage.expect(links > 0, 'a link came by itself', String(links));
  },
};

/**
 * Asks for a bill, is told that its link will come, and gets it. Where our own look is faster than the end of the silence, the link
 * is there at once.
 */
async function orderFromSilence(
  stage: Stage,
  faults: readonly YooFault[],
): Promise<{ bill: Bill; isTold: boolean }> {
  const { person, world } = stage;
  const known = billsSeen(stage);
  const when = { includes: descriptionOf(stage, PLAN) };
  for (const fault of faults) world.yooKassa.failNext('createPayment', { ...fault, when });
  person.say('/menu');
  await openPlans(stage);
  const screen = await choosePlan(stage, PLAN);
  await person.tap(`1:buy:yookassa:${PLAN}`);
  const below = stage.text('payment.closed.link');
  const answers = [stage.text('pay.later', sumsOf(stage, PLAN)), below, billText(stage, PLAN)];
  await stage.until('the bill or its promise is there', () =>
    answers.includes(messageOf(stage, screen).text),
  );
  const bill = await seesBill(stage, known);
  const isTold = bill.messageId !== screen.messageId;
  if (isTold) stage.expect(messageOf(stage, screen).text === below, 'the old screen says where the link is');
  return { bill, isTold };
}

/** YooKassa's list is read soon after the start and then once a day; it would tell of the bill, too. */
function firstListRead(stage: Stage): Promise<void> {
  return stage.until("YooKassa's list is read", async () => {
    const rows = await stage.dataSource.query<unknown[]>(
      `select from payment_reconciliations where provider = 'yookassa' and finished_at is not null limit 1`,
    );
    return rows.length > 0;
  });
}

/** The newest bill is paid: fifty credits more, told once. */
async function expectPaid(
  stage: Stage,
  bill: Bill,
  purse: Purse & { history: string[]; bills: string[]; told: string[] },
) {
  const { credits } = PLANS[PLAN];
  purse.balance += credits;
  purse.history.push(`purchase +${credits} = ${purse.balance}`);
  purse.bills.splice(-1, 1, 'succeeded 1499.00');
  // The message with the link is what is closed: it says "paid" now.
  purse.told = purse.told.filter((text) => text !== linkText(stage, PLAN));
  const completed = completedText(stage, { credits, balance: purse.balance });
  const closed = closedText(stage, 'completed', PLAN);
  await stage.until('the bill is closed', () => messageOf(stage, bill).text === closed);
  await stage.until('its end is told', () => stage.person.chat().some(({ text }) => text === completed));
  purse.told.push(completed);
  await stage.expectTally({ ...purse });
}

/** The bodies with which YooKassa is asked to make a bill. */
function watchRequests({ world }: Stage): { of: (bill: Bill) => string[]; stop: () => void } {
  const bodies: string[] = [];
  const stop = world.yooKassa.onCall(({ method, url, request }) => {
    if (method === 'POST' && url.endsWith('/v3/payments')) bodies.push(JSON.stringify(request));
  });
  return { of: ({ paymentId }) => bodies.filter((body) => body.includes(paymentId)), stop };
}

/** What becomes of bills that YooKassa is asked to make. */
export const paymentCreations: readonly Story[] = [unknownOutcome];
