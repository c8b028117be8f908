/**
 * The models that the fake serves, as data: the exact fields and types of each model's page under
 * https://docs.kie.ai/market and its price in credits (1 credit = $0.005).
 */

/** What a field must be. `url` and `urls` are checked to be pictures that KIE could fetch. */
export interface FieldRule {
  type: 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'url' | 'urls';
  required?: true;
  allowed?: readonly (string | number)[];
  /** Characters of a string, items of an array. */
  sizeMin?: number;
  sizeMax?: number;
  min?: number;
  max?: number;
}

/** What the model takes as a picture. */
export interface PhotoRule {
  formats: readonly string[];
  bytesMax: number;
  sideMinPx?: number;
  sideMaxPx?: number;
  /** Width / height. */
  ratioMin?: number;
  ratioMax?: number;
}

/** What a request may hold. */
export interface FieldTable {
  fields: Readonly<Record<string, FieldRule>>;
  /** Fields of the one group exclude those of the other. */
  exclusive?: readonly [readonly string[], readonly string[]];
}

/** One model. */
export interface KieModelRow extends FieldTable {
  id: string;
  photo: PhotoRule;
  /** What an unreachable picture leads to: no task, or a task that fails with a text that blames something else. */
  unreachablePhoto: 'refuse' | 'fail_fetch' | 'fail_busy';
  /** Whether `input` inside `param` is a JSON string once more. */
  paramInputIsString?: true;
  credits(input: Readonly<Record<string, unknown>>): number;
}

const MEBIBYTE = 1024 * 1024;
const WEB_PHOTO: PhotoRule = { formats: ['jpeg', 'png', 'webp'], bytesMax: 10 * MEBIBYTE };
const KLING_PHOTO: PhotoRule = {
  formats: ['jpeg', 'png'],
  bytesMax: 10 * MEBIBYTE,
  sideMinPx: 300,
  ratioMin: 0.4,
  ratioMax: 2.5,
};
const SEEDANCE_PHOTO: PhotoRule = {
  formats: ['jpeg', 'png', 'webp'],
  bytesMax: 30 * MEBIBYTE,
  sideMinPx: 300,
  sideMaxPx: 6000,
  ratioMin: 0.4,
  ratioMax: 2.5,
};

function numerals(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

function seconds(input: Readonly<Record<string, unknown>>, whenAbsent: number): number {
  return Number(input.duration ?? whenAbsent);
}

const SEEDANCE_2_FIELDS: Record<string, FieldRule> = {
  prompt: { type: 'string', sizeMin: 3, sizeMax: 20_000 },
  first_frame_url: { type: 'url' },
  last_frame_url: { type: 'url' },
  reference_image_urls: { type: 'urls', sizeMin: 1, sizeMax: 9 },
  generate_audio: { type: 'boolean' },
  resolution: { type: 'string', allowed: ['480p', '720p'] },
  aspect_ratio: { type: 'string', allowed: ['1:1', '4:3', '3:4', '16:9', '9:16', '21:9', 'adaptive'] },
  duration: { type: 'integer', min: 4, max: 15 },
  nsfw_checker: { type: 'boolean' },
  web_search: { type: 'boolean' },
};

function seedance2(id: string, perSecond: { '480p': number; '720p': number }): KieModelRow {
  return {
    id,
    fields: id.endsWith('-fast')
      ? { ...SEEDANCE_2_FIELDS, return_last_frame: { type: 'boolean' } }
      : SEEDANCE_2_FIELDS,
    exclusive: [['first_frame_url', 'last_frame_url'], ['reference_image_urls']],
    photo: SEEDANCE_PHOTO,
    unreachablePhoto: 'refuse',
    credits: (input) =>
      (input.resolution === '480p' ? perSecond['480p'] : perSecond['720p']) * seconds(input, 5),
  };
}

/** https://docs.kie.ai/market , one page per model. */
export const KIE_MODEL_ROWS: readonly KieModelRow[] = [
  {
    id: 'grok-imagine-video-1-5-preview',
    fields: {
      prompt: { type: 'string', sizeMax: 4096 },
      image_urls: { type: 'urls', required: true, sizeMin: 1, sizeMax: 1 },
      aspect_ratio: { type: 'string', allowed: ['1:1', '16:9', '9:16', '3:2', '2:3', 'auto'] },
      resolution: { type: 'string', allowed: ['480p', '720p'] },
      duration: { type: 'integer', min: 1, max: 15 },
      nsfw_checker: { type: 'boolean' },
    },
    photo: { ...WEB_PHOTO, bytesMax: 20 * MEBIBYTE },
    unreachablePhoto: 'fail_fetch',
    credits: (input) => (input.resolution === '720p' ? 3 : 1.6) * seconds(input, 8),
  },
  seedance2('bytedance/seedance-2-mini', { '480p': 9.5, '720p': 20.5 }),
  seedance2('bytedance/seedance-2-fast', { '480p': 15.5, '720p': 33 }),
  {
    id: 'kling/v3-turbo-image-to-video',
    fields: {
      prompt: { type: 'string', required: true, sizeMin: 1, sizeMax: 2500 },
      image_urls: { type: 'urls', required: true, sizeMin: 1, sizeMax: 1 },
      duration: { type: 'string', required: true, allowed: numerals(3, 15) },
      resolution: { type: 'string', required: true, allowed: ['720p', '1080p'] },
    },
    photo: KLING_PHOTO,
    unreachablePhoto: 'fail_busy',
    paramInputIsString: true,
    credits: (input) => (input.resolution === '1080p' ? 24 : 18) * seconds(input, 5),
  },
  {
    id: 'kling-3.0/video',
    fields: {
      prompt: { type: 'string', required: true, sizeMin: 1, sizeMax: 2500 },
      image_urls: { type: 'urls', sizeMin: 1, sizeMax: 2 },
      sound: { type: 'boolean', required: true },
      duration: { type: 'string', required: true, allowed: numerals(3, 15) },
      aspect_ratio: { type: 'string', required: true, allowed: ['16:9', '9:16', '1:1'] },
      mode: { type: 'string', required: true, allowed: ['std', 'pro', '4K'] },
      multi_shots: { type: 'boolean', required: true },
      multi_prompt: { type: 'array', required: true },
      kling_elements: { type: 'array', required: true, sizeMax: 3 },
    },
    photo: KLING_PHOTO,
    unreachablePhoto: 'fail_busy',
    paramInputIsString: true,
    credits: (input) => (input.sound === true ? 20 : 14) * seconds(input, 5),
  },
  {
    id: 'kling-2.6/image-to-video',
    fields: {
      prompt: { type: 'string', required: true, sizeMin: 1, sizeMax: 1000 },
      image_urls: { type: 'urls', required: true, sizeMin: 1, sizeMax: 1 },
      sound: { type: 'boolean', required: true },
      duration: { type: 'string', required: true, allowed: ['5', '10'] },
    },
    photo: KLING_PHOTO,
    unreachablePhoto: 'fail_busy',
    paramInputIsString: true,
    credits: (input) => (input.sound === true ? 22 : 11) * seconds(input, 5),
  },
  {
    id: 'wan/2-7-image-to-video',
    fields: {
      prompt: { type: 'string', sizeMax: 5000 },
      negative_prompt: { type: 'string', sizeMax: 500 },
      first_frame_url: { type: 'url' },
      last_frame_url: { type: 'url' },
      first_clip_url: { type: 'string' },
      driving_audio_url: { type: 'string' },
      resolution: { type: 'string', allowed: ['720p', '1080p'] },
      duration: { type: 'integer', min: 2, max: 15 },
      prompt_extend: { type: 'boolean' },
      watermark: { type: 'boolean' },
      seed: { type: 'integer', min: 0, max: 2_147_483_647 },
      nsfw_checker: { type: 'boolean' },
    },
    photo: { ...WEB_PHOTO, sideMinPx: 240 },
    unreachablePhoto: 'fail_fetch',
    credits: (input) => (input.resolution === '720p' ? 16 : 24) * seconds(input, 5),
  },
  {
    id: 'hailuo/2-3-image-to-video-standard',
    fields: {
      prompt: { type: 'string', required: true, sizeMin: 1, sizeMax: 5000 },
      image_url: { type: 'url', required: true },
      duration: { type: 'string', allowed: ['6', '10'] },
      resolution: { type: 'string', allowed: ['768P', '1080P'] },
    },
    photo: { ...WEB_PHOTO, sideMinPx: 300, ratioMin: 0.4, ratioMax: 2.5 },
    unreachablePhoto: 'fail_busy',
    credits: (input) => (input.resolution === '1080P' ? 50 : 5 * seconds(input, 6)),
  },
  {
    id: 'gemini-omni-video',
    fields: {
      prompt: { type: 'string', required: true, sizeMin: 1, sizeMax: 20_000 },
      image_urls: { type: 'urls', sizeMin: 1, sizeMax: 7 },
      duration: { type: 'string', required: true, allowed: ['4', '6', '8', '10'] },
      aspect_ratio: { type: 'string', allowed: ['16:9', '9:16'] },
      resolution: { type: 'string', allowed: ['720p', '1080p', '4k'] },
    },
    photo: { ...WEB_PHOTO, bytesMax: 20 * MEBIBYTE },
    unreachablePhoto: 'fail_fetch',
    credits: (input) => 10 * seconds(input, 8),
  },
];

/**
 * Slugs that KIE knows and has switched off: all of Sora since OpenAI closed it.
 * https://github.com/elibarnett/kie-mcp/releases/tag/v4.0.6
 */
export const KIE_PAUSED_MODELS: readonly string[] = [
  'sora-2-text-to-video',
  'sora-2-image-to-video',
  'sora-2-pro-text-to-video',
  'sora-2-pro-image-to-video',
  'sora-2-text-to-video-stable',
  'sora-2-image-to-video-stable',
  'sora-2-pro-storyboard',
  'sora-2-characters',
  'sora-2-characters-pro',
  'sora-watermark-remover',
];

/** Veo's price in credits at 720p. https://docs.kie.ai/veo3-api/quickstart */
export const VEO_CREDITS: Readonly<Record<string, number>> = { veo3_lite: 30, veo3_fast: 60, veo3: 250 };

const VEO_RATIO: FieldRule = { type: 'string', allowed: ['16:9', '9:16', 'Auto'] };

/** The body of Veo's generate. https://docs.kie.ai/veo3-api/generate-veo-3-video */
export const VEO_BODY: FieldTable = {
  fields: {
    prompt: { type: 'string', required: true, sizeMin: 1 },
    model: { type: 'string', allowed: Object.keys(VEO_CREDITS) },
    imageUrls: { type: 'urls', sizeMin: 1, sizeMax: 3 },
    generationType: {
      type: 'string',
      allowed: ['TEXT_2_VIDEO', 'FIRST_AND_LAST_FRAMES_2_VIDEO', 'REFERENCE_2_VIDEO'],
    },
    watermark: { type: 'string' },
    // The page has the one in its table and the other in its example; both work.
    aspectRatio: VEO_RATIO,
    aspect_ratio: VEO_RATIO,
    resolution: { type: 'string', allowed: ['720p', '1080p', '4k'] },
    duration: { type: 'integer', allowed: [4, 6, 8] },
    seeds: { type: 'integer' },
    callBackUrl: { type: 'string' },
    enableTranslation: { type: 'boolean' },
    enableFallback: { type: 'boolean' },
  },
};
