import { SANDBOX_YOOKASSA_API_KEY, SANDBOX_YOOKASSA_SHOP_ID } from '../../yookassa/index.js';
import { DemoPerson, WAIT_MS } from '../person.js';
import { callOperator, messageOf, orderBill, pay, watchLooks, type Bill } from '../shopping.js';
import { completedText } from '../shop-words.js';
import type { Stage } from '../stage.js';
import type { Story } from './story.js';

/** An id in YooKassa's shape that it has never given. */
const NOBODYS_ID = '2a1b2c3d-000f-5000-8000-1d2c3b4a5f6e';
const SIGNUP = 'signup +2 = 2';
/** An address of nobody's (RFC 5737). */
const OUTSIDE = '203.0.113.7';
const LARGE_BYTES = 70 * 1024;
const HUGE_BYTES = 2 * 1024 * 1024;
const STRANGERS_SHOP = '200600';

/** A payment in YooKassa's words, as far as it can be forged. */
type PaymentObject = Record<string, unknown> & { id: string };

const forged: Story = {
  name: 'payment-forged',
  title:
    'News from outside, of strangers, of other sums, and lies: nothing is granted, and the honest payment is',
  cast: { firstName: 'Лев', languageCode: 'ru' },
  async play(stage) {
    const operator = await callOperator(stage);
    const stranger = DemoPerson.add(stage.world.telegram, 'Мор', 'ru');
    await stranger.join();
    await stage.begin();
    const bill = await orderBill(stage, 'starter');
    await refusedAtTheDoor(stage, bill);
    const another = await worthNothing(stage, bill);
    await nothingGranted(stage);
    await foreignTap(stage, stranger, bill);
    const second = await orderBill(stage, 'pro');
    await lies(stage, second);
    await nothingGranted(stage);
    await toldOnce(stage, operator, bill, [`payment ${another} instead of ${bill.providerId}`]);
    await toldOnce(stage, operator, second, [
      'kopecks 100 instead of 69900',
      `payment ${NOBODYS_ID} instead of ${second.providerId}`,
    ]);

    await pay(bill);
    const told = [completedText(stage, { credits: 5, balance: 7 })];
    await stage.person.sees(({ text }) => told.includes(text));
    await pay(second);
    told.push(completedText(stage, { credits: 20, balance: 27 }));
    await stage.expectTally({
      balance: 27,
      history: [SIGNUP, 'purchase +5 = 7', 'purchase +20 = 27'],
      bills: ['succeeded 199.00', 'succeeded 699.00'],
      stars: [],
      told,
    });
    const [row] = await stage.dataSource.query<{ credits: number }[]>(
      'select credits from users where tg_user_id = $1',
      [stranger.id],
    );
    stage.expect(row?.credits === 2, 'the stranger has what they had', String(row?.credits));
  },
};

/** Who does not call from YooKassa, or says nothing that is a notification: refused, and nothing kept. */
async function refusedAtTheDoor(stage: Stage, bill: Bill): Promise<void> {
  const news = claim({ id: bill.providerId, metadata: { payment_id: bill.paymentId } });
  const forwarded = (value: string) => ({ 'X-Forwarded-For': value });
  await send(stage, 403, news, forwarded(OUTSIDE));
  await send(stage, 403, news, forwarded(`127.0.0.1, ${OUTSIDE}`));
  await send(stage, 403, news, forwarded('not an address'));
  await send(stage, 400, 'payment.succeeded');
  await send(stage, 400, {});
  await send(stage, 400, { type: 'notification', event: 'payment.succeeded' });
  await send(stage, 400, claim({ id: '../../v3/me' }));
  await send(stage, 400, { ...news, event: 'payment succeeded; drop table payments' });
  await send(stage, 413, { ...news, more: 'x'.repeat(LARGE_BYTES) });
  await send(stage, 413, { ...news, more: 'x'.repeat(HUGE_BYTES) });
  await send(stage, 415, `<id>${bill.providerId}</id>`, { 'Content-Type': 'application/xml' });
  const kept = await outcomes(stage, bill.providerId);
  stage.expect(kept.length === 0, 'nothing of it is kept', kept.join(', '));
}

/**
 * News that comes from where YooKassa's comes from, about what is not a payment of ours, or is not paid.
 *
 * @returns the id of the payment that only claims to be ours.
 */
async function worthNothing(stage: Stage, bill: Bill): Promise<string> {
  const { yooKassa } = stage.world;
  const metadata = { payment_id: bill.paymentId };
  yooKassa.addShop({ shopId: STRANGERS_SHOP, apiKey: 'test_keyOfAnotherShop000000000000000000000' });
  const unknown = { id: NOBODYS_ID };
  const strangers = yooKassa.makePayment({ kopecks: 19_900, shopId: STRANGERS_SHOP, metadata });
  const programs = yooKassa.makePayment({ kopecks: 19_900 });
  const claiming = yooKassa.makePayment({ kopecks: 100, metadata });
  for (const { id } of [strangers, programs, claiming]) yooKassa.pay(id);
  await send(stage, 200, claim({ ...unknown, metadata }));
  await send(stage, 200, claim({ id: strangers.id, metadata }));
  await send(stage, 200, claim({ id: bill.providerId, metadata: { ...metadata, credits: '1000000' } }));
  await becomes(stage, unknown.id, 'unknown_object');
  await becomes(stage, strangers.id, 'unknown_object');
  await becomes(stage, programs.id, 'foreign');
  await becomes(stage, claiming.id, 'foreign');
  return claiming.id;
}

/** YooKassa itself says what cannot be: other sums, other money, no test, another shop, another purchase. */
async function lies(stage: Stage, bill: Bill): Promise<void> {
  const { person, world } = stage;
  const truth = await readAtYooKassa(stage, bill);
  const paid = { ...truth, status: 'succeeded', paid: true };
  const told: Record<string, unknown>[] = [
    { amount: { value: '1.00', currency: 'RUB' } },
    { amount: { value: '699.00', currency: 'KZT' } },
    { test: false },
    { recipient: { account_id: STRANGERS_SHOP, gateway_id: '1' } },
    { metadata: { payment_id: '00000000-0000-4000-8000-000000000000' } },
    { id: NOBODYS_ID },
  ];
  const looks = watchLooks(stage);
  for (const lie of told) {
    const before = looks.at(bill).length;
    world.yooKassa.failNext('getPayment', {
      kind: 'json',
      json: { ...paid, ...lie },
      when: { includes: bill.providerId },
    });
    await world.telegram.tapData(person.id, bill.messageId, `1:paid:${bill.paymentId}`).answer(WAIT_MS);
    await stage.until('the lie is told', () => looks.at(bill).length > before);
    const notYet = stage.text('pay.not_yet');
    await stage.until(`the bill is not paid by ${Object.keys(lie)[0]}`, () =>
      messageOf(stage, bill).text.startsWith(notYet),
    );
    await nothingGranted(stage);
  }
  looks.stop();
}

/** Somebody else taps "I have paid" for a payment that is not theirs. */
async function foreignTap(stage: Stage, stranger: DemoPerson, { paymentId }: Bill): Promise<void> {
  const { messageId } = await stranger.seesButton('1:plans');
  await stage.world.telegram.tapData(stranger.id, messageId, `1:paid:${paymentId}`).answer(WAIT_MS);
  const missing = stage.text('hint.payment_missing');
  await stranger.sees(({ text }) => text.includes(missing));
}

/** The operator hears of each way in which a payment does not fit, word for word and once. */
async function toldOnce(
  stage: Stage,
  operator: DemoPerson,
  { paymentId }: Bill,
  reasons: string[],
): Promise<void> {
  const texts = reasons.map((reason) => stage.text('notice.payment_parked', { paymentId, reason }));
  const told = () =>
    operator
      .chat()
      .map(({ text }) => text)
      .filter((text) => text.includes(paymentId));
  await stage.until('the operator is told', () => told().length >= texts.length);
  stage.expect(
    told().sort().join() === texts.sort().join(),
    `operators read once: ${texts.join(' | ')}`,
    told().join(' | '),
  );
}

async function nothingGranted(stage: Stage): Promise<void> {
  await stage.expectBalance(2);
}

/** A notification that says that a payment is paid. */
function claim(object: PaymentObject): { event: string } & Record<string, unknown> {
  const amount = { value: '199.00', currency: 'RUB' };
  return {
    type: 'notification',
    event: 'payment.succeeded',
    object: { status: 'succeeded', paid: true, amount, ...object },
  };
}

const TRIES_MAX = 5;

async function send(stage: Stage, status: number, body: unknown, headers: Record<string, string> = {}) {
  let attempt;
  // Who is refused in the middle of a long body may lose the connection before the answer: then it is sent again.
  for (let tries = 0; tries < TRIES_MAX && typeof attempt?.status !== 'number'; tries++) {
    const { attempts } = await stage.world.yooKassa.sendNotification(body, { headers });
    attempt = attempts[0];
  }
  const what = `${JSON.stringify(body).slice(0, 80)} ${JSON.stringify(headers)} is answered ${status}`;
  stage.expect(attempt?.status === status, what, `${attempt?.status} ${attempt?.answer}`);
}

async function becomes(stage: Stage, objectId: string, outcome: string): Promise<void> {
  await stage.until(`the news about ${objectId} is ${outcome}`, async () =>
    (await outcomes(stage, objectId)).includes(outcome),
  );
}

async function outcomes({ dataSource }: Stage, objectId: string): Promise<(string | null)[]> {
  const rows = await dataSource.query<{ outcome: string | null }[]>(
    'select outcome from payment_notifications where object_id = $1',
    [objectId],
  );
  return rows.map(({ outcome }) => outcome);
}

async function readAtYooKassa({ world }: Stage, { providerId }: Bill): Promise<PaymentObject> {
  const credentials = btoa(`${SANDBOX_YOOKASSA_SHOP_ID}:${SANDBOX_YOOKASSA_API_KEY}`);
  const answer = await fetch(`${world.yooKassa.url}/v3/payments/${providerId}`, {
    headers: { Authorization: `Basic ${credentials}` },
  });
  return (await answer.json()) as PaymentObject;
}

/** What people and programs try who have not paid. */
export const paymentForgeries: readonly Story[] = [forged];
