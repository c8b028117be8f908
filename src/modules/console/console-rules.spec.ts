import { describe, expect, it } from 'vitest';
import { maskDetails } from './masking.rules.js';
import { readCursor, readSearch, writeCursor } from './search.rules.js';

const UUID = '0198c0de-1234-4abc-8def-0123456789ab';

describe('a search', () => {
  it.each([
    [UUID, UUID, UUID],
    [UUID.replaceAll('-', ''), UUID, UUID],
    ['0198C0DE', '0198c0de-0000-0000-0000-000000000000', '0198c0de-ffff-ffff-ffff-ffffffffffff'],
    ['0198c0de-12', '0198c0de-1200-0000-0000-000000000000', '0198c0de-12ff-ffff-ffff-ffffffffffff'],
    [' 0198c0de-1234-4abc ', '0198c0de-1234-4abc-0000-000000000000', '0198c0de-1234-4abc-ffff-ffffffffffff'],
  ])('%s is an id of ours or its beginning', (text, from, to) => {
    expect(readSearch(text).idRange).toEqual({ from, to });
  });

  it.each(['0198c0d', 'mug', '@0198c0de', `${UUID}0`, 'г198c0de'])('%s is none', (text) => {
    expect(readSearch(text).idRange).toBeNull();
  });

  it.each([
    ['4900000101', { tgUserId: '4900000101', username: '4900000101', foreignId: '4900000101' }],
    ['@Anna_Sells', { tgUserId: null, username: 'anna_sells', names: [], foreignId: null }],
    ['анна', { tgUserId: null, username: null, names: ['анна', 'Анна'], foreignId: null }],
    ['Ю', { names: ['Ю'], fullNames: [] }],
    [
      'анна  Котова',
      {
        names: ['анна  Котова', 'Анна  Котова'],
        fullNames: [
          { first: 'анна', last: 'Котова' },
          { first: 'Анна', last: 'Котова' },
          { first: 'Котова', last: 'анна' },
          { first: 'Котова', last: 'Анна' },
        ],
      },
    ],
    ['Anna-Maria von Kotov', { fullNames: [] }],
    ['100%', { tgUserId: null, username: null, names: [], foreignId: null }],
    ['2d8f-000f-5000', { foreignId: '2d8f-000f-5000', tgUserId: null }],
    ['', { idRange: null, tgUserId: null, username: null, names: [], foreignId: null }],
    ["'; drop table users", { names: ["'; drop table users"], foreignId: null }],
    ['0', { tgUserId: null }],
    ['99999999999999999999', { tgUserId: null }],
  ])('%s may mean %j', (text, meaning) => {
    expect(readSearch(text)).toMatchObject(meaning);
  });
});

describe('a cursor', () => {
  it.each(['2026-11-22 16:46:16.123456+00', '2026-11-22 16:46:16+05:30'])('of %s comes back', (at) => {
    expect(readCursor(writeCursor({ at, id: UUID }), 'uuid')).toEqual({ at, id: UUID });
    expect(readCursor(writeCursor({ at, id: '77' }), 'bigint')).toEqual({ at, id: '77' });
    expect(readCursor(writeCursor({ at, id: UUID }), 'bigint')).toBeNull();
    expect(readCursor(writeCursor({ at, id: '77' }), 'uuid')).toBeNull();
  });

  it.each(['', 'x', writeCursor({ at: 'now()', id: UUID }), writeCursor({ at: '2026-11-22', id: UUID })])(
    '%s was never given out',
    (text) => {
      expect(readCursor(text, 'uuid')).toBeNull();
    },
  );
});

describe('masked details', () => {
  it('hide what opens something and keep the rest', () => {
    const url = `https://bot.example/webhooks/kie/${UUID}`;
    expect(
      maskDetails({
        apiKey: 'a',
        api_key: 'a',
        Authorization: 'Bearer a',
        key: 'a',
        keyFingerprint: 'abc',
        param: { callBackUrl: url, prompt: `see ${url}`, image_urls: ['https://cdn.example/a.jpg'] },
        deliveryLeaseToken: 'a',
        tokens_in: 12,
        monkey: 'bars',
      }),
    ).toEqual({
      apiKey: '…',
      api_key: '…',
      Authorization: '…',
      key: '…',
      keyFingerprint: 'abc',
      param: {
        callBackUrl: 'https://bot.example/webhooks/kie/…',
        prompt: 'see https://bot.example/webhooks/kie/…',
        image_urls: ['https://cdn.example/a.jpg'],
      },
      deliveryLeaseToken: '…',
      tokens_in: 12,
      monkey: 'bars',
    });
  });

  it('end somewhere', () => {
    const endless: { inner?: unknown } = {};
    endless.inner = endless;
    expect(JSON.stringify(maskDetails(endless)).length).toBeLessThan(300);
  });
});
