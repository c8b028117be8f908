import { describe, expect, it } from 'vitest';
import { isWrite, nameCommit } from './commit-names.js';

const one = (sql: string, ...params: (string | null)[]) => [{ sql, params }];

describe('nameCommit', () => {
  it.each<[string, string, (string | null)[]]>([
    [
      'job.complete',
      'insert into job_events (job_id, event, details) values ($1, $2, $3)',
      ['id', 'complete', '{}'],
    ],
    [
      'step.create',
      `update jobs set wake_at = clock_timestamp() + $4 * interval '1 ms'
        where id = $1 and step = $2 and wake_number = $3 and status in ('queued', 'processing')`,
      ['id', 'create', '1', '100'],
    ],
    [
      'job.wait',
      `update jobs set wake_at = clock_timestamp() + $5::float8 * interval '1 ms'
        where id = $1 and status = $2 and step = $3 and wake_number = $4`,
      ['id', 'processing', 'generate', '3', '100'],
    ],
    ['task.settle', 'update kie_tasks set state = $3 where id = $1 and state = any($2)', ['id']],
    [
      'session.lock',
      'with mine as ( insert into bot_sessions as c (chat_id) values ($1) returning 1) select 1',
      ['5'],
    ],
    [
      'payment.claim',
      'update payments set checks = checks + 1, check_at = clock_timestamp() where id = $1',
      ['id'],
    ],
    [
      'progress.settle',
      'update progress_messages set shown = $2, closed_at = case when $3 then clock_timestamp() end where order_id = $1',
      ['id', '[]', 'false'],
    ],
    [
      'progress.close',
      'update progress_messages set shown = $2, failures = 0, closed_at = case when $3 then clock_timestamp() end',
      ['id', '[]', 'true'],
    ],
    [
      'progress.want',
      'update progress_messages set wanted = $2 where order_id = $1 and closed_at is null',
      ['id', '[]'],
    ],
    [
      'progress.release',
      'update progress_messages set shown = $2 where order_id = $1 and shown is null',
      ['id', '[]'],
    ],
  ])('says %s', (name, sql, params) => {
    expect(nameCommit(one(sql, ...params))).toBe(name);
  });

  it('names a transaction by what it is about, not by its last statement', () => {
    const order = [
      ...one('select from users where id = $1 for no key update', '1'),
      ...one('SELECT  create_job_and_consume_credit($1, $2)', '1', '2'),
      ...one('insert into progress_messages (order_id) values ($1)', '3'),
    ];
    expect(nameCommit(order)).toBe('order.charge');
  });

  it('has no name for a look, and none for what it does not know', () => {
    expect(nameCommit(one('select id from jobs where id = $1', '1'))).toBeNull();
    expect(nameCommit(one('insert into something_new values ($1)', '1'))).toBeNull();
  });
});

describe('isWrite', () => {
  it.each([
    ['insert into a values (1)', true],
    ['  UPDATE a set b = 1', true],
    ['with x as (insert into a values (1) returning 1) select * from x', true],
    ['select * from jobs where id = $1 for update', false],
    ['select from users u for no key update of u', false],
    ['select updated_at from a', false],
    ['insert into payment_reconciliations (provider) values ($1)', false],
    ['update payments set checks = 1', true],
    ['delete from telegram_pacing where chat_id in (select chat_id from telegram_pacing)', false],
    ['update photo_looks l set attempts = 1', false],
    ['insert into stored_photos (path, remove_at) values ($1, $2)', false],
    [
      'with page as ( select chat_id, updated_at from bot_sessions where chat_id > $1), gone as ( delete from bot_sessions s) select 1',
      false,
    ],
    ['with asked as ( insert into photo_looks (photo_path) values ($1)) select 1', false],
  ])('%s: %s', (sql, expected) => {
    expect(isWrite({ sql, params: [] })).toBe(expected);
  });
});
