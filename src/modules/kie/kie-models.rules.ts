import { KieInputError } from './kie.errors.js';

/** One field of a model's `input`, with exactly the type that KIE checks: a wrong one costs a refusal. */
export type InputField =
  | { name: string; from: 'prompt' | 'photo_url' | 'photo_url_list' }
  | { name: string; value: string | number | boolean };

/** One row of the catalogue. */
export interface KieModel {
  /** The slug, as in createTask's `model`. */
  readonly id: string;
  /** Which endpoints serve it; all of today's are of the market. */
  readonly route: 'market';
  /** `retired`: never chosen, kept so that a slug which returns works by changing one word. */
  readonly status: 'active' | 'retired';
  readonly input: readonly InputField[];
  /** Whether we can ask for 9:16. If not, the clip copies the photo's shape. */
  readonly takesAspectRatio: boolean;
  /** In UTF-16 units, which is never more than KIE's characters. */
  readonly promptMaxLength: number;
  /** What a video costs the person, in our credits. */
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
 * The catalogue, the first row being the default. Another model is one more row, in the types of its page.
 *
 * @see https://docs.kie.ai/llms.txt (one page for each model)
 */
export const KIE_MODELS: readonly KieModel[] = [
  {
    // The cheapest one that makes 9:16 with sound, hence the default.
    ...MARKET,
    id: 'grok-imagine-video-1-5-preview',
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
    ...MARKET,
    id: 'bytedance/seedance-2-mini',
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
    kieCreditsPerVideo: 102.5,
    durationS: 5,
  },
  {
    ...MARKET,
    id: 'kling/v3-turbo-image-to-video',
    input: [
      PROMPT,
      { name: 'image_urls', from: 'photo_url_list' },
      { name: 'duration', value: '5' },
      { name: 'resolution', value: '720p' },
    ],
    takesAspectRatio: false,
    promptMaxLength: 2500,
    kieCreditsPerVideo: 90,
    durationS: 5,
  },
  {
    ...MARKET,
    id: 'wan/2-7-image-to-video',
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
    // OpenAI closed it on 24 September 2026; n_frames are seconds despite the name.
    ...MARKET,
    id: 'sora-2-image-to-video',
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

/** The models to use, best first, and what an operator should know about the choice. */
export interface ModelChoice {
  /** Never empty; active models only, each once. */
  models: KieModel[];
  /** One sentence for each configured slug that was passed over: `… is retired, using …`. */
  notes: string[];
}

/**
 * Turns configured slugs into models. A retired or unknown slug is passed over with a note; when none is left, the
 * catalogue's first active model serves.
 */
export function chooseModels(defaultId: string, fallbackIds: readonly string[]): ModelChoice {
  const models: KieModel[] = [];
  const passedOver: string[] = [];
  for (const id of new Set([defaultId, ...fallbackIds])) {
    const model = findModel(id);
    if (model?.status === 'active') models.push(model);
    else passedOver.push(model ? `${id} is retired` : `${id} is not in the catalogue`);
  }
  const fallback = KIE_MODELS.find((model) => model.status === 'active') as KieModel;
  const [first = fallback, ...rest] = models;
  return { models: [first, ...rest], notes: passedOver.map((fact) => `${fact}, using ${first.id}`) };
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
