import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALLBACK_DATA_BYTES_MAX, CALLBACK_KINDS, decodeCallback, encodeCallback } from './callback-data.js';

const JOB_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const LONGEST_PLAN_ID = 'the_longest_plan_id_2027';

describe('callback data', () => {
  it.each([
    [encodeCallback('menu'), { kind: 'menu', args: [] }],
    [encodeCallback('back', 'description'), { kind: 'back', args: ['description'] }],
    [encodeCallback('count', '5'), { kind: 'count', args: ['5'] }],
    [encodeCallback('another', JOB_ID), { kind: 'another', args: [JOB_ID] }],
    [encodeCallback('confirm', JOB_ID, '10'), { kind: 'confirm', args: [JOB_ID, '10'] }],
    [encodeCallback('plans'), { kind: 'plans', args: [] }],
    [encodeCallback('plan', LONGEST_PLAN_ID), { kind: 'plan', args: [LONGEST_PLAN_ID] }],
    [
      encodeCallback('buy', 'telegram_stars', LONGEST_PLAN_ID),
      { kind: 'buy', args: ['telegram_stars', LONGEST_PLAN_ID] },
    ],
    [encodeCallback('paid', JOB_ID), { kind: 'paid', args: [JOB_ID] }],
    [encodeCallback('email', LONGEST_PLAN_ID), { kind: 'email', args: [LONGEST_PLAN_ID] }],
  ])('reads %s back', (data, callback) => {
    expect(decodeCallback(data)).toEqual(callback);
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(CALLBACK_DATA_BYTES_MAX);
  });

  it.each([
    ['another version', `2:menu`],
    ['no version', 'menu'],
    ['an unknown kind', '1:pay'],
    ['a kind that every object has', '1:constructor'],
    ['an argument too many', '1:menu:1'],
    ['an argument too few', '1:confirm'],
    ['a count that is not offered', '1:count:2'],
    ['an id that is none', '1:another:1 or 1=1'],
    ['a way to pay that there is not', '1:buy:cash:pro'],
    ['a plan that cannot be one', '1:plan:Pro Plan'],
    ['a plan with too long an id', `1:plan:${LONGEST_PLAN_ID}8`],
    ['more than 64 bytes', `1:menu${'x'.repeat(64)}`],
    ['nothing', ''],
    ['no text', undefined],
  ])('takes %s for no button of ours', (_what, data) => {
    expect(decodeCallback(data)).toBeNull();
  });

  it('never throws, and what it reads is what was written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom(...CALLBACK_KINDS).map((k) => `1:${k}`),
        ),
        (data) => {
          const callback = decodeCallback(data);
          if (!callback) return true;
          const args = callback.args as [];
          return encodeCallback(callback.kind as 'menu', ...args) === data;
        },
      ),
    );
  });

  it('refuses to make a button that Telegram would refuse', () => {
    expect(() => encodeCallback('another', 'x'.repeat(60))).toThrow(RangeError);
  });
});
