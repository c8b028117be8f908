import {
  allNoticed,
  callOperator,
  messageOf,
  orderBill,
  pay,
  payOnPage,
  watchLooks,
  type Bill,
} from '../shopping.js';
import { canceledText, closedText, completedText, descriptionOf } from '../shop-words.js';
import type { Stage } from '../stage.js';
import type { Story } from './story.js';

const COPIES = 100;
const OTHERS = 20;
const AT_ONCE = 32;
/** Looks of ours before the person pays, so that it is seen how they become rarer. */
const LOOKS = 4;
/** The notice is in the chat by then. */
const ANSWER_LATE_TRUE_MS = 45_000;
const SIGNUP = 'signup +2 = 2';

const duplicate: Story = {
  name: 'payment-duplicate',
  title: 'YooKassa tells a hundred times, thirty-two at once, with other news in between: credits once',
  cast: { firstName: 'Вера', languageCode: 'ru' },
  async play(stage) {
    const { yooKassa } = stage.world;
    await stage.begin();
    const other = await orderBill(stage, 'pro');
    await payOnPage(other, { action: 'decline', reason: 'insufficient_funds' });
    const canceled = canceledText(stage, 'insufficient_funds', 2);
    const before = { balance: 2, history: [SIGNUP], stars: [], bills: ['canceled 699.00'] };
    await stage.expectTally({ ...before, told: [canceled] });
    const bill = await orderBill(stage, 'starter');
    yooKassa.nextNotification({ drop: true, when: { includes: bill.providerId } });
    await pay(bill);
    const paid = newsAbout(stage, bill);
    const held = { ...paid, event: 'payment.waiting_for_capture' };
    const news = shuffle([
      ...Array.from({ length: COPIES }, () => paid),
      ...Array.from({ length: OTHERS }, () => held),
      ...Array.from({ length: OTHERS }, () => newsAbout(stage, other)),
    ]);
    await sendAll(stage, news);
    await stage.expectTally({
      balance: 7,
      history: [SIGNUP, 'purchase +5 = 7'],
      bills: ['canceled 699.00', 'succeeded 199.00'],
      stars: [],
      told: [canceled, completedText(stage, { credits: 5, balance: 7 })],
    });
    const [kept] = await stage.dataSource.query<{ rows: number; times: number }[]>(
      `select count(*)::int as rows, sum(times)::int as times from payment_notifications
        where object_id = $1 and event = 'payment.succeeded'`,
      [bill.providerId],
    );
    stage.expect(kept?.rows === 1 && kept.times >= COPIES, 'they are one in the inbox', JSON.stringify(kept));
  },
};

const early: Story = {
  name: 'payment-early',
  title: 'The news of the payment comes before YooKassa has said that there is one',
  cast: { firstName: 'Grace', languageCode: 'en' },
  async play(stage) {
    const { person, world } = stage;
    const when = { includes: descriptionOf(stage, 'pro') };
    await stage.begin();
    world.yooKassa.nextPayment({ payAtOnce: true, notification: 'early', when });
    world.yooKassa.failNext('createPayment', { kind: 'slow', delayTrueMs: ANSWER_LATE_TRUE_MS, when });
    await person.tap('1:plans');
    await person.tap('1:plan:pro');
    await person.tap('1:buy:yookassa:pro');
    await stage.expectTally({
      balance: 22,
      history: [SIGNUP, 'purchase +20 = 22'],
      bills: ['succeeded 699.00'],
      stars: [],
      told: [completedText(stage, { credits: 20, balance: 22 })],
    });
    const closed = closedText(stage, 'completed', 'pro');
    await person.sees(({ text }) => text === closed);
  },
};

const lost: Story = {
  name: 'payment-lost-notification',
  title: 'YooKassa tells nobody: we look ourselves, ever more rarely, and operators hear of it',
  cast: { firstName: 'Фёдор', languageCode: 'ru' },
  undisturbed: true,
  long: true,
  async play(stage) {
    const operator = await callOperator(stage);
    await stage.begin();
    const looks = watchLooks(stage);
    const bill = await orderBill(stage);
    stage.world.yooKassa.nextNotification({ drop: true, when: { includes: bill.providerId } });
    await stage.until(`${LOOKS} looks at the bill`, () => looks.at(bill).length >= LOOKS);
    looks.stop();
    const [first = 0, second = 0, third = 0, fourth = 0] = looks.at(bill);
    stage.expect(fourth - third > second - first, 'looks become rarer', looks.at(bill).join(', '));
    await pay(bill);
    await stage.expectTally({
      balance: 7,
      history: [SIGNUP, 'purchase +5 = 7'],
      bills: ['succeeded 199.00'],
      stars: [],
      told: [completedText(stage, { credits: 5, balance: 7 })],
    });
    stage.expect(
      messageOf(stage, bill).text === closedText(stage, 'completed', 'starter'),
      'the bill is closed',
    );
    await allNoticed(stage, bill.providerId);
    const [found] = await stage.dataSource.query<{ found_by: string }[]>(
      'select found_by from payments where id = $1',
      [bill.paymentId],
    );
    stage.expect(found?.found_by === 'check', 'our own look found it', found?.found_by);
    const outage = stage.text('notice.payments_unnoticed', { number: 1, paymentIds: '' }).split(':')[0] ?? '';
    const told = () => operator.chat().filter(({ text }) => text.startsWith(outage));
    await stage.until('the operator is told', () => told().length > 0);
    stage.expect(told().length === 1, 'the operator is told once', String(told().length));
  },
};

/** What YooKassa said, or would have said, of a bill. */
function newsAbout({ world }: Stage, { providerId }: Bill): { event: string } {
  const news = world.yooKassa.notifications().findLast(({ objectId }) => objectId === providerId);
  return news?.body as { event: string };
}

/** Posts them all, so many at once, and again where no answer came in time, as YooKassa does; each is answered 200. */
async function sendAll(stage: Stage, news: object[]): Promise<void> {
  const left = [...news];
  const statuses = new Set<number | null>();
  const lane = async (): Promise<void> => {
    for (let body = left.pop(); body; body = left.pop()) {
      const { attempts } = await stage.world.yooKassa.sendNotification(body);
      const status = attempts[0]?.status ?? null;
      if (status === null) left.unshift(body);
      else statuses.add(status);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  stage.expect([...statuses].join() === '200', 'each is answered 200', [...statuses].join());
}

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** What becomes of YooKassa's notifications. */
export const paymentNews: readonly Story[] = [duplicate, early, lost];
