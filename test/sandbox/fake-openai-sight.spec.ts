import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { FakeOpenAi } from '../../sandbox/openai/index.js';
import { chatRequest, messagePart, openAiApi, responsesRequest } from './fake-openai.support.js';

const openAi = new FakeOpenAi({ latencyTrueMs: { min: 0, max: 0 } });
const api = openAiApi(() => openAi.url);

beforeAll(() => openAi.start());
afterAll(() => openAi.stop());
beforeEach(() => openAi.reset());

const PROPERTIES = { people: { type: 'boolean' }, brand: { type: ['string', 'null'] } };
const NOTHING = { people: false, brand: null };

const urlOf = (bytes: Buffer) => `data:image/jpeg;base64,${bytes.toString('base64')}`;
const plain = async (background: string) =>
  urlOf(
    await sharp({ create: { width: 320, height: 320, channels: 3, background } })
      .jpeg()
      .toBuffer(),
  );
const mug = () => urlOf(readAsset('photos/mug.jpg'));

function schemaOf(properties: Record<string, unknown>) {
  const schema = {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
  };
  return { type: 'json_schema', name: 'look', strict: true, schema };
}

/** What a model says of pictures, as the schema asks. */
async function see(imageUrls: string[], properties: Record<string, unknown> = PROPERTIES): Promise<unknown> {
  const content = [
    { type: 'input_text', text: 'What is in the photo?' },
    ...imageUrls.map((image_url) => ({ type: 'input_image', image_url, detail: 'low' })),
  ];
  const change = { input: [{ role: 'user', content }], text: { format: schemaOf(properties) } };
  return JSON.parse(messagePart(await api.post('/v1/responses', responsesRequest('', change)))?.text ?? '');
}

async function moderate(url: string): Promise<unknown> {
  const input = [{ type: 'image_url', image_url: { url } }];
  const { body } = await api.post('/v1/moderations', { model: 'omni-moderation-latest', input });
  return (body.results as unknown[])[0];
}

describe('a picture', () => {
  it.each([
    ['#888888', NOTHING],
    ['#00ff00', { people: true, brand: null }],
    ['#0000ff', { people: false, brand: 'Acme' }],
    ['#00ffff', { people: true, brand: 'Acme' }],
  ])('that is %s all over shows %j', async (colour, expected) => {
    expect(await see([await plain(colour)])).toEqual(expected);
    expect(await moderate(await plain(colour))).toMatchObject({ flagged: false });
  });

  it('of a product shows nobody, and is fine', async () => {
    expect(await see([mug()])).toEqual(NOTHING);
    expect(await moderate(mug())).toMatchObject({ flagged: false });
  });

  it('is seen among others, in any form of answer and by chat', async () => {
    const both = [mug(), await plain('#00ffff')];
    const forms = {
      has_people: { type: 'boolean' },
      brand_visible: { type: 'boolean' },
      brands: { type: 'array', items: { type: 'string' } },
      brand_name: { type: 'string' },
    };
    expect(await see(both, forms)).toEqual({
      has_people: true,
      brand_visible: true,
      brands: ['Acme'],
      brand_name: 'Acme',
    });
    expect(await see([mug()], forms)).toEqual({
      has_people: false,
      brand_visible: false,
      brands: [],
      brand_name: '',
    });
    const { type, ...json_schema } = schemaOf(PROPERTIES);
    const content = both.map((url) => ({ type: 'image_url', image_url: { url } }));
    const change = { messages: [{ role: 'user', content }], response_format: { type, json_schema } };
    const { body } = await api.post('/v1/chat/completions', chatRequest('', change));
    const [choice] = body.choices as { message: { content: string } }[];
    expect(JSON.parse(choice?.message.content ?? '')).toEqual({ people: true, brand: 'Acme' });
  });
});

describe('what is scripted', () => {
  it('is seen in every picture, until the pictures speak for themselves again', async () => {
    openAi.setSight({ flagged: ['violence'], brand: 'Nike' });
    expect(await see([mug()])).toEqual({ people: false, brand: 'Nike' });
    expect(await see([await plain('#00ff00')])).toEqual({ people: false, brand: 'Nike' });
    expect(await moderate(mug())).toMatchObject({
      flagged: true,
      categories: { violence: true, sexual: false },
    });
    openAi.setSight(null);
    expect(await see([mug()])).toEqual(NOTHING);
    expect(await moderate(mug())).toMatchObject({ flagged: false });
  });

  it('is not seen where there is no picture', async () => {
    openAi.setSight({ flagged: ['sexual'], people: true });
    expect(await see([])).toEqual(NOTHING);
    const { body } = await api.post('/v1/moderations', { input: 'A mug' });
    expect(body.results).toMatchObject([{ flagged: false }]);
  });

  it('comes by the control API too, which takes nothing else', async () => {
    const control = (body: unknown) => api.post('/_control/setSight', body);
    expect((await control({ sight: { people: true } })).body).toEqual({ ok: true, result: null });
    expect(await see([mug()])).toEqual({ people: true, brand: null });
    for (const wrong of [{}, { sight: { flagged: ['hate'] } }, { sight: { persons: true } }]) {
      expect((await control(wrong)).status).toBe(400);
    }
    await control({ sight: null });
    expect(await see([mug()])).toEqual(NOTHING);
  });

  it('is forgotten with the rest', async () => {
    openAi.setSight({ people: true });
    openAi.reset();
    expect(await see([mug()])).toEqual(NOTHING);
  });
});
