import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideJob, owedFor, photoPathOf, settleJob } from './jobs.rules.js';
import type { LegacyRow } from './import-legacy.types.js';

const ROW = { id: 'j-1', tg_user_id: 42, status: 'queued', credits_deducted: 1 };

function owed(change: LegacyRow): number | string {
  const decision = decideJob({ ...ROW, ...change });
  return decision.kind === 'take' ? owedFor(decision.value) : decision.reason;
}

describe('a video', () => {
  it.each([
    [{ status: 'queued' }, 1],
    [{ status: 'processing', credits_deducted: 2 }, 2],
    [{ status: 'queued', credits_deducted: null }, 1],
    [{ status: 'queued', credits_deducted: undefined }, 1],
    [{ status: 'queued', credits_deducted: 0 }, 0],
    [{ status: 'queued', credits_deducted: true }, 1],
    [{ status: 'queued', credits_deducted: false }, 0],
    [{ status: 'completed' }, 0],
    [{ status: 'done' }, 0],
    [{ status: 'failed', credits_deducted: -7 }, 0],
    [{ status: 'queued', credits_deducted: -1 }, 'queued, and took -1 credits'],
    [{ status: 'queued', credits_deducted: 0.5 }, 'queued, and took 0.5 credits'],
    [{ status: 'queued', credits_deducted: 1_001 }, 'queued, and took 1001 credits'],
    [{ status: 'exploded' }, 'its status exploded is not known'],
    [{ status: 'toString' }, 'its status toString is not known'],
    [{ status: null }, 'its status null is not known'],
    [{ id: null }, 'it has no id'],
    [{ id: 7 }, 1],
    [{ tg_user_id: null }, 'tg_user_id null is nobody in Telegram'],
  ])('%j is owed %s', (change, expected) => {
    expect(owed(change)).toBe(expected);
  });

  it('is decided whatever stands in the row', () => {
    const anything = fc.oneof(fc.jsonValue(), fc.constant({ toString: '' }));
    const columns = fc.constantFrom(...Object.keys(ROW), 'product_text', 'product_image_url', 'started_at');
    fc.assert(
      fc.property(fc.dictionary(columns, anything, { maxKeys: 3 }), (row) => {
        const decision = decideJob({ ...ROW, ...row });
        if (decision.kind === 'take') expect(owedFor(decision.value)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each<[LegacyRow, string | null]>([
    [{ product_text: 'Кружка', product_name: 'x' }, 'Кружка'],
    [{ product_name: 'я'.repeat(2_000) }, 'я'.repeat(1_000)],
    // As the last version has it: json.dumps, and the text again, cut.
    [
      { product_text: String.raw`{"text": "\u041a\u0440\u0443\u0436\u043a\u0430", "user_prompt": ""}` },
      'Кружка',
    ],
    [{ product_text: '{"text": "A mug", "user_prompt": "Fly"}', product_name: 'A m' }, 'A mug'],
    [{ product_text: '{"text": " ", "user_prompt": "Fly"}', product_name: 'Mug' }, 'Fly'],
    [{ product_text: '{"user_prompt": null}', product_name: 'Mug' }, 'Mug'],
    [{ product_text: '{"text": 7}', product_name: 'Mug' }, 'Mug'],
    [{ product_text: { text: 'Of jsonb' } }, 'Of jsonb'],
    [{ product_text: '{a mug}', product_name: 'Mug' }, '{a mug}'],
    [{ product_text: '"A mug"' }, '"A mug"'],
    [{ product_text: '7' }, '7'],
    [{ product_text: '', product_name: 'Mug' }, 'Mug'],
    [{ product_text: null }, null],
  ])('%j is of %s', (change, description) => {
    expect(decideJob({ ...ROW, ...change })).toMatchObject({ value: { description } });
  });
});

describe('a video under way', () => {
  const staleBefore = new Date('2026-01-05T12:00:00Z');
  const settled = (change: LegacyRow, refunded: string[] = []) =>
    settleJob(decideJob({ ...ROW, ...change }), { refunded: new Set(refunded), staleBefore });
  const AT = '2026-01-05T11:59:59.000Z';

  it('has failed there if its credit was given back there', () => {
    expect(settled({ started_at: AT }, ['j-1'])).toMatchObject({
      value: { status: 'failed' },
      notes: [`queued since ${AT}, and its credit was given back there: it is not given back again`],
    });
  });

  it.each([
    [{ created_at: '2026-01-05 01:00:00', started_at: '2026-01-05 12:00:00' }, []],
    [{ started_at: AT }, [expect.stringMatching(`queued since ${AT}.* no refund of it`)]],
    [{ created_at: AT }, [expect.stringMatching(`queued since ${AT}`)]],
    [{}, [expect.stringMatching('since nobody knows when')]],
    [{ status: 'failed', created_at: AT }, []],
  ])('%j is named where it is one for too long', (change, notes) => {
    expect(settled(change)).toMatchObject({ kind: 'take', notes });
  });
});

describe('the photo', () => {
  const HEX = '0198f3a27c1d4e5f8a9b0123456789ab';
  const UUID = '0198f3a2-7c1d-4e5f-8a9b-0123456789ab';

  it.each([
    `42/${HEX}.jpg`,
    `inputs/42/${HEX}.jpg`,
    `/inputs/42/${HEX}.jpg`,
    `/app/storage/inputs/42/${HEX}.jpg`,
    `https://example.com/inputs/42/${HEX}.jpg`,
    `https://example.com/inputs/42/${HEX}.jpg?token=a/b#c`,
  ])('at %s is this person’s', (place) => {
    expect(photoPathOf(place, 42)).toBe(`inputs/42/${HEX}.jpg`);
  });

  it('may have a name like ours', () => {
    expect(photoPathOf(`inputs/42/${UUID}.jpg`, 42)).toBe(`inputs/42/${UUID}.jpg`);
  });

  it.each([
    `inputs/43/${HEX}.jpg`,
    `inputs/142/${HEX}.jpg`,
    `inputs/42/../43/${HEX}.jpg`,
    `inputs/42/${HEX}.png`,
    `inputs/42/${HEX.slice(1)}.jpg`,
    `inputs/42/${HEX.toUpperCase()}.jpg`,
    'https://example.com/42.jpg',
    '',
    null,
    42,
  ])('at %j is none of theirs', (place) => {
    expect(photoPathOf(place, 42)).toBeNull();
  });
});
