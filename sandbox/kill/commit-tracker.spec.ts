import { describe, expect, it } from 'vitest';
import { AnswerReader, CommitTracker } from './commit-tracker.js';
import { PgSplitter } from './pg-messages.js';
import { bind, commandComplete, message, parse, query } from './pg-messages.support.js';

const split = (...bytes: Buffer[]) => new PgSplitter(false).take(Buffer.concat(bytes));
const extended = (sql: string, params: (string | null)[]) =>
  split(
    parse(sql),
    bind(params),
    message('D', Buffer.from('P\0')),
    message('E', '', Buffer.alloc(4)),
    message('S'),
  );
const simple = (sql: string) => split(query(sql));
const done = (tag: string) => ({ tags: [tag], failed: false });
const sqlOf = (statements: readonly { sql: string }[] | null) => statements?.map(({ sql }) => sql);

describe('CommitTracker', () => {
  it('takes a statement outside of a transaction for a commit of its own', () => {
    const tracker = new CommitTracker();
    expect(tracker.request(extended('update a set b = $1', ['1']))).toEqual([
      { sql: 'update a set b = $1', params: ['1'] },
    ]);
    expect(tracker.answer(done('UPDATE 1'))).toMatchObject([{ changed: true }]);
    tracker.request(extended('update a set b = $1', ['1']));
    expect(tracker.answer(done('UPDATE 0'))).toMatchObject([{ changed: false }]);
  });

  it('gathers a transaction until its COMMIT', () => {
    const tracker = new CommitTracker();
    expect(tracker.request(simple('START TRANSACTION'))).toBeNull();
    expect(tracker.answer(done('START TRANSACTION'))).toBeNull();
    for (const sql of ['insert into a', 'insert into b']) {
      expect(tracker.request(extended(sql, []))).toBeNull();
      expect(tracker.answer(done('INSERT 0 1'))).toBeNull();
    }
    expect(sqlOf(tracker.request(simple('COMMIT')))).toEqual(['insert into a', 'insert into b']);
    expect(sqlOf(tracker.answer(done('COMMIT')))).toEqual(['insert into a', 'insert into b']);
    expect(sqlOf(tracker.request(simple('select 1')))).toEqual(['select 1']);
  });

  it('forgets what is rolled back, by us or by the server', () => {
    const tracker = new CommitTracker();
    tracker.request(simple('begin'));
    tracker.request(simple('insert into a'));
    expect(tracker.request(simple('ROLLBACK'))).toBeNull();
    tracker.request(simple('begin'));
    tracker.request(simple('insert into a'));
    tracker.request(simple('COMMIT'));
    expect(tracker.answer(done('ROLLBACK'))).toBeNull();
    tracker.request(simple('insert into a'));
    expect(tracker.answer({ tags: [], failed: true })).toBeNull();
  });

  it('knows a statement that was prepared before', () => {
    const tracker = new CommitTracker();
    tracker.request(split(parse('delete from a', 'kept'), message('S')));
    expect(sqlOf(tracker.request(split(bind([], 'kept'), message('S'))))).toEqual(['delete from a']);
  });
});

describe('AnswerReader', () => {
  it('gives the tags of a whole answer, and whether it is an error', () => {
    const reader = new AnswerReader();
    const take = (...bytes: Buffer[]) => split(...bytes).map((one) => reader.take(one));
    const ready = message('Z', Buffer.from('I'));
    expect(take(commandComplete('SELECT 1'), commandComplete('UPDATE 2'), ready).at(-1)).toEqual({
      tags: ['SELECT 1', 'UPDATE 2'],
      failed: false,
    });
    expect(take(message('E', Buffer.from('SERROR\0\0')), ready)).toEqual([null, { tags: [], failed: true }]);
  });
});
