import { KieInputError } from './kie.errors.js';

/** One field of a model's `input`, with exactly the type that KIE checks: a wrong one costs a refusal. */
export type InputField =
  | { name: string; from: 'prompt' | 'photo_url' | 'photo_url_list' }
  | { name: string; value: string | number | boolean };

/** One row of the catalogue. */
export interface KieModel {
  /** The slug, as in createTask's `model`. */
  readonly id: string;
  /** The name that people know it by: a brand's, in no language. */
  readonly title: string;
  /** Which endpoints serve it; all of today's are of the market. */
  readonly route: 'market';
  /** `retired`: never chosen, kept so that a slug which returns works by changing one word. */
  readonly status: 'active' | 'retired';
  readonly input: readonly InputField[];
  /** Whether we can ask for 9:16. If not, the clip copies the photo's shape, and the photo must be composed to 9:16 first. */
  readonly takesAspectRatio: boolean;
  /** In UTF-16 units, which is never more than KIE's characters. */
  readonly promptMaxLength: number;
  /**
   * What a video costs the person, in our credits: so many that it costs us no more than about what they earn. That is 75 of
   * KIE's credits for one of ours, by the cheapest plan (30 RUB a credit).
   */
  readonly creditsPerVideo: number;
  /** What a video costs us, in KIE's credits (0.5 US cents each), by the price list of 30 June 2026. */
  readonly kieCreditsPerVideo: number;
  readonly durationS: number;
  /** Refuses photos with people in them. */
  readonly refusesPeople: boolean;
}

/** What a request is made of. */
export interface KieInputSource {
  prompt: string;
  /** A URL that KIE can read, as its upload returned it. */
  photoUrl: string;
}

const MARKET = { route: 'market', status: 'active', creditsPerVideo: 1, refusesPeople: false } as const;
const PROMPT = { name: 'prompt', from: 'prompt' } as const;

/**
 * The catalogue, the first row being the default, cheaper ones before dearer ones. Another model is one more row, in the
 * types of its page.
 *
 * @see https://docs.kie.ai/llms.txt (one page for each model)
 */
export const KIE_MODELS: readonly KieModel[] = [
  {
    // The cheapest one that makes 9:16 with sound, hence the default.
    ...MARKET,
    id: 'grok-imagine-video-1-5-preview',
    title: 'Grok Imagine',
    input: [
      PROMPT,
      { name: 'image_urls', from: 'photo_url_list' },
      { name: 'aspect_ratio', value: '9:16' },
      { name: 'resolution', value: '720p' },
      { name: 'duration', value: 8 },
    ],
    takesAspectRatio: true,
    promptMaxLength: 4096,
    kieCreditsPerVideo: 24,
    durationS: 8,
  },
  {
    // The only other one at the default's price, hence what stands in for it.
    ...MARKET,
    id: 'wan/2-7-image-to-video',
    title: 'Wan 2.7',
    input: [
      PROMPT,
      { name: 'first_frame_url', from: 'photo_url' },
      { name: 'resolution', value: '720p' },
      { name: 'duration', value: 5 },
      { name: 'watermark', value: false },
    ],
    takesAspectRatio: false,
    promptMaxLength: 5000,
    kieCreditsPerVideo: 80,
    durationS: 5,
  },
  {
    ...MARKET,
    id: 'kling/v3-turbo-image-to-video',
    title: 'Kling 3 Turbo',
    input: [
      PROMPT,
      { name: 'image_urls', from: 'photo_url_list' },
      { name: 'duration', value: '5' },
      { name: 'resolution', value: '720p' },
    ],
    takesAspectRatio: false,
    promptMaxLength: 2500,
    creditsPerVideo: 2,
    kieCreditsPerVideo: 90,
    durationS: 5,
  },
  {
    ...MARKET,
    id: 'bytedance/seedance-2-mini',
    title: 'Seedance 2 mini',
    input: [
      PROMPT,
      { name: 'first_frame_url', from: 'photo_url' },
      { name: 'generate_audio', value: true },
      { name: 'resolution', value: '720p' },
      { name: 'aspect_ratio', value: '9:16' },
      { name: 'duration', value: 5 },
    ],
    takesAspectRatio: true,
    promptMaxLength: 20_000,
    creditsPerVideo: 2,
    kieCreditsPerVideo: 102.5,
    durationS: 5,
  },
  {
    // OpenAI closed it on 24 September 2026; n_frames are seconds despite the name.
    ...MARKET,
    id: 'sora-2-image-to-video',
    title: 'Sora 2',
    status: 'retired',
    input: [
      PROMPT,
      { name: 'image_urls', from: 'photo_url_list' },
      { name: 'aspect_ratio', value: 'portrait' },
      { name: 'n_frames', value: '10' },
      { name: 'remove_watermark', value: true },
    ],
    takesAspectRatio: true,
    promptMaxLength: 5000,
    kieCreditsPerVideo: 30,
    durationS: 10,
    refusesPeople: true,
  },
];

/** The row of a slug, retired ones too; `null` for a slug that the catalogue lacks. */
export function findModel(id: string): KieModel | null {
  return KIE_MODELS.find((model) => model.id === id) ?? null;
}

/**
 * The `input` of createTask for a model.
 *
 * @throws KieInputError when the prompt is empty or longer than the model takes: KIE would refuse it, so cut it first.
 */
export function buildInput(
  model: KieModel,
  source: KieInputSource,
): Record<string, string | number | boolean | string[]> {
  if (source.prompt.trim() === '') throw new KieInputError(`The prompt for ${model.id} is empty`);
  if (source.prompt.length > model.promptMaxLength) {
    throw new KieInputError(
      `The prompt has ${source.prompt.length} characters and ${model.id} takes ${model.promptMaxLength}`,
    );
  }
  return Object.fromEntries(model.input.map((field) => [field.name, valueOf(field, source)]));
}

function valueOf(field: InputField, source: KieInputSource): string | number | boolean | string[] {
  if ('value' in field) return field.value;
  switch (field.from) {
    case 'prompt':
      return source.prompt;
    case 'photo_url':
      return source.photoUrl;
    case 'photo_url_list':
      return [source.photoUrl];
  }
}
