import { buttonOf } from '../person.js';
import {
  allNoticed,
  billsSeen,
  choosePlan,
  comeBack,
  openPlans,
  orderBill,
  pay,
  payOnPage,
  PLANS,
  seesBill,
  type Bill,
  type PlanId,
} from '../shopping.js';
import { billText, canceledText, completedText, creditsIn, sumIn } from '../shop-words.js';
import type { Stage } from '../stage.js';
import { billCloses, expectJobs } from './checks.js';
import type { Story } from './story.js';

const IMPATIENT_TAPS = 50;
const TAP_ANSWER_MS = 30_000;
const SIGNUP = 'signup +2 = 2';
/** What the price list promises, in kopecks per video and percent against the dearest one. */
const OFFERS: readonly { plan: PlanId; name: string; kopecksPerVideo: number; saving: number }[] = [
  { plan: 'starter', name: 'Starter', kopecksPerVideo: 3_980, saving: 0 },
  { plan: 'pro', name: 'Pro', kopecksPerVideo: 3_495, saving: 12 },
  { plan: 'premium', name: 'Premium', kopecksPerVideo: 2_998, saving: 24 },
];

const payment: Story = {
  name: 'payment',
  title: 'A person buys five credits: one bill for fifty taps, paid once, told once',
  cast: { firstName: 'Alice', languageCode: 'en' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    const list = await openPlans(stage);
    for (const line of priceLines(stage)) {
      stage.expect(list.text.split('\n').includes(line), `the price list says "${line}"`, list.text);
    }
    const bill = await tapImpatiently(stage);
    stage.expect(bill.text === billText(stage, 'starter'), 'the bill says what it costs', bill.text);
    await stage.expectTally({
      balance: 2,
      history: [SIGNUP],
      bills: ['pending 199.00'],
      stars: [],
      told: [],
    });
    const shop = await pay(bill);
    const paid = {
      balance: 7,
      history: [SIGNUP, 'purchase +5 = 7'],
      bills: ['succeeded 199.00'],
      stars: [],
      told: [completedText(stage, { credits: 5, balance: 7 })],
    };
    await stage.expectTally(paid);
    await billCloses(stage, bill, 'completed', 'starter');
    comeBack(stage, shop);
    const menu = await stage.seesText('hint.paid');
    stage.expect(menu.text.includes(stage.text('balance', { count: 7 })), 'the menu shows 7', menu.text);
    await world(stage).tapData(person.id, bill.messageId, `1:paid:${bill.paymentId}`).answer(TAP_ANSWER_MS);
    await billCloses(stage, bill, 'completed', 'starter');
    await allNoticed(stage, bill.providerId);
    await stage.expectTally(paid);
  },
};

const paymentContinue: Story = {
  name: 'payment-continue',
  title: 'An order is bigger than the balance: the person pays, and the same order goes on',
  cast: { firstName: 'Марина', languageCode: 'ru' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    await stage.order({ description: 'Свеча из соевого воска в банке, 40 часов', count: 5 });
    const numbers = { needed: 5, balance: 2 };
    await stage.seesText('insufficient.numbers', numbers);
    await stage.expectBalance(2);
    const bill = await orderBill(stage, 'starter');
    await pay(bill);
    const told = [completedText(stage, { credits: 5, balance: 7, resumes: true })];
    const history = [SIGNUP, 'purchase +5 = 7'];
    await stage.expectTally({ balance: 7, history, bills: ['succeeded 199.00'], stars: [], told });
    await person.tap('1:resume');
    const confirm = await person.seesButton('1:confirm');
    const balance = stage.text('confirm.balance', { before: 7, after: 2 });
    stage.expect(confirm.text.includes(balance), 'the order shows the new balance', confirm.text);
    await person.tap('1:confirm');
    await stage.videosArrive(5);
    await expectJobs(
      stage,
      Array.from({ length: 5 }, () => ({ status: 'completed' })),
    );
    await stage.expectTally({
      ...{ balance: 2, tasks: 5, paid: 5, sends: 5, notices: [] },
      videos: (await stage.videosArrive(5)).map(({ text }) => text),
      history: [...history, 'usage -1 = 6', 'usage -1 = 5', 'usage -1 = 4', 'usage -1 = 3', 'usage -1 = 2'],
      bills: ['succeeded 199.00'],
      stars: [],
      told,
    });
  },
};

const paymentCanceled: Story = {
  name: 'payment-canceled',
  title: 'A card has no money, another bill runs out of time: told why, and a new bill is one tap away',
  cast: { firstName: 'Егор', languageCode: 'ru' },
  async play(stage) {
    await stage.begin();
    const declined = await orderBill(stage);
    await payOnPage(declined, { action: 'pay', card: '5555 5555 5555 4600' });
    const noMoney = canceledText(stage, 'insufficient_funds', 2);
    const unpaid = { balance: 2, history: [SIGNUP], stars: [] };
    await stage.expectTally({ ...unpaid, bills: ['canceled 199.00'], told: [noMoney] });
    await billCloses(stage, declined, 'canceled', 'starter');

    const left = await tryAgain(stage, declined);
    await payOnPage(left, { action: 'expire' });
    const told = [noMoney, canceledText(stage, 'expired', 2)];
    await stage.expectTally({ ...unpaid, bills: ['canceled 199.00', 'canceled 199.00'], told });
    await billCloses(stage, left, 'canceled', 'starter');

    const last = await tryAgain(stage, left);
    await pay(last);
    await stage.expectTally({
      balance: 7,
      history: [SIGNUP, 'purchase +5 = 7'],
      bills: ['canceled 199.00', 'canceled 199.00', 'succeeded 199.00'],
      stars: [],
      told: [...told, completedText(stage, { credits: 5, balance: 7 })],
    });
  },
};

/** Each plan as the price list words it. */
function priceLines(stage: Stage): string[] {
  return OFFERS.map(({ plan, name, kopecksPerVideo, saving }) => {
    const { credits, kopecks } = PLANS[plan];
    const line = stage.text('plans.line', {
      name,
      credits: creditsIn(stage, credits),
      price: sumIn(stage, { kopecks }),
      perVideo: sumIn(stage, { kopecks: kopecksPerVideo }),
    });
    return saving > 0 ? `${line} · ${stage.text('plans.saving', { percent: saving })}` : line;
  });
}

/** Fifty taps at once on one button: one bill. */
async function tapImpatiently(stage: Stage): Promise<Bill> {
  const { person } = stage;
  const { messageId } = await choosePlan(stage, 'starter');
  const taps = Array.from({ length: IMPATIENT_TAPS }, () =>
    world(stage).tapData(person.id, messageId, '1:buy:yookassa:starter').answer(TAP_ANSWER_MS),
  );
  await Promise.all(taps);
  const bill = await seesBill(stage);
  const seen = billsSeen(stage);
  stage.expect(seen.length === 1, 'one bill is in the chat', String(seen.length));
  return bill;
}

/** The button below the notice of a bill that was not paid. */
async function tryAgain(stage: Stage, before: Bill): Promise<Bill> {
  const message = await stage.person.seesButton('1:buy:yookassa:starter');
  const button = buttonOf(message, '1:buy:yookassa:starter') ?? '';
  await world(stage).tapData(stage.person.id, message.messageId, button).answer(TAP_ANSWER_MS);
  const bill = await seesBill(stage, [before.url]);
  stage.expect(bill.paymentId !== before.paymentId, 'it is a new payment');
  return bill;
}

function world(stage: Stage) {
  return stage.world.telegram;
}

/** How people buy credits. */
export const purchases: readonly Story[] = [payment, paymentContinue, paymentCanceled];
