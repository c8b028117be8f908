import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NoticesService } from '../../src/modules/notifications/index.js';
import { DueJobsRepository } from '../../src/modules/jobs/due-jobs.repository.js';
import { JobsCron } from '../../src/modules/jobs/jobs.cron.js';
import { waitFor } from '../support/wait-for.js';
import { ErasureWorld, type ErasablePerson } from './erasure-world.js';

const DAY_MS = 24 * 3_600_000;
const OPERATOR = 4_900_000_003;
let world: ErasureWorld;
beforeAll(async () => {
  world = await ErasureWorld.start({ ADMIN_IDS: String(OPERATOR) });
  world.payments.yooKassa.configure({ receipts: 'required' });
  await world.register(OPERATOR);
});
afterEach(async () => {
  world.telegram.clearFaults();
  expect(await world.payments.drift()).toEqual([]);
});
afterAll(() => world.stop());

const sendsTo = ({ id }: ErasablePerson, method: string) =>
  world.telegram.calls(method).filter(({ args }) => args['chat_id'] === id);

/** A notice as a transaction would write it that began before the erasure. */
async function writeLateNotice(person: ErasablePerson): Promise<string> {
  const payload = { kind: 'surplus_refunded', price: { stars: 1 }, balance: 0 };
  const [row] = await world.query<{ id: string }>(
    `insert into notices (user_id, kind, cause, payload) values ($1, 'surplus_refunded', $2, $3) returning id`,
    [person.user.id, `late-${person.id}`, payload],
  );
  return row?.id ?? '';
}

const noticeOf = async (id: string) => (await world.query('select * from notices where id = $1', [id]))[0];

describe('what comes late for somebody who was erased', () => {
  it('is dropped: a notice is not written any more, and one that was is not sent', async () => {
    const person = await world.person();
    await person.erase();
    const notices = world.payments.get(NoticesService);
    const payload = { kind: 'surplus_refunded' as const, price: { stars: 1 }, balance: 0 };
    const { manager } = world.payments.test.database.dataSource;
    const written = { userId: person.user.id, cause: `never-${person.id}`, payload };
    expect(await notices.write(manager, written)).toBeNull();
    const before = sendsTo(person, 'sendMessage').length;
    const id = await writeLateNotice(person);
    await notices.wake(id);
    await waitFor(async () => (await noticeOf(id))?.['dropped_at'], { what: 'the drop' });
    expect(await noticeOf(id)).toMatchObject({ sent_at: null, parked_at: null });
    expect(sendsTo(person, 'sendMessage')).toHaveLength(before);
  });

  it('is no present: the video of a job that had failed by its deadline changes nothing', async () => {
    const person = await world.person();
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    const jobId = await person.order();
    const taskId = await person.missDeadline(jobId);
    await person.erase();
    const job = await world.jobOf(jobId);
    world.kie.finishTask(taskId);
    const callbacks = () =>
      world.query<{ check_at: Date | null }>(
        'select c.check_at from kie_callbacks c join kie_tasks t on t.id = c.kie_task_id where t.job_id = $1',
        [jobId],
      );
    await waitFor(async () => (await callbacks())[0]?.check_at === null, { what: 'the callback to be over' });
    expect(await world.jobOf(jobId)).toEqual(job);
    expect(sendsTo(person, 'sendVideo')).toEqual([]);
    expect(
      await world.query('select result_url, error_details from kie_tasks where job_id = $1', [jobId]),
    ).toEqual([{ result_url: null, error_details: null }]);
  });

  it('buys and orders nothing: whoever still holds their row is refused', async () => {
    const person = await world.person();
    await person.erase();
    await expect(world.payments.buy(person.buyer)).rejects.toThrow();
    await expect(person.order()).rejects.toThrow();
    const { id } = person.user;
    expect(
      await world.query(
        'select from payments where user_id = $1 union all select from jobs where user_id = $1',
        [id],
      ),
    ).toEqual([]);
  });

  it('stays parked: nobody comes back for it', async () => {
    const person = await world.person();
    world.telegram.failNext('sendVideo', {
      ...{ status: 403, description: 'Forbidden: bot was blocked by the user' },
      chatId: person.id,
    });
    const jobId = await person.order();
    await waitFor(async () => (await world.jobOf(jobId))['parked_at'], { what: 'the video to be parked' });
    const id = await writeLateNotice(person);
    await world.query('update notices set parked_at = now() where id = $1', [id]);
    expect(await person.erase(1)).toEqual({ kind: 'erased' });
    expect(await noticeOf(id)).toMatchObject({ parked_at: null, dropped_at: expect.any(Date) as Date });
    for (let looks = 0; looks < 3; looks++) await world.payments.get(JobsCron).tick();
    // Or each look would find it first, and those of the living never.
    const { manager } = world.payments.test.database.dataSource;
    expect(await world.payments.get(DueJobsRepository).listParkedOfReturned(manager, DAY_MS, 10)).toEqual([]);
    expect(await world.jobOf(jobId)).toMatchObject({ wake_at: null, status: 'completed', result_url: null });
    expect(sendsTo(person, 'sendVideo')).toHaveLength(1);
  });
});

describe('an invoice in Stars of somebody who was erased', () => {
  const chargesOf = ({ id }: ErasablePerson) =>
    world.telegram.starCharges().filter(({ personId }) => personId === id);

  it('cannot be paid any more, by the person they are now either', async () => {
    const person = await world.person();
    const { messageId } = await person.openInvoice();
    expect(await person.erase()).toEqual({ kind: 'erased' });
    const refused = { kind: 'refused' };
    expect(await world.telegram.payInvoice(person.id, messageId).outcome()).toMatchObject(refused);
    await world.register(person.id);
    expect(await world.telegram.payInvoice(person.id, messageId).outcome()).toMatchObject(refused);
    expect(chargesOf(person)).toEqual([]);
  });

  it('goes back to the payer by itself when it was paid all the same, and the refund forgets who that was', async () => {
    const person = await world.person();
    const { paymentId, messageId } = await person.openInvoice();
    const refuse = `alter table payment_notifications add constraint none check (object_id = '') not valid`;
    // Telegram's message of the charge is not taken before the erasure: it comes again after it.
    await world.query(refuse);
    await world.telegram.payInvoice(person.id, messageId).outcome();
    expect(await person.erase()).toEqual({ kind: 'erased' });
    await world.query('alter table payment_notifications drop constraint none');
    await waitFor(() => chargesOf(person)[0]?.state === 'refunded', { what: 'the Stars to be back' });
    const refunds = () =>
      world.query('select origin, status, payer_tg_user_id from payment_refunds where payment_id = $1', [
        paymentId,
      ]);
    await waitFor(async () => (await refunds())[0]?.['status'] === 'succeeded', {
      what: 'the end of the refund',
    });
    expect(await refunds()).toEqual([{ origin: 'surplus', status: 'succeeded', payer_tg_user_id: null }]);
    expect(await world.payments.row(paymentId)).toMatchObject({ status: 'pending' });
    expect(await world.payments.history(person.buyer)).toEqual(['signup +2', 'expired -2']);
  });
});

describe('money by card of somebody who was erased', () => {
  it('is parked and operators are told, when it is paid after we have stopped to ask', async () => {
    const person = await world.person();
    const { paymentId, providerId } = await person.openPayment();
    await world.query('update payments set check_at = null where id = $1', [paymentId]);
    expect(await person.erase()).toEqual({ kind: 'erased' });
    world.payments.yooKassa.pay(providerId);
    await waitFor(async () => (await world.payments.row(paymentId)).parked_reason, { what: 'the parking' });
    expect(await world.payments.row(paymentId)).toMatchObject({
      status: 'pending',
      provider_payment_id: providerId,
      parked_reason: `payment ${providerId} was paid after its person was erased`,
    });
    expect(
      await world.query('select from notices where cause like $1', [`payment-parked-${paymentId}-%`]),
    ).toHaveLength(1);
    expect(await world.payments.history(person.buyer)).toEqual(['signup +2', 'expired -2']);
  });

  it('can be given back, whole: what it bought is owed', async () => {
    const person = await world.person();
    const { paymentId, providerId } = await person.pay();
    expect(await person.erase()).toEqual({ kind: 'erased' });
    expect(await world.payments.refunds.request({ paymentId, amount: 9_950 })).toMatchObject({
      success: false,
      error: 'only_whole_without_email',
    });
    expect(await world.payments.refunds.request({ paymentId })).toMatchObject({ success: true });
    await waitFor(async () => (await world.payments.row(paymentId)).refunded_kopecks > 0, {
      what: 'the refund',
    });
    expect(await world.payments.row(paymentId)).toMatchObject({ refunded_kopecks: 19_900, credits_owed: 5 });
    expect(world.payments.yooKassa.payment(providerId)).toMatchObject({ refundedKopecks: 19_900 });
    expect(await world.payments.history(person.buyer)).toEqual([
      ...['signup +2', 'purchase +5', 'expired -7', 'payment_refund +0'],
    ]);
  });

  it('and Stars cannot: Telegram gives them back by an id that is not kept', async () => {
    const person = await world.person();
    const { paymentId } = await person.payInStars();
    expect(await person.erase()).toEqual({ kind: 'erased' });
    expect(await world.payments.refunds.request({ paymentId })).toMatchObject({
      success: false,
      error: 'stars_of_an_erased_person',
    });
  });
});
