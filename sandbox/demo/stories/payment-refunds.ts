import type { DemoPerson } from '../person.js';
import { allNoticed, callOperator, orderBill, pay } from '../shopping.js';
import { completedText, refundedText, sumIn } from '../shop-words.js';
import type { Stage } from '../stage.js';
import { expectJobs, requestRefund } from './checks.js';
import type { Story } from './story.js';

/** Two fifths of a starter, for two of its five credits. */
const PART_KOPECKS = 7_960;
const REST_KOPECKS = 11_940;
const SIGNUP = 'signup +2 = 2';
const USAGES = ['usage -1 = 4', 'usage -1 = 3', 'usage -1 = 2'];

const refund: Story = {
  name: 'payment-refund',
  title:
    'Money goes back in part, then the rest in the cabinet when its credits are spent; another refund fails',
  cast: { firstName: 'Ника', languageCode: 'ru' },
  async play(stage) {
    const operator = await callOperator(stage);
    await stage.begin();
    const bill = await orderBill(stage);
    await pay(bill);
    const told = [completedText(stage, { credits: 5, balance: 7 })];
    const history = [SIGNUP, 'purchase +5 = 7'];
    await stage.expectTally({ balance: 7, history, bills: ['succeeded 199.00'], stars: [], told });

    const wish = { paymentId: bill.paymentId, amount: PART_KOPECKS, cause: 'part' };
    await requestRefund(stage, wish);
    const again = await requestRefund(stage, wish);
    stage.expect(again['repeated'] === true, 'the same wish again is no second one', JSON.stringify(again));
    told.push(refundedText(stage, { money: { kopecks: PART_KOPECKS }, taken: 2, balance: 5 }));
    history.push('payment_refund -2 = 5');
    await stage.expectTally({ balance: 5, history, bills: ['succeeded 199.00 -79.60'], stars: [], told });

    await stage.order({ description: 'Плед из мериноса, 140×200, в подарочной коробке', count: 3 });
    await stage.videosArrive(3);
    await expectJobs(
      stage,
      Array.from({ length: 3 }, () => ({ status: 'completed' })),
    );
    stage.world.yooKassa.refundInCabinet(bill.providerId);
    told.push(refundedText(stage, { money: { kopecks: REST_KOPECKS }, taken: 2, owed: 1, balance: 0 }));
    history.push(...USAGES, 'payment_refund -2 = 0');
    const bills = ['succeeded 199.00 -199.00'];
    await stage.expectTally({ balance: 0, history, bills, stars: [], told });
    await refundFails(stage, operator, { history, bills, told });
  },
};

/** The shop has no money: nothing is taken from the person, and operators hear of it. */
async function refundFails(
  stage: Stage,
  operator: DemoPerson,
  { history, bills, told }: { history: string[]; bills: string[]; told: string[] },
): Promise<void> {
  stage.person.say('/menu');
  const bill = await orderBill(stage, 'pro');
  await pay(bill);
  const purse = {
    balance: 20,
    history: [...history, 'purchase +20 = 20'],
    bills: [...bills, 'succeeded 699.00'],
    stars: [],
    told: [...told, completedText(stage, { credits: 20, balance: 20 })],
  };
  await stage.expectTally(purse);
  stage.world.yooKassa.nextRefund({
    cancelReason: 'insufficient_funds',
    when: { paymentId: bill.providerId },
  });
  const { refund_id: refundId } = await requestRefund(stage, { paymentId: bill.paymentId, cause: 'whole' });
  const failed = stage.text('notice.refund_failed', {
    price: sumIn(stage, { kopecks: 69_900 }),
    paymentId: bill.paymentId,
    refundId: String(refundId),
    reason: 'insufficient_funds',
  });
  const heard = () => operator.chat().filter(({ text }) => text.includes(bill.paymentId));
  await stage.until('the operator hears of it', () => heard().length > 0);
  stage.expect(
    heard().length === 1 && heard()[0]?.text === failed,
    `operators read: ${failed}`,
    heard()[0]?.text,
  );
  await allNoticed(stage, bill.providerId);
  await stage.expectTally(purse);
}

/** What happens to money that goes back. */
export const paymentRefunds: readonly Story[] = [refund];
