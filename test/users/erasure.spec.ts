import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.js';
import { ErasureWorld, TOLD, type ErasablePerson } from './erasure-world.js';
import { leaveMarks, listMarked } from './marks.js';

let world: ErasureWorld;
beforeAll(async () => {
  world = await ErasureWorld.start();
});
afterEach(async () => expect(await world.payments.drift()).toEqual([]));
afterAll(() => world.stop());

/** Somebody with a row in every table that a person can have one in. */
async function aFullLife(): Promise<ErasablePerson> {
  const person = await world.person();
  await person.setEmail();
  world.kie.nextTask({ ending: 'internal' });
  await person.untilOver(await person.order());
  world.kie.nextTask({ ending: 'moderation_text' });
  await person.untilOver(await person.order());
  const { paymentId } = await person.pay();
  await world.payments.refunds.request({ paymentId, amount: 9_950 });
  await waitFor(async () => (await world.payments.told(person.buyer)).includes('payment_refunded'), {
    what: 'the refund',
  });
  const invoice = await person.payInStars();
  await person.chargeTwice(invoice.paymentId);
  await person.openInvoice('pro');
  await person.keepDraft();
  return person;
}

const costsOf = ({ user }: ErasablePerson) =>
  world.query(
    'select c.* from job_costs c join jobs j on j.id = c.job_id where j.user_id = $1 order by job_id',
    [user.id],
  );

/** Where the scan must find something before the erasure: or it looks for the wrong things. */
const PLACES = [
  ...['users', 'jobs', 'kie_tasks', 'payments', 'payment_refunds', 'payment_notifications'],
  ...['progress_messages', 'bot_sessions', 'telegram_pacing'],
];

/** What may stand in a row of somebody who was erased: our own keys and words, providers' ids, and what operators wrote. */
const KEPT = [
  ...['audits.findings', 'audits.last_error'],
  ...['job_events.event', 'jobs.idempotency_key', 'jobs.model', 'kie_callbacks.claimed_task_id'],
  ...['kie_tasks.error_code', 'kie_tasks.key_fingerprint', 'kie_tasks.model', 'kie_tasks.task_id'],
  ...['notices.cause', 'notices.kind'],
  ...['payment_notifications.event', 'payment_notifications.outcome'],
  ...['payment_refunds.cause', 'payment_refunds.failure_reason', 'payment_refunds.reason'],
  ...['payments.failure_reason', 'payments.parked_reason'],
];

describe('an erasure', () => {
  it('leaves no cell with anything that the person told, sent or got, and a ledger that adds up', async () => {
    const person = await aFullLife();
    const needles = [String(person.id), ...Object.values(TOLD)];
    await person.holdPacing();
    expect(await world.tablesWith(...needles)).toEqual(expect.arrayContaining(PLACES));
    expect(person.hasPhotos).toBe(true);
    const history = await world.payments.history(person.buyer);
    await leaveMarks(world.payments.test.database);
    const credits = await person.credits();
    const costs = await costsOf(person);
    expect(await person.erase()).toEqual({ kind: 'erased' });

    expect(costs).toHaveLength(2);
    expect(await costsOf(person)).toEqual(costs);
    expect(await world.tablesWith(...needles)).toEqual([]);
    expect(await listMarked(world.payments.test.database)).toEqual(KEPT);
    expect(person.hasPhotos).toBe(false);
    expect(await world.payments.history(person.buyer)).toEqual([...history, `expired -${credits}`]);
    expect(await person.row()).toMatchObject({ credits: 0, tg_user_id: null, language: 'ru', email: null });
  });

  it('is found done when it is repeated, and its update has nothing to act on', async () => {
    const person = await world.person();
    await person.keepDraft();
    const { lock } = await person.lockChat(77);
    expect(await person.eraseAccount(2)).toEqual({ kind: 'erased' });
    // As if the process ended here: the update comes again, to somebody without a person and a state.
    const [session] = await world.query('select state from bot_sessions where chat_id = $1', [person.id]);
    expect(session).toEqual({ state: {} });
    expect(await world.sessions.forget(lock)).toBe(true);
    expect(await person.lockChat(77)).toMatchObject({ stored: {}, user: null });
    expect(await world.sessions.forget(lock)).toBe(false);
    expect(await person.eraseAccount(2)).toEqual({ kind: 'erased' });
    expect(await world.payments.history(person.buyer)).toEqual(['signup +2', 'expired -2']);
  });

  it('changes nothing when the balance is not what the person was shown', async () => {
    const person = await world.person();
    expect(await person.look()).toEqual({ kind: 'free', credits: 2 });
    await world.query('select add_credits($1, 3)', [person.id]);
    expect(await person.erase(2)).toEqual({ kind: 'changed', credits: 5 });
    expect(await person.row()).toMatchObject({ username: TOLD.username, erased_at: null });
    expect(await person.erase(5)).toEqual({ kind: 'erased' });
  });
});

describe('an erasure is refused', () => {
  const expectBusy = async (person: ErasablePerson, videos: number, payments: number) => {
    expect(await person.look()).toEqual({ kind: 'busy', videos, payments });
    expect(await person.erase(2)).toEqual({ kind: 'busy', videos, payments });
    expect(await person.row()).toMatchObject({ username: TOLD.username, erased_at: null });
  };
  const untilFree = (person: ErasablePerson) =>
    waitFor(async () => (await person.look()).kind === 'free', { what: 'the end of it', timeoutMs: 15_000 });

  it('while a video is made', async () => {
    const person = await world.person();
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    const jobId = await person.order();
    await expectBusy(person, 1, 0);
    await person.missDeadline(jobId);
    await untilFree(person);
  });

  it('while a video that is over is still to be sent', async () => {
    const person = await world.person();
    const jobId = await person.order();
    await person.untilOver(jobId);
    await world.query(`update jobs set wake_at = now() + interval '1 hour' where id = $1`, [jobId]);
    await expectBusy(person, 1, 0);
    await world.query('update jobs set wake_at = null where id = $1', [jobId]);
  });

  it('while a payment waits for its money, or was told of and is not handled', async () => {
    const person = await world.person();
    const { paymentId, providerId } = await person.openPayment();
    await expectBusy(person, 0, 1);
    world.payments.yooKassa.expire(providerId);
    await world.payments.until(paymentId, 'canceled');
    await untilFree(person);
    const body = { payer: person.id };
    await world.query(
      `insert into payment_notifications (provider, event, object_id, body, check_at)
       values ('telegram_stars', 'payment.succeeded', $1, $2, now() + interval '1 hour')`,
      [`told-${person.id}`, body],
    );
    await expectBusy(person, 0, 1);
    await world.query(`delete from payment_notifications where object_id = $1`, [`told-${person.id}`]);
  });

  it('while a refund is under way', async () => {
    const person = await world.person();
    const { paymentId } = await person.pay();
    world.payments.yooKassa.nextRefund({ pendingTrueMs: 3_600_000 });
    await world.payments.refunds.request({ paymentId });
    await expectBusy(person, 0, 1);
    const atYooKassa = () => world.payments.yooKassa.refunds().find(({ status }) => status === 'pending');
    world.payments.yooKassa.finishRefund((await waitFor(atYooKassa, { what: 'the refund' })).id);
    await untilFree(person);
  });
});
