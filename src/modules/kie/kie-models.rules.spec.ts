import { describe, expect, it } from 'vitest';
import { buildInput, findModel, KIE_MODELS, type KieModel } from './kie-models.rules.js';
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
      'sora-2-image-to-video',
      {
        prompt: source.prompt,
        image_urls: [PHOTO],
        aspect_ratio: 'portrait',
        n_frames: '10',
        remove_watermark: true,
      },
    ],
  ])('%s', (id, expected) => {
    expect(buildInput(model(id), source)).toStrictEqual(expected);
  });

  it.each([
    ['grok-imagine-video-1-5-preview', 4096],
    ['bytedance/seedance-2-mini', 20_000],
    ['kling/v3-turbo-image-to-video', 2500],
    ['wan/2-7-image-to-video', 5000],
  ])('%s takes prompts of up to %d', (id, length) => {
    const longest = { ...source, prompt: 'x'.repeat(length) };
    expect(buildInput(model(id), longest)).toHaveProperty('prompt', longest.prompt);
    expect(() => buildInput(model(id), { ...source, prompt: 'x'.repeat(length + 1) })).toThrow(KieInputError);
  });

  it('refuses to send an empty prompt', () => {
    expect(() => buildInput(model('wan/2-7-image-to-video'), { ...source, prompt: ' ' })).toThrow(
      KieInputError,
    );
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

  it('has something to stand in for the default at its price', () => {
    const [byDefault, ...others] = KIE_MODELS.filter(({ status }) => status === 'active');
    const atItsPrice = others.filter(
      ({ creditsPerVideo }) => creditsPerVideo <= (byDefault?.creditsPerVideo ?? 0),
    );
    expect(atItsPrice).not.toEqual([]);
  });

  it('asks for a ratio exactly where the row says that the model takes one', () => {
    for (const row of KIE_MODELS) {
      expect(row.input.some(({ name }) => name === 'aspect_ratio')).toBe(row.takesAspectRatio);
    }
  });
});
