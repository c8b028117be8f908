import type { PaymentOutcome } from '../../telegram/index.js';
import { DemoPerson } from '../person.js';
import { listPaymentIds } from '../purse.js';
import { orderInvoice, PLANS } from '../shopping.js';
import { completedText, refundedText, surplusText } from '../shop-words.js';
import type { Stage } from '../stage.js';
import { requestRefund } from './checks.js';
import type { Story } from './story.js';

const SIGNUP = 'signup +2 = 2';
const BOUGHT = [SIGNUP, 'purchase +5 = 7'];
const AT_ONCE = 4;

const stars: Story = {
  name: 'stars',
  title: 'A person pays in Stars, and an operator gives them back',
  cast: { firstName: 'Judy', languageCode: 'en' },
  async play(stage) {
    const { person, world } = stage;
    await stage.begin();
    const invoice = await orderInvoice(stage);
    const { title, description } = invoice.invoice ?? {};
    const count = { count: PLANS.starter.credits };
    stage.expect(title === stage.text('stars.invoice.title', count), 'the invoice has its title', title);
    const words = stage.text('stars.invoice.description', count);
    stage.expect(description === words, `the invoice says "${words}"`, description);
    const outcome = await world.telegram.payInvoice(person.id, invoice.messageId).outcome();
    stage.expect(outcome.kind === 'paid', 'Telegram takes the Stars', JSON.stringify(outcome));
    const told = [completedText(stage, { credits: 5, balance: 7 })];
    await stage.expectTally({ balance: 7, history: BOUGHT, bills: [], stars: ['paid 150'], told });
    const [paymentId = ''] = await listPaymentIds(stage);
    const part = await requestRefund(stage, { paymentId, amount: 50, cause: 'part' });
    stage.expect(part['error'] === 'stars_only_whole', 'Stars go back whole only', JSON.stringify(part));
    await requestRefund(stage, { paymentId, cause: 'whole' });
    await stage.expectTally({
      balance: 2,
      history: [...BOUGHT, 'payment_refund -5 = 2'],
      bills: [],
      stars: ['refunded 150'],
      told: [...told, refundedText(stage, { money: { stars: 150 }, taken: 5, balance: 2 })],
    });
  },
};

const starsTwice: Story = {
  name: 'stars-twice',
  title: 'One invoice is paid several times at once, and by somebody else: credits once, the rest goes back',
  cast: { firstName: 'Тимур', languageCode: 'ru' },
  async play(stage) {
    const { person, world } = stage;
    const other = DemoPerson.add(world.telegram, 'Рая', 'ru');
    await other.join();
    await stage.begin();
    const { messageId } = await orderInvoice(stage);
    const handles = Array.from({ length: AT_ONCE }, () => world.telegram.payInvoice(person.id, messageId));
    const copy = world.telegram.payInvoiceOf(other.id, person.id, messageId);
    const outcomes = await Promise.all(handles.map((handle) => handle.outcome()));
    refusedAs(stage, await copy.outcome(), 'other_person');
    const paid = outcomes.filter(({ kind }) => kind === 'paid').length;
    stage.expect(paid > 1, 'it was paid more than once', JSON.stringify(outcomes));
    for (const outcome of outcomes) if (outcome.kind !== 'paid') refusedAs(stage, outcome, 'paid');
    const surplus = Array.from({ length: paid - 1 });
    await stage.expectTally({
      balance: 7,
      history: BOUGHT,
      bills: [],
      stars: ['paid 150', ...surplus.map(() => 'refunded 150')],
      told: [
        completedText(stage, { credits: 5, balance: 7 }),
        ...surplus.map(() => surplusText(stage, PLANS.starter.stars, 7)),
      ],
    });
    await refusedLater(stage, messageId);
    const [row] = await stage.dataSource.query<{ credits: number }[]>(
      'select credits from users where tg_user_id = $1',
      [other.id],
    );
    stage.expect(row?.credits === 2, 'the other person has what they had', String(row?.credits));
  },
};

/** An invoice that is paid stays in the chat, and is not paid again; nor is one that nobody sent. */
async function refusedLater(stage: Stage, messageId: number): Promise<void> {
  const { person, world } = stage;
  refusedAs(stage, await world.telegram.payInvoice(person.id, messageId).outcome(), 'paid');
  const [invoicePayload = ''] = await listPaymentIds(stage);
  const asked = async (facts: { invoicePayload: string; totalAmount: number }) => {
    const answer = await world.telegram.preCheckout(person.id, facts);
    return answer.kind === 'refused' ? answer.errorMessage : answer.kind;
  };
  const cheaper = await asked({ invoicePayload, totalAmount: 1 });
  stage.expect(cheaper === stage.text('stars.refused.outdated'), 'another sum is refused', cheaper);
  const unknown = await asked({ invoicePayload: 'a million credits', totalAmount: 1 });
  stage.expect(unknown === stage.text('stars.refused.unknown'), 'another invoice is refused', unknown);
}

function refusedAs(stage: Stage, outcome: PaymentOutcome, why: 'paid' | 'other_person'): void {
  const words = stage.text(`stars.refused.${why}`);
  const found = outcome.kind === 'refused' ? outcome.errorMessage : outcome.kind;
  stage.expect(found === words, `the payer reads "${words}"`, found);
}

/** How people pay in Telegram's own money. */
export const starPurchases: readonly Story[] = [stars, starsTwice];
