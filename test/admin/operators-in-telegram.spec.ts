import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buttonOf, DemoPerson } from '../../sandbox/demo/person.js';
import type { ChatMessage } from '../../sandbox/telegram/index.js';
import { AccountErasure } from '../../src/modules/bot/account-erasure.js';
import { JobsWorld } from '../jobs/jobs-world.js';
import { waitFor } from '../support/wait-for.js';

const OPERATOR_ID = 5_100_000_001;
const TAPS = 50;
const WAIT_MS = 8_000;

const holds = (message: ChatMessage, text: string | RegExp) =>
  typeof text === 'string' ? message.text.includes(text) : text.test(message.text);

describe('operators in Telegram', () => {
  let world: JobsWorld;
  let olga: DemoPerson;

  beforeAll(async () => {
    world = await JobsWorld.start({ env: { ADMIN_IDS: String(OPERATOR_ID), PERSON_EVENTS_MAX: '1000' } });
    olga = DemoPerson.add(world.telegram, 'Olga', 'en', { id: OPERATOR_ID });
    await olga.join();
  });

  afterEach(async () => {
    world.telegram.clearFaults();
    await world.expectCleanAudit();
  });

  afterAll(() => world.stop());

  /** Does something, and waits for a new message that holds the text. */
  const seesAfter = async (
    person: DemoPerson,
    act: () => unknown,
    text: string | RegExp,
  ): Promise<ChatMessage> => {
    const last = person.chat().at(-1)?.messageId ?? 0;
    await act();
    return person.sees(
      (message) => message.messageId > last && message.from === 'bot' && holds(message, text),
      WAIT_MS,
    );
  };
  const answer = (person: DemoPerson, says: string, text: string | RegExp) =>
    seesAfter(person, () => person.say(says), text);
  const tapOn = (message: ChatMessage, data: string) =>
    world.telegram.tapData(olga.id, message.messageId, buttonOf(message, data) ?? data).answer();
  /** Taps, and waits for the question that follows. */
  const asks = (message: ChatMessage, data: string, text: string | RegExp = 'Why? Write the reason') =>
    seesAfter(olga, () => tapOn(message, data), text);
  const confirm = async (asked: ChatMessage, text: string | RegExp): Promise<ChatMessage> => {
    await tapOn(asked, '1:op_confirm:');
    return olga.sees((message) => message.messageId === asked.messageId && holds(message, text), WAIT_MS);
  };
  const actions = (subject: string) =>
    world.query<{ action: string; operator: string; reason: string; outcome: string }>(
      'select action, operator, reason, outcome from operator_actions where subject = $1 order by id',
      [subject],
    );

  it('shows the figures of today with what is wrong, refreshed where they stand', async () => {
    const customer = await world.customer();
    await world.over(await customer.orderOne());
    const shown = await answer(olga, '/admin', 'Today, since');
    expect(shown.text).toMatch(/New people: [2-9]/);
    expect(shown.text).toMatch(/Orders: 1 · ready: 1 · failed: 0/);
    expect(shown.text).toMatch(/Success: 100%/);
    expect(shown.text).toMatch(/spent 1 · refunded 0/);
    expect(shown.text).toContain('Everything is on and well.');
    await world.over(await customer.orderOne());
    await tapOn(shown, '1:op_figures');
    await olga.sees(
      ({ messageId, text }) => messageId === shown.messageId && text.includes('Orders: 2'),
      WAIT_MS,
    );
  });

  it('finds a person by Telegram id, by name and by our id, and shows what can be done', async () => {
    const { person, user } = await world.customer();
    await world.query(`update users set username = 'Anna_Shop' where id = $1`, [user.id]);
    for (const who of [String(person.id), '@anna_shop', user.id]) {
      const shown = await answer(olga, `/user ${who}`, user.id);
      expect(shown.text).toContain(String(person.id));
      expect(shown.text).toContain('Balance: 2');
      expect(buttonOf(shown, '1:op_ask:grant')).toBe(`1:op_ask:grant:${user.id}`);
    }
    const shown = await answer(olga, `/user ${person.id}`, user.id);
    const moved = await asks(shown, '1:op_statement:', 'Movements of credits');
    expect(moved.text).toContain('welcome gift');
    await answer(olga, '/user @nobody_at_all', 'There is no such person');
  });

  it('gives credits once, however often Confirm is tapped', async () => {
    const { person, user } = await world.customer();
    const asked = await answer(olga, `/grant ${person.id} 3 sorry for the wait`, 'Do you confirm');
    expect(asked.text).toContain('The balance becomes 5 instead of 2');
    expect(asked.text).toContain('Reason: sorry for the wait');
    const data = buttonOf(asked, '1:op_confirm:') ?? '';
    const taps = Array.from({ length: TAPS }, () => world.telegram.tapData(olga.id, asked.messageId, data));
    const notes = (await Promise.all(taps.map((tap) => tap.answer(20_000)))).map(({ text }) => text);
    expect(notes.filter((text) => text === '')).toHaveLength(1);
    expect(new Set(notes)).toEqual(new Set(['', 'That is settled or out of date. Nothing happened.']));
    const [row] = await world.query<{ credits: number }>('select credits from users where id = $1', [
      user.id,
    ]);
    expect(row?.credits).toBe(5);
    expect(await actions(user.id)).toEqual([
      {
        ...{ action: 'credits_granted', operator: `telegram:${olga.id}` },
        ...{ reason: 'sorry for the wait', outcome: 'done' },
      },
    ]);
  });

  it('asks for the credits and the reason one after the other, and gives up on /cancel', async () => {
    const { person, user } = await world.customer();
    const shown = await answer(olga, `/user ${person.id}`, user.id);
    await asks(shown, '1:op_ask:grant', 'How many credits, and why');
    await answer(olga, 'plenty', 'That is no number of credits');
    await answer(olga, '2', 'Why? Write the reason');
    await answer(olga, 'x', 'The reason is too short');
    await answer(olga, '/cancel', 'nothing is done');
    await answer(olga, 'a reason for nothing', 'Which product');
    await answer(olga, '/grant', '/grant @anna_shop 5');
    await answer(olga, `/grant ${person.id} 9000 a gift`, 'At most 500 credits');
    await answer(olga, '/cancel', 'nothing is done');
    expect(await actions(user.id)).toEqual([]);
  });

  it('leaves the draft of an operator as it is', async () => {
    const { person } = await world.customer();
    olga.say('/menu');
    await olga.tap('1:create');
    await olga.tap('1:kind:neurocard');
    await olga.seesButton('1:back:photo');
    const draft = () =>
      world
        .query<{ step: string; draft: unknown }>(
          `select state->>'step' as step, state->'draft' as draft from bot_sessions where chat_id = $1`,
          [olga.id],
        )
        .then(([row]) => row);
    await waitFor(async () => (await draft())?.step === 'photo', { what: 'the step to be stored' });
    const before = await draft();
    await answer(olga, `/grant ${person.id} 1 a small gift`, 'Do you confirm');
    const asked = await answer(olga, '/orders off', 'Why? Write the reason');
    await tapOn(asked, '1:op_drop');
    await olga.sees(({ text }) => text.includes('nothing is done'));
    expect(await draft()).toEqual(before);
    await answer(olga, '/cancel', 'draft');
  });

  it('bans a person and opens the bot to them again', async () => {
    const { person, user } = await world.customer({ language: 'en' });
    for (const [action, text] of [
      ['ban', 'closed to this person'],
      ['unban', 'open to this person'],
    ] as const) {
      const shown = await answer(olga, `/user ${person.id}`, user.id);
      await asks(shown, `1:op_ask:${action}`);
      const asked = await answer(olga, 'they asked for it', 'Do you confirm');
      await confirm(asked, text);
    }
    expect((await actions(user.id)).map(({ action }) => action)).toEqual(['user_banned', 'user_unbanned']);
  });

  it('shows a video with its timeline, and fails, repeats and sends it', async () => {
    const customer = await world.customer();
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    const jobId = await customer.orderOne();
    await world.taskAtKie(jobId);
    const shown = await answer(olga, `/job ${jobId}`, 'Timeline');
    expect(shown.text).toMatch(/State: processing · step: generate · credits: 1/);
    expect(shown.text).toContain("KIE's answers");
    await asks(shown, '1:op_ask:job_fail');
    const asked = await answer(olga, 'KIE is stuck', /Credits that go back: 1.*Do you confirm/s);
    await confirm(asked, 'the video is given up');
    expect(await world.job(jobId)).toMatchObject({ status: 'failed', failure_reason: 'by_operator' });
    expect(await customer.balance()).toBe(2);

    const over = await answer(olga, `/job ${jobId}`, 'Reason: by_operator');
    await asks(over, '1:op_ask:job_send');
    await confirm(await answer(olga, 'they want it', 'Do you confirm'), 'there is no finished video');
    await asks(over, '1:op_ask:job_make');
    const done = await confirm(
      await answer(olga, 'they want it', /at our expense.*Do you confirm/s),
      'Done: the video is made anew',
    );
    const [, newJobId = ''] = /([0-9a-f-]{36})/.exec(done.text) ?? [];
    expect(await world.over(newJobId)).toMatchObject({ status: 'completed' });
    expect(await customer.balance()).toBe(2);
    await answer(olga, `/job ${randomUUID()}`, 'There is no such video');
    await answer(olga, '/job 12', 'Which video?');
  });

  it('says what a refund means in money, and what came of it', async () => {
    const customer = await world.customer();
    const [payment] = await world.query<{ id: string }>(
      `insert into payments (user_id, plan_id, provider, amount_kopecks, currency, credits)
       values ($1, 'starter', 'yookassa', 19900, 'RUB', 5) returning id`,
      [customer.user.id],
    );
    const paymentId = payment?.id ?? '';
    const asked = await answer(olga, `/refund ${paymentId} 39,80 one of five was dark`, 'This is money');
    expect(asked.text).toMatch(/gets 39\.80.₽ of 199.₽ back by YooKassa/);
    expect(asked.text).toContain('up to 1 credits');
    await confirm(asked, 'this payment was not paid');
    expect(await actions(paymentId)).toMatchObject([
      { action: 'payment_refunded', outcome: 'not_completed' },
    ]);
    // More than any sum that we know how to keep.
    await confirm(
      await answer(olga, `/refund ${paymentId} 99999999 a slip of the finger`, 'Do you confirm'),
      'more than is left to give back',
    );
    await answer(olga, `/refund ${randomUUID()} for nothing`, 'There is no such payment');
    await answer(olga, '/refund 12', 'Which payment');
    await world.query(`update payments set status = 'failed' where id = $1`, [paymentId]);
  });

  it('gives money back to its end, also of somebody who was erased', async () => {
    const customer = await world.customer();
    const { yooKassa } = world.test.world;
    const { id: providerId } = yooKassa.makePayment({ kopecks: 19_900 });
    yooKassa.pay(providerId);
    const [payment] = await world.query<{ id: string }>(
      `insert into payments (user_id, plan_id, provider, provider_payment_id, amount_kopecks, currency, credits)
       values ($1, 'starter', 'yookassa', $2, 19900, 'RUB', 5) returning id`,
      [customer.user.id, providerId],
    );
    const paymentId = payment?.id ?? '';
    await world.query('select complete_payment($1, $2, 5)', [paymentId, customer.person.id]);
    const refunded = async () =>
      (
        await world.query<{ n: number }>('select refunded_kopecks as n from payments where id = $1', [
          paymentId,
        ])
      )[0]?.n;
    await confirm(
      await answer(olga, `/refund ${paymentId} 39,80 one was dark`, 'Do you confirm'),
      'is asked to give',
    );
    await waitFor(async () => (await refunded()) === 3_980, { what: 'the refund' });
    expect(await customer.balance()).toBe(6);
    const gone = await world
      .get(AccountErasure)
      .erase({ id: customer.user.id, tgUserId: customer.person.id }, 6);
    expect(gone).toMatchObject({ kind: 'erased' });
    const asked = await answer(olga, `/refund ${paymentId} they wrote by e-mail`, 'Do you confirm');
    expect(asked.text).toMatch(/somebody who has deleted their data gets 159\.20.₽ of 199.₽ back/);
    await confirm(asked, 'is asked to give');
    await waitFor(async () => (await refunded()) === 19_900, { what: 'the rest' });
  });

  it('stops orders and closes the bot, with a reason, and opens both again', async () => {
    const { person } = await world.customer({ language: 'en' });
    await confirm(
      await answer(olga, '/maintenance on the database moves', /The bot closes.*Do you confirm/s),
      'Done.',
    );
    await answer(person, '/menu', 'The bot is closed for a short while');
    const shown = await answer(olga, '/admin', 'the bot is closed to all but operators');
    await asks(shown, '1:op_switch:maintenance:off');
    await confirm(await answer(olga, 'it has moved', /The bot opens.*Do you confirm/s), 'Done.');
    await answer(person, '/menu', 'Which product');
    await confirm(await answer(olga, '/orders off KIE is away', /No new orders.*Do you confirm/s), 'Done.');
    await confirm(await answer(olga, '/orders on it is back', /taken again.*Do you confirm/s), 'Done.');
    await answer(olga, '/orders stop', '/orders off KIE is being repaired');
    expect((await actions('orders_stopped')).map(({ action }) => action)).toEqual([
      'switch_on',
      'switch_off',
    ]);
  });

  it('F-84 is not there for anybody else: words, buttons and menus alike', async () => {
    const { person, user } = await world.customer({ language: 'en' });
    const nonsense = await answer(person, '/nonsense', /./);
    for (const text of [
      '/admin',
      `/user ${user.id}`,
      `/grant ${person.id} 5 a gift`,
      '/broadcast',
      '/orders off now',
    ]) {
      expect((await answer(person, text, /./)).text, text).toBe(nonsense.text);
    }
    const key = randomUUID();
    for (const data of [
      '1:op_figures',
      `1:op_ask:grant:${user.id}`,
      `1:op_confirm:${key}`,
      '1:op_broadcast_new',
    ]) {
      // A chat that is still busy answers a tap without a word.
      await waitFor(() => world.telegram.pendingUpdates() === 0, { what: 'the updates to be taken' });
      const note = await world.telegram.tapData(person.id, nonsense.messageId, data).answer();
      expect(note.text, data).toBe('That button is gone. Open the menu: /menu');
    }
    const [state] = await world.query<{ operator: unknown }>(
      `select state->'operator' as operator from bot_sessions where chat_id = $1`,
      [person.id],
    );
    expect(state?.operator).toBeNull();
    const seen = world.telegram.commandsFor(person.id).map(({ command }) => command);
    expect(seen).toContain('menu');
    expect(seen).not.toContain('admin');
    const last = await world.query('select 1 from operator_actions where operator = $1', [
      `telegram:${person.id}`,
    ]);
    expect(last).toEqual([]);
  });

  it('tells a whole crowd of namesakes apart', async () => {
    const [one, other] = [await world.customer(), await world.customer()];
    await world.query(`update users set username = 'twice_taken' where id = any($1)`, [
      [one.user.id, other.user.id],
    ]);
    const asked = await answer(olga, '/user @Twice_Taken', 'Several people are called so');
    await asks(asked, `1:op_user:${one.user.id}`, one.user.id);
  });
});
