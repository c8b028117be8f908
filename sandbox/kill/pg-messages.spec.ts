import { describe, expect, it } from 'vitest';
import {
  PgSplitter,
  readBind,
  readCommandTag,
  readParse,
  readQuery,
  readStartup,
  STARTUP,
} from './pg-messages.js';
import { bind, commandComplete, message, parse, query, startup } from './pg-messages.support.js';

describe('PgSplitter', () => {
  const wire = Buffer.concat([startup({ user: 'a', database: 'b' }), query('select 1'), message('S')]);

  it('cuts what arrives in any pieces into the same whole messages', () => {
    for (const size of [1, 3, 7, wire.length]) {
      const splitter = new PgSplitter(true);
      const found = [];
      for (let at = 0; at < wire.length; at += size)
        found.push(...splitter.take(wire.subarray(at, at + size)));
      expect(found.map(({ type }) => type)).toEqual([STARTUP, 'Q', 'S']);
      expect(Buffer.concat(found.map(({ bytes }) => bytes))).toEqual(wire);
      expect(splitter.takeRest()).toHaveLength(0);
    }
  });

  it('keeps the beginning of a message until the rest comes', () => {
    const splitter = new PgSplitter(false);
    const tag = commandComplete('UPDATE 1');
    expect(splitter.take(tag.subarray(0, 4))).toEqual([]);
    expect(splitter.take(tag.subarray(4)).map(readCommandTag)).toEqual(['UPDATE 1']);
    expect(splitter.take(tag.subarray(0, 6))).toEqual([]);
    expect(splitter.takeRest()).toEqual(tag.subarray(0, 6));
  });
});

const only = (bytes: Buffer) => ({ type: String.fromCharCode(bytes[0] ?? 0), bytes });

describe('a message', () => {
  it('of the start names the application; a request for TLS or a cancellation names nobody', () => {
    const start = { type: STARTUP, bytes: startup({ user: 'u', application_name: 'neurocards-queues' }) };
    expect(readStartup(start)?.get('application_name')).toBe('neurocards-queues');
    const tlsRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
    expect(readStartup({ type: STARTUP, bytes: tlsRequest })).toBeNull();
  });

  it('of a query holds its words', () => {
    expect(readQuery(only(query('COMMIT')))).toBe('COMMIT');
    expect(readParse(only(parse('select «ы»', 'name')))).toEqual({ name: 'name', sql: 'select «ы»' });
  });

  it('of a bind holds text, NULL, and nothing of what is binary', () => {
    const bytes = bind(['ы', null, Buffer.from([1, 2]), '']);
    expect(readBind(only(bytes))).toEqual({ statement: '', params: ['ы', null, null, ''] });
    expect(readBind(only(bind([])))).toEqual({ statement: '', params: [] });
  });
});
