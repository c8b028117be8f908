import { describe, expect, it } from 'vitest';
import { buildInput } from './kie-input.rules.js';
import { findModel, KIE_MODELS, type KieModel } from './kie-models.rules.js';
import { KieInputError } from './kie.errors.js';

const PHOTO = 'https://tempfile.example/photo.jpg';
/** What one credit of the cheapest plan earns, in KIE's credits: 30 RUB at 80 RUB a dollar. */
const KIE_CREDITS_EARNED = 75;
/** Rates and KIE's prices move. */
const ROUGHLY = 1.1;
const source = { prompt: 'A teapot on a table.', photoUrl: PHOTO };

function model(id: string): KieModel {
  const found = findModel(id);
  if (!found) throw new Error(`no ${id}`);
  return found;
}

describe('the input of each model, typed from its page', () => {
  it.each<[string, Record<string, unknown>]>([
    [
      'grok-imagine-video-1-5-preview',
      {
        prompt: source.prompt,
        image_urls: [PHOTO],
        aspect_ratio: '9:16',
        resolution: '720p',
        duration: 8,
      },
    ],
    [
      'bytedance/seedance-2-mini',
      {
        prompt: source.prompt,
        first_frame_url: PHOTO,
        generate_audio: true,
        resolution: '720p',
        aspect_ratio: '9:16',
        duration: 5,
      },
    ],
    [
      'kling/v3-turbo-image-to-video',
      { prompt: source.prompt, image_urls: [PHOTO], duration: '5', resolution: '720p' },
    ],
    [
      'wan/2-7-image-to-video',
      {
        prompt: source.prompt,
        first_frame_url: PHOTO,
        resolution: '720p',
        duration: 5,
        watermark: false,
      },
    ],
    [
      'veo3_fast',
      {
        prompt: source.prompt,
        imageUrls: [PHOTO],
        generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO',
        aspect_ratio: '9:16',
        resolution: '720p',
        duration: 8,
        enableTranslation: true,
      },
    ],
    [
      'sora-2-image-to-video',
      {
        prompt: source.prompt,
        image_urls: [PHOTO],
        aspect_ratio: 'portrait',
        n_frames: '10',
        remove_watermark: true,
      },
    ],
    [
      'sora-2-pro-image-to-video',
      {
        prompt: source.prompt,
        image_urls: [PHOTO],
        aspect_ratio: 'portrait',
        n_frames: '10',
        remove_watermark: true,
        size: 'standard',
      },
    ],
  ])('%s', (id, expected) => {
    expect(buildInput(model(id), source)).toStrictEqual(expected);
  });

  it.each([
    ['grok-imagine-video-1-5-preview', 1, 4096],
    ['veo3_fast', 1, 2000],
    ['bytedance/seedance-2-mini', 3, 20_000],
    ['kling/v3-turbo-image-to-video', 1, 2500],
    ['wan/2-7-image-to-video', 1, 5000],
    ['sora-2-image-to-video', 1, 5000],
    ['sora-2-pro-image-to-video', 1, 5000],
  ])('%s takes prompts of %d to %d characters', (id, min, max) => {
    const withLength = (length: number) =>
      buildInput(model(id), { ...source, prompt: 'x'.repeat(length) })['prompt'];
    expect([withLength(min), withLength(max)]).toEqual(['x'.repeat(min), 'x'.repeat(max)]);
    expect(() => withLength(min - 1)).toThrow(KieInputError);
    expect(() => withLength(max + 1)).toThrow(KieInputError);
  });
});

describe('the catalogue', () => {
  it('names each model once and starts with an active one that makes 9:16', () => {
    expect(new Set(KIE_MODELS.map(({ id }) => id)).size).toBe(KIE_MODELS.length);
    expect(KIE_MODELS[0]).toMatchObject({
      id: 'grok-imagine-video-1-5-preview',
      status: 'active',
      takesAspectRatio: true,
    });
  });

  it('names each model to people and to buttons', () => {
    for (const { id, title } of KIE_MODELS) {
      expect(id).toMatch(/^[\w./-]{1,48}$/);
      expect(title.length, id).toBeGreaterThan(0);
      expect(title.length, id).toBeLessThanOrEqual(20);
    }
    expect(new Set(KIE_MODELS.map(({ title }) => title)).size).toBe(KIE_MODELS.length);
  });

  it('takes so many credits for a video that it costs us no more than about what they earn', () => {
    for (const { id, creditsPerVideo, kieCreditsPerVideo } of KIE_MODELS) {
      const affordable = Math.floor((creditsPerVideo - 1) * KIE_CREDITS_EARNED * ROUGHLY);
      expect(kieCreditsPerVideo, id).toBeLessThanOrEqual(creditsPerVideo * KIE_CREDITS_EARNED * ROUGHLY);
      // Nor more than that takes.
      expect(kieCreditsPerVideo, id).toBeGreaterThan(affordable);
    }
  });

  it('lists cheaper ones before dearer ones, and those that are retired last', () => {
    const ofStatus = (wanted: KieModel['status']) => KIE_MODELS.filter(({ status }) => status === wanted);
    expect(KIE_MODELS).toEqual([...ofStatus('active'), ...ofStatus('retired')]);
    const prices = ofStatus('active').map(({ kieCreditsPerVideo }) => kieCreditsPerVideo);
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
  });

  it('has others to stand in for the default at its price, first one that makes 9:16 too', () => {
    const [byDefault, ...others] = KIE_MODELS.filter(({ status }) => status === 'active');
    const atItsPrice = others.filter(
      ({ creditsPerVideo }) => creditsPerVideo <= (byDefault?.creditsPerVideo ?? 0),
    );
    expect(atItsPrice.map(({ id, takesAspectRatio }) => [id, takesAspectRatio])).toEqual([
      ['veo3_fast', true],
      ['wan/2-7-image-to-video', false],
    ]);
  });

  it('asks for a ratio exactly where the row says that the model takes one', () => {
    for (const row of KIE_MODELS) {
      expect(row.input.some(({ name }) => name === 'aspect_ratio')).toBe(row.takesAspectRatio);
    }
  });
});
