import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DemoPerson } from '../../sandbox/demo/person.js';
import {
  JobActions,
  OperatorActions,
  PaymentActions,
  ServiceActions,
  UserActions,
  type OperatorRequest,
} from '../../src/modules/admin/index.js';
import { JobsService } from '../../src/modules/jobs/index.js';
import { KieKeys } from '../../src/modules/kie/index.js';
import { PhotoRetention } from '../../src/modules/photos/index.js';
import { JobsWorld, type Customer } from '../jobs/jobs-world.js';
import { waitFor } from '../support/wait-for.js';

const MODEL = 'grok-imagine-video-1-5-preview';
const RACERS = 10;

const wish = (changes: Partial<OperatorRequest> = {}): OperatorRequest => ({
  operator: 'console:olga',
  reason: 'the customer asked for it',
  key: randomUUID(),
  ...changes,
});

/** Says something, and waits for the bot's answer to hold a text. */
async function answered(person: DemoPerson, says: string, text: string): Promise<void> {
  const before = person.chat().length;
  person.say(says);
  const isAnswered = () =>
    person
      .chat()
      .slice(before)
      .some((message) => message.text.includes(text));
  await waitFor(isAnswered, { what: `an answer with "${text}"` });
}

describe('what an operator does', () => {
  let world: JobsWorld;
  let jobs: JobActions;
  let users: UserActions;
  let service: ServiceActions;

  beforeAll(async () => {
    world = await JobsWorld.start();
    [jobs, users, service] = [world.get(JobActions), world.get(UserActions), world.get(ServiceActions)];
  });

  afterEach(async () => {
    world.telegram.clearFaults();
    await world.expectCleanAudit();
  });

  afterAll(() => world.stop());

  const actionsAbout = (subject: string) =>
    world.query<{ action: string; operator: string; reason: string; outcome: string }>(
      'select action, operator, reason, outcome from operator_actions where subject = $1 order by id',
      [subject],
    );
  const stuckJob = async (customer: Customer): Promise<string> => {
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    const jobId = await customer.orderOne();
    await world.taskAtKie(jobId);
    return jobId;
  };

  it('fails a job with its refund and its notice, once, however often the wish comes', async () => {
    const customer = await world.customer();
    const jobId = await stuckJob(customer);
    const request = wish();
    const results = await Promise.all(Array.from({ length: RACERS }, () => jobs.fail(request, jobId)));
    expect(results.map(({ outcome }) => outcome)).toEqual(Array.from({ length: RACERS }, () => 'done'));
    expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await world.job(jobId)).toMatchObject({ status: 'failed', failure_reason: 'by_operator' });
    expect(await customer.balance()).toBe(2);
    await customer.reads('notice.failed.by_operator');
    expect(await actionsAbout(jobId)).toEqual([
      { action: 'job_failed', operator: 'console:olga', reason: request.reason, outcome: 'done' },
    ]);
    expect(await jobs.fail(wish(), jobId)).toMatchObject({ outcome: 'over', repeated: false });
    expect(await jobs.sendAgain(wish(), jobId)).toMatchObject({ outcome: 'no_video' });
    expect(await customer.balance()).toBe(2);
  });

  it('has a video sent once more by what Telegram keeps of it, and makes no other', async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    await world.over(jobId);
    const first = (await world.job(jobId)).video_message_id;
    expect(await jobs.sendAgain(wish(), jobId)).toMatchObject({ outcome: 'done' });
    const again = await world.until(jobId, (job) => job.video_message_id !== first, 'another message');
    expect(again).toMatchObject({ status: 'completed', sending_again: false, wake_at: null });
    await customer.reads('result.again');
    expect(customer.person.videos()).toHaveLength(2);
    expect(await world.tasks(jobId)).toHaveLength(1);
    expect(await customer.balance()).toBe(1);
  });

  it('gives nothing back when a video that had been sent cannot be sent once more', async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    await world.over(jobId);
    const refusal = { status: 400, description: 'Bad Request: wrong file identifier' };
    world.telegram.failNext('sendVideo', { ...refusal, chatId: customer.person.id });
    await jobs.sendAgain(wish(), jobId);
    const after = await world.until(jobId, ({ wake_at }) => wake_at === null, 'the end of the send');
    expect(after).toMatchObject({ status: 'completed', sending_again: false });
    expect(await customer.balance()).toBe(1);
  });

  it('does not fail a job whose video is being sent: its person would have both', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { delayMs: 800, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    await world.until(jobId, (job) => job['delivery_lease_token'] !== null, 'the send to begin');
    expect(await jobs.fail(wish(), jobId)).toMatchObject({ outcome: 'under_way' });
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect(await customer.balance()).toBe(1);
    expect(customer.person.videos()).toHaveLength(1);
  });

  it('gives nothing back for a video of the legacy system, which no message of ours holds', async () => {
    const customer = await world.customer();
    const [imported] = await world.query<{ answer: { job_id: string } }>(
      'select import_legacy_job($1, $2, $3) as answer',
      [
        randomUUID(),
        customer.user.id,
        { status: 'completed', video_file_id: 'a-file-of-another-bot', description: 'A mug' },
      ],
    );
    const jobId = imported?.answer.job_id ?? '';
    const refusal = { status: 400, description: 'Bad Request: wrong file identifier' };
    world.telegram.failNext('sendVideo', { ...refusal, chatId: customer.person.id });
    expect(await jobs.sendAgain(wish(), jobId)).toMatchObject({ outcome: 'done' });
    const after = await world.until(jobId, ({ wake_at }) => wake_at === null, 'the end of the send');
    expect(after).toMatchObject({ status: 'completed', sending_again: false });
    expect(await customer.balance()).toBe(2);
  });

  it('is recorded also about a job that there is not', async () => {
    const request = wish();
    const unknown = randomUUID();
    expect(await jobs.fail(request, unknown)).toMatchObject({ outcome: 'not_found', repeated: false });
    expect(await jobs.fail(request, unknown)).toMatchObject({ outcome: 'not_found', repeated: true });
    expect(await actionsAbout(unknown)).toMatchObject([{ action: 'job_failed', outcome: 'not_found' }]);
  });

  it('gives a video that was never sent as a present', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendVideo', { status: 502, times: 3, chatId: customer.person.id });
    const jobId = await customer.orderOne();
    await world.over(jobId);
    expect(await jobs.sendAgain(wish(), jobId)).toMatchObject({ outcome: 'done' });
    await customer.reads('result.present');
    const after = await world.until(jobId, ({ wake_at }) => wake_at === null, 'the end of the send');
    expect(after).toMatchObject({ status: 'failed', failure_reason: 'send_failed' });
    expect(await customer.balance()).toBe(2);
  });

  it('makes a video again at our expense, once, and not without its photo', async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    const request = wish();
    expect(await jobs.makeAgain(wish(), jobId)).toMatchObject({ outcome: 'under_way' });
    await world.over(jobId);
    const made = await jobs.makeAgain(request, jobId);
    expect(made).toMatchObject({ outcome: 'done', repeated: false });
    const newJobId = made.details['jobId'] as string;
    expect(await jobs.makeAgain(request, jobId)).toEqual({ ...made, repeated: true });
    expect(await world.over(newJobId)).toMatchObject({ status: 'completed' });
    await customer.reads('notice.made_again');
    expect(await customer.balance()).toBe(1);
    expect(customer.person.videos()).toHaveLength(2);
    await world.get(PhotoRetention).forget((await world.job(jobId))['photo_path'] as string);
    expect(await jobs.makeAgain(wish(), jobId)).toMatchObject({ outcome: 'photo_gone' });
    expect(await jobs.makeAgain(wish(), randomUUID())).toMatchObject({ outcome: 'not_found' });
    expect(await customer.balance()).toBe(1);
  });

  it('grants credits once, tells the person, and refuses a digit too many', async () => {
    const customer = await world.customer();
    const request = wish();
    const granted = await Promise.all(
      Array.from({ length: RACERS }, () => users.grant(request, customer.user.id, 3)),
    );
    expect(granted.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(granted[0]).toMatchObject({ outcome: 'done', details: { credits: 3, newCredits: 5 } });
    expect(await customer.balance()).toBe(5);
    await customer.reads('notice.credits_granted', { count: 3 });
    expect(customer.count('notice.credits_granted', { count: 3 })).toBe(1);
    for (const amount of [0, -1, 501, 1.5]) {
      const refused = await users.grant(wish(), customer.user.id, amount);
      expect(refused).toMatchObject({ outcome: 'not_positive' });
    }
    expect(await users.grant(wish(), randomUUID(), 3)).toMatchObject({ outcome: 'not_found' });
    expect(await customer.balance()).toBe(5);
    // A key stands for one wish.
    expect(await users.ban(request, customer.user.id)).toMatchObject({ outcome: 'key_reused' });
  });

  it('leaves no trace of what was rolled back, and asks for a reason', async () => {
    const customer = await world.customer();
    await expect(users.grant(wish({ reason: ' x ' }), customer.user.id, 3)).rejects.toThrow(
      'operator_actions_reason_check',
    );
    expect(await customer.balance()).toBe(2);
    expect(await actionsAbout(customer.user.id)).toEqual([]);
  });

  it('bans a person, and opens the bot to them again', async () => {
    const { user, person } = await world.customer({ language: 'en' });
    expect(await users.ban(wish(), user.id)).toMatchObject({ outcome: 'done' });
    expect(await users.ban(wish(), user.id)).toMatchObject({ outcome: 'unchanged' });
    await answered(person, '/menu', 'Access to the bot is closed');
    expect(await users.unban(wish(), user.id)).toMatchObject({ outcome: 'done' });
    await answered(person, '/menu', 'Which product are we filming?');
    expect((await actionsAbout(user.id)).map(({ outcome }) => outcome)).toEqual([
      'done',
      'unchanged',
      'done',
    ]);
  });

  it('sets a model or a key aside for every process, and brings it back', async () => {
    const customer = await world.customer();
    const start = async () => (await world.get(JobsService).startOrder(await customer.request())).kind;
    const [key] = world.get(KieKeys).all();
    const fingerprint = key?.fingerprint ?? '';
    expect(await service.setKeyAside(wish(), fingerprint)).toMatchObject({ outcome: 'done' });
    expect(await start()).toBe('not_accepting');
    expect(await service.bringKeyBack(wish(), fingerprint)).toMatchObject({ outcome: 'done' });
    expect(await service.bringKeyBack(wish(), fingerprint)).toMatchObject({ outcome: 'unchanged' });
    expect(await service.setKeyAside(wish(), 'no-such-key')).toMatchObject({ outcome: 'not_found' });

    expect(await service.setModelAside(wish(), MODEL)).toMatchObject({ outcome: 'done' });
    const jobId = await customer.orderOne();
    expect((await world.over(jobId))['model']).toBe('veo3_fast');
    expect(await service.bringModelBack(wish(), MODEL)).toMatchObject({ outcome: 'done' });
    expect(await service.setModelAside(wish(), 'no-such-model')).toMatchObject({ outcome: 'not_found' });
  });

  it('stops new orders, and nothing else', async () => {
    const customer = await world.customer();
    const running = await customer.orderOne();
    await service.turnSwitch(wish(), 'orders_stopped', true);
    const refused = await world.get(JobsService).startOrder(await customer.request());
    expect(refused.kind).toBe('not_accepting');
    expect((await world.over(running)).status).toBe('completed');
    await service.turnSwitch(wish(), 'orders_stopped', false);
    expect((await world.get(JobsService).startOrder(await customer.request())).kind).toBe('started');
  });

  it('closes the bot for maintenance to all but operators', async () => {
    const { person } = await world.customer({ language: 'en' });
    await service.turnSwitch(wish(), 'maintenance', true);
    await answered(person, '/menu', 'The bot is closed for a short while');
    await service.turnSwitch(wish(), 'maintenance', false);
    await answered(person, '/menu', 'Which product are we filming?');
  });

  it('asks YooKassa about a payment, and gives money back', async () => {
    const payments = world.get(PaymentActions);
    expect(await payments.check(wish(), randomUUID())).toMatchObject({ outcome: 'not_found' });
    expect(await payments.refund(wish(), randomUUID())).toMatchObject({ outcome: 'payment_not_found' });
  });

  it('is listed, the newest first, and can be changed by nobody', async () => {
    const customer = await world.customer();
    const { id } = customer.user;
    await users.ban(wish({ operator: 'telegram:7' }), id);
    await users.unban(wish(), id);
    const actions = world.get(OperatorActions);
    const about = { subjectKind: 'user', subject: id } as const;
    const [last, first] = await actions.list({ about, limit: 10 });
    expect([last?.action, first?.action]).toEqual(['user_unbanned', 'user_banned']);
    expect(await actions.list({ about, beforeId: last?.id, limit: 10 })).toHaveLength(1);
    expect((await actions.list({ about, operator: 'telegram:7', limit: 10 }))[0]?.id).toBe(first?.id);
    for (const sql of ['delete from operator_actions', `update operator_actions set reason = 'another'`]) {
      await expect(world.query(sql)).rejects.toThrow('append-only');
    }
  });
});
