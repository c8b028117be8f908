import { describe, expect, it } from 'vitest';
import { boolean, choice, integer, photoUrl, photoUrlList, PROMPT } from './kie-input-form.rules.js';
import { buildInput } from './kie-input.rules.js';
import { KIE_MODELS } from './kie-models.rules.js';
import { KieInputError } from './kie.errors.js';

const source = { prompt: 'A teapot on a table.', photoUrl: 'https://tempfile.example/photo.jpg' };
const form = {
  id: 'some-model',
  promptMinLength: 3,
  promptMaxLength: 30,
  input: [
    PROMPT,
    photoUrl('first_frame_url'),
    photoUrlList('image_urls'),
    choice('numeral', ['5', '10'], '5'),
    choice('seconds', [4, 6, 8], 8),
    integer('duration', { min: 1, max: 15 }, 5),
    boolean('watermark', false),
  ],
};

describe('the fields of a request', () => {
  it('have the types of their kinds', () => {
    expect(buildInput(form, source)).toStrictEqual({
      prompt: source.prompt,
      first_frame_url: source.photoUrl,
      image_urls: [source.photoUrl],
      numeral: '5',
      seconds: 8,
      duration: 5,
      watermark: false,
    });
  });

  it('take no value of another type, nor one that the page does not name, as the compiler knows', () => {
    // @ts-expect-error a number where the page has numerals
    choice('duration', ['5', '10'], 5);
    // @ts-expect-error a numeral where the page has numbers
    choice('duration', [4, 6, 8], '8');
    // @ts-expect-error a word of another model
    choice('aspect_ratio', ['16:9', '9:16'], 'portrait');
    // @ts-expect-error a numeral
    integer('duration', { min: 1, max: 15 }, '5');
    // @ts-expect-error text
    boolean('watermark', 'false');
    expect.assertions(0);
  });

  it.each(KIE_MODELS.map(({ id, input }) => [id, input] as const))(
    'of %s are named once, and their values are among those of its page',
    (_id, input) => {
      expect(new Set(input.map(({ name }) => name)).size).toBe(input.length);
      const kinds = input.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'prompt')).toHaveLength(1);
      expect(kinds.filter((kind) => kind.startsWith('photo_'))).toHaveLength(1);
      for (const field of input) {
        if (field.kind === 'choice') expect(field.allowed, field.name).toContain(field.value);
        if (field.kind !== 'integer') continue;
        expect(Number.isInteger(field.value), field.name).toBe(true);
        expect(field.value, field.name).toBeGreaterThanOrEqual(field.min);
        expect(field.value, field.name).toBeLessThanOrEqual(field.max);
      }
    },
  );
});

describe('a request that KIE would refuse', () => {
  const built = (change: Partial<typeof source>) => () => buildInput(form, { ...source, ...change });

  it.each([['abc'], ['x'.repeat(30)], [` ${'x'.repeat(28)} `]])('is not one with the prompt %j', (prompt) => {
    expect(built({ prompt })()).toHaveProperty('prompt', prompt);
  });

  it.each(['', ' ', 'ab', 'ab   ', 'x'.repeat(31)])('has the prompt %j', (prompt) => {
    expect(built({ prompt })).toThrow(KieInputError);
  });

  it.each(['http://127.0.0.1:80/a.jpg', 'https://tempfile.example/a b.jpg'])('is not one with %s', (url) => {
    expect(built({ photoUrl: url })()).toHaveProperty('image_urls', [url]);
  });

  it.each([
    '',
    'inputs/1.jpg',
    '/tmp/1.jpg',
    'file:///tmp/1.jpg',
    'data:image/png;base64,AA',
    'ftp://a/1.jpg',
  ])('has the photo %j, which it does not repeat in its words', (url) => {
    expect(built({ photoUrl: url })).toThrow(KieInputError);
    expect(built({ photoUrl: url })).toThrow('The photo for some-model has no http(s) URL');
  });
});
