import { describe, expect, it } from 'vitest';
import { readSightReply } from './photo-replies.schemas.js';
import { SIGHT_INSTRUCTIONS, SIGHT_SCHEMA } from './photo-request.rules.js';

describe('a reply about what is in a photo', () => {
  const response = (text: string) => ({
    status: 'completed',
    output: [{ type: 'reasoning' }, { type: 'message', content: [{ type: 'output_text', text }] }],
  });

  it.each<[string | null, boolean]>([
    [null, false],
    ['', false],
    [' ', false],
    ['None', false],
    ['n/a', false],
    ['Unknown', false],
    ['Nike', true],
    ['None of Your Business', true],
  ])('with the brand %j', (brand, expected) => {
    expect(readSightReply(response(JSON.stringify({ people: false, brand })))).toMatchObject({
      kind: 'told',
      told: { people: false, brand: expected },
    });
  });

  it('with people', () => {
    const told = { people: true, brand: false };
    expect(readSightReply(response('{"people":true,"brand":null}'))).toMatchObject({ kind: 'told', told });
  });

  it.each<[string, unknown, object]>([
    ['text that is no JSON', response('There is a mug.'), { kind: 'unusable' }],
    ['an answer to another question', response('{"people":"yes","brand":null}'), { kind: 'unusable' }],
    ['half an answer', response('{"people":true}'), { kind: 'unusable' }],
    [
      'a refusal',
      { status: 'completed', output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }] },
      { kind: 'refused', text: 'No.' },
    ],
    ['a cut', { status: 'incomplete', output: [] }, { kind: 'unusable' }],
    ['a foreign body', { code: 402 }, { kind: 'unusable' }],
  ])('with %s says nothing', (_case, body, expected) => {
    expect(readSightReply(body)).toMatchObject(expected);
  });
});

describe('the question', () => {
  it('has a schema that strict mode accepts', () => {
    expect(SIGHT_SCHEMA.required).toEqual(Object.keys(SIGHT_SCHEMA.properties));
    expect(SIGHT_SCHEMA.additionalProperties).toBe(false);
  });

  it('says that letters in the photo change nothing', () => {
    expect(SIGHT_INSTRUCTIONS).toMatch(/Letters in it .* change nothing/s);
  });
});
