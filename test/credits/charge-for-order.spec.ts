import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreditsService } from '../../src/modules/credits/index.js';
import {
  ForeignIdempotencyKeyError,
  InsufficientCreditsError,
  InvalidCreditOperationError,
  UnknownUserError,
  type OrderToCharge,
} from '../../src/modules/credits/index.js';
import { runInTransaction, sqlStateOf } from '../../src/platform/index.js';
import type { TestDatabase } from '../support/database.js';
import {
  atOnce,
  aUser,
  balanceOf,
  createCreditsDatabase,
  expectCleanAudit,
  historyOf,
  order,
  type TestUser,
} from './fixtures.js';
import { holding } from './holding.js';

let db: TestDatabase;
let credits: CreditsService;
beforeAll(async () => {
  ({ db, credits } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

const orderWith = (em: EntityManager, { tgUserId }: TestUser, key: string) =>
  em.query(`select create_job_and_consume_credit($1, 'ugc', $2, 'inputs/1/a.jpg', 'A mug')`, [tgUserId, key]);

const anOrder = (tgUserId: number, given: Partial<OrderToCharge> = {}): OrderToCharge => ({
  tgUserId,
  template: 'ad',
  idempotencyKey: `draft-${tgUserId}`,
  photoPath: 'inputs/1/a.jpg',
  promptInput: 'A red mug',
  count: 1,
  creditsPerJob: 1,
  options: {},
  ...given,
});

const charge = (given: OrderToCharge) =>
  runInTransaction(db.dataSource, (em) => credits.chargeForOrder(em, given));

describe('an order', () => {
  it('F-36 takes its credit and writes job, history and timeline together', async () => {
    const user = await aUser(db);
    const charged = await charge(
      anOrder(user.tgUserId, { options: { kind: 'reels', wishes: 'brighter', queue_deadline_ms: 60_000 } }),
    );
    expect(charged).toMatchObject({ newCredits: 1, created: true });
    const [job] = await db.query(
      `select id, order_id, position, kind, template_type, photo_path, prompt_input, options->>'wishes' as wishes, credits,
         status, step, wake_number, wake_at <= now() as awake, deadline_at - created_at = interval '60 seconds' as in_time
       from jobs where user_id = $1`,
      [user.id],
    );
    expect(job).toEqual({
      id: charged.jobIds[0],
      order_id: charged.orderId,
      position: 1,
      kind: 'reels',
      template_type: 'ad',
      photo_path: 'inputs/1/a.jpg',
      prompt_input: 'A red mug',
      wishes: 'brighter',
      credits: 1,
      status: 'queued',
      step: 'prompt',
      wake_number: 1,
      awake: true,
      in_time: true,
    });
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2', 'usage -1 = 1']);
    const events = await db.query('select event from job_events where job_id = $1', charged.jobIds);
    expect(events).toEqual([{ event: 'queued' }]);
  });

  it('waits two hours in the queue unless told otherwise', async () => {
    const user = await aUser(db);
    const { job_id } = await order(db, user);
    const [job] = await db.query(
      `select deadline_at - created_at = interval '2 hours' as two_hours, kind from jobs where id = $1`,
      [job_id],
    );
    expect(job).toEqual({ two_hours: true, kind: 'neurocard' });
  });

  it('F-51 of three is charged whole, one usage per job, in order', async () => {
    const user = await aUser(db, { credits: 7 });
    const charged = await charge(anOrder(user.tgUserId, { count: 3, creditsPerJob: 2 }));
    expect(charged.newCredits).toBe(1);
    expect(charged.jobIds).toHaveLength(3);
    expect(await historyOf(db, user)).toEqual([
      'signup +7 = 7',
      'usage -2 = 5',
      'usage -2 = 3',
      'usage -2 = 1',
    ]);
    const jobs = await db.query<{ id: string }>('select id from jobs where order_id = $1 order by position', [
      charged.orderId,
    ]);
    expect(jobs.map((job) => job.id)).toEqual(charged.jobIds);
  });

  it('F-51 F-36 of more than the balance takes nothing at all', async () => {
    const user = await aUser(db, { credits: 2 });
    const refusal = await charge(anOrder(user.tgUserId, { count: 3 })).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InsufficientCreditsError);
    expect(refusal).toMatchObject({ code: 'CREDITS_INSUFFICIENT', balance: 2, needed: 3 });
    expect(await balanceOf(db, user)).toBe(2);
    expect(await db.query('select id from jobs where user_id = $1', [user.id])).toEqual([]);
  });

  it('leaves nothing when its transaction is rolled back', async () => {
    const user = await aUser(db);
    const crash = runInTransaction(db.dataSource, async (em) => {
      await credits.chargeForOrder(em, anOrder(user.tgUserId));
      throw new Error('killed here');
    });
    await expect(crash).rejects.toThrow('killed here');
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2']);
    expect(await charge(anOrder(user.tgUserId))).toMatchObject({ created: true, newCredits: 1 });
  });
});

describe('the key of an order', () => {
  it('F-37 gives the same jobs and charges nothing the second time, whatever the count', async () => {
    const user = await aUser(db, { credits: 9 });
    const first = await charge(anOrder(user.tgUserId, { count: 3 }));
    const second = await charge(anOrder(user.tgUserId, { count: 1 }));
    expect(second).toEqual({ ...first, created: false });
  });

  it('F-37 makes 50 taps at once one order', async () => {
    const user = await aUser(db, { credits: 50 });
    const answers = await atOnce(() => order(db, user, { key: `draft-${user.tgUserId}`, count: 3 }), 50);
    const orders = answers.filter((answer) => 'order_id' in answer);
    expect(orders).toHaveLength(50);
    expect(orders.filter((answer) => answer.created)).toHaveLength(1);
    expect(new Set(orders.map((answer) => answer.job_ids.join())).size).toBe(1);
    expect(await balanceOf(db, user)).toBe(47);
  });

  it('F-37 waits for the same order under way, and then finds it', async () => {
    const user = await aUser(db);
    const key = randomUUID();
    const first = await holding(db, (em) => orderWith(em, user, key));
    const second = order(db, user, { key });
    await first.untilAwaited();
    await first.commit();
    expect(await second).toMatchObject({ created: false, new_credits: 1 });
  });

  it('is nobody else’s', async () => {
    const [owner, other] = [await aUser(db), await aUser(db)];
    await charge(anOrder(owner.tgUserId, { idempotencyKey: 'draft-foreign' }));
    await expect(charge(anOrder(other.tgUserId, { idempotencyKey: 'draft-foreign' }))).rejects.toBeInstanceOf(
      ForeignIdempotencyKeyError,
    );
    expect(await balanceOf(db, other)).toBe(2);
  });

  it('is not even for a moment two people’s', async () => {
    const [anna, boris] = [await aUser(db), await aUser(db)];
    const key = randomUUID();
    const first = await holding(db, (em) => orderWith(em, anna, key));
    const second = order(db, boris, { key }).catch(sqlStateOf);
    await first.untilAwaited();
    await first.commit();
    expect(await second).toBe('NC002');
    expect(await balanceOf(db, boris)).toBe(2);
  });

  it('used by 20 people at once belongs to one of them', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => aUser(db)));
    const answers = await atOnce((index) => order(db, people[index]!, { key: 'draft-contested', count: 2 }));
    expect(answers.filter((answer) => 'created' in answer && answer.created)).toHaveLength(1);
    expect(answers.filter((answer) => 'refused' in answer && answer.refused === 'NC002')).toHaveLength(19);
    const balances = await Promise.all(people.map((person) => balanceOf(db, person)));
    expect(balances.sort()).toEqual([0, ...Array<number>(19).fill(2)]);
  });
});

describe('the balance', () => {
  it('F-35 F-36 F-49 is never overdrawn by 20 orders at once', async () => {
    const user = await aUser(db, { credits: 7 });
    const answers = await atOnce(() => order(db, user));
    expect(answers.filter((answer) => 'created' in answer && answer.created)).toHaveLength(7);
    expect(answers.filter((answer) => 'refused' in answer && answer.refused === 'NC001')).toHaveLength(13);
    expect(await balanceOf(db, user)).toBe(0);
  });

  it('counts every gift and every order made at the same moment', async () => {
    const user = await aUser(db, { credits: 20 });
    await atOnce<unknown>((index) =>
      index % 2 === 0 ? order(db, user) : db.query('select add_credits($1, 3)', [user.tgUserId]),
    );
    expect(await balanceOf(db, user)).toBe(20 - 10 + 30);
  });
});

describe('a wrong order', () => {
  it('of somebody unknown is refused', async () => {
    await expect(charge(anOrder(1))).rejects.toBeInstanceOf(UnknownUserError);
  });

  it.each<[string, Partial<OrderToCharge>]>([
    ['an unknown template', { template: 'film' as OrderToCharge['template'] }],
    ['an empty key', { idempotencyKey: ' ' }],
    ['no jobs', { count: 0 }],
    ['too many jobs', { count: 101 }],
    ['jobs for nothing', { creditsPerJob: 0 }],
    ['jobs that pay the person', { creditsPerJob: -1 }],
    ['an unknown kind', { options: { kind: 'film' } }],
    ['a queue deadline that is no number', { options: { queue_deadline_ms: 'soon' } }],
    ['a queue deadline in the past', { options: { queue_deadline_ms: -1 } }],
    ['an endless description', { promptInput: 'x'.repeat(20_001) }],
  ])('with %s is refused', async (_, given) => {
    const user = await aUser(db);
    await expect(charge(anOrder(user.tgUserId, given))).rejects.toBeInstanceOf(InvalidCreditOperationError);
    expect(await balanceOf(db, user)).toBe(2);
  });
});
