import { describe, expect, it } from 'vitest';
import { readModerationReply, readTextsReply } from './moderation-replies.schemas.js';

describe('a reply of moderation', () => {
  it.each([
    ['flagged', { results: [{ flagged: true, categories: { sexual: true } }] }, true],
    ['not flagged', { results: [{ flagged: false }] }, false],
    ['flagged in one of several results', { results: [{ flagged: false }, { flagged: true }] }, true],
  ])('that is %s', (_case, body, flagged) => {
    expect(readModerationReply(body)).toMatchObject({ kind: 'told', told: { flagged } });
  });

  it.each<[string, unknown]>([
    ['no result', { results: [] }],
    ['another shape', { results: [{ flagged: 'no' }] }],
    ['a foreign body', { code: 402, msg: 'no money' }],
    ['a page', '<html>'],
    ['nothing', null],
  ])('with %s says nothing', (_case, body) => {
    expect(readModerationReply(body)).toMatchObject({ kind: 'unusable' });
  });
});

describe('a reply of moderation about several texts', () => {
  it('has a result for each, or says nothing', () => {
    const body = { results: [{ flagged: false }, { flagged: true }] };
    expect(readTextsReply(body, 2)).toMatchObject({ kind: 'told', told: [false, true] });
    expect(readTextsReply(body, 3)).toMatchObject({ kind: 'unusable' });
  });
});
