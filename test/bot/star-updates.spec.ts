import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConversationStore } from '../../src/modules/bot/conversation.store.js';
import { StarPaymentsService, type PreCheckout } from '../../src/modules/payments/index.js';
import { BotWorld, WEBHOOK_SECRET, type Talker } from './bot-app.js';

type Kept = Parameters<StarPaymentsService['keep']>[0];

let world: BotWorld;
let url: string;
let store: ConversationStore;
let anna: Talker;
let nextUpdateId = 1;
/** What the payments got. */
let kept: Kept[];
let asked: PreCheckout[];
let failure: Error | null;

beforeAll(async () => {
  world = await BotWorld.create();
  const started = await world.startBot({ env: { SESSION_WAIT_MS: '200' } });
  ({ url } = started);
  store = started.app.get(ConversationStore, { strict: false });
  Object.assign(started.app.get(StarPaymentsService, { strict: false }), {
    keep: (payment: Kept) => {
      if (failure) return Promise.reject(failure);
      kept.push(payment);
      return Promise.resolve();
    },
    answerPreCheckout: (query: PreCheckout) => Promise.resolve(void asked.push(query)),
  });
});
afterAll(() => world.destroy());
beforeEach(async () => {
  [kept, asked, failure] = [[], [], null];
  anna = world.newcomer();
  await anna.joins();
});

const from = () => ({ id: anna.id, is_bot: false, first_name: 'Анна', language_code: 'ru' });

function paymentOf(chargeId: string) {
  const chat = { id: anna.id, type: 'private', first_name: 'Анна' };
  const payment = {
    ...{ currency: 'XTR', total_amount: 150, invoice_payload: 'payload' },
    ...{ telegram_payment_charge_id: chargeId, provider_payment_charge_id: '' },
  };
  const message = { message_id: 1, date: 1, chat, from: from(), successful_payment: payment };
  return { update_id: nextUpdateId++, message };
}

function preCheckout() {
  const query = { id: '77', from: from(), currency: 'XTR', total_amount: 150, invoice_payload: 'payload' };
  return { update_id: nextUpdateId++, pre_checkout_query: query };
}

async function post(body: object): Promise<number> {
  const response = await fetch(`${url}/telegram/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': WEBHOOK_SECRET },
    body: JSON.stringify(body),
  });
  return response.status;
}

/** Does something while another update has Anna's chat. */
async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const outcome = await store.tryLock(anna.id, 5_000_000 + nextUpdateId++);
  if (outcome.kind !== 'locked') throw new Error('The chat was not free');
  try {
    return await work();
  } finally {
    await store.release(outcome.lock);
  }
}

describe('a pre-checkout query', () => {
  it('is answered by the payments, also while its chat is busy', async () => {
    const status = await whileBusy(() => post(preCheckout()));
    expect(status).toBe(200);
    expect(asked).toEqual([
      {
        ...{ queryId: '77', tgUserId: anna.id, languageCode: 'ru' },
        ...{ currency: 'XTR', totalAmount: 150, payload: 'payload' },
      },
    ]);
  });
});

describe('a purchase in Stars', () => {
  it('is stored, and says nothing by itself', async () => {
    const before = anna.botMessages().length;
    expect(await post(paymentOf('charge-1'))).toBe(200);
    expect(kept.map(({ event, chargeId }) => [event, chargeId])).toEqual([['payment.succeeded', 'charge-1']]);
    expect(anna.botMessages()).toHaveLength(before);
  });

  it('is stored while its chat is busy, and comes again for its chat', async () => {
    const update = paymentOf('charge-2');
    expect(await whileBusy(() => post(update))).toBe(503);
    expect(kept).toHaveLength(1);
    expect(await post(update)).toBe(200);
  });

  it('is stored though its person is banned, or never seen before', async () => {
    await world.database.query('update users set banned_at = now() where tg_user_id = $1', [anna.id]);
    expect(await post(paymentOf('charge-3'))).toBe(200);
    anna = world.newcomer();
    expect(await post(paymentOf('charge-4'))).toBe(200);
    expect(kept).toHaveLength(2);
  });

  it('is stored again when its update comes twice: it is for the inbox to know it', async () => {
    const update = paymentOf('charge-5');
    expect([await post(update), await post(update)]).toEqual([200, 200]);
    expect(kept).toHaveLength(2);
  });

  it('is asked for again with 503 while it cannot be stored, whatever the reason', async () => {
    const update = paymentOf('charge-6');
    failure = new TypeError('a bug');
    expect(await post(update)).toBe(503);
    expect((await anna.session()).done.map(Number)).not.toContain(update.update_id);
    failure = null;
    expect(await post(update)).toBe(200);
    expect(kept).toHaveLength(1);
  });
});
