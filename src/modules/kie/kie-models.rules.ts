import {
  boolean,
  choice,
  integer,
  photoUrl,
  photoUrlList,
  PROMPT,
  type InputForm,
} from './kie-input-form.rules.js';

/** One row of the catalogue. */
export interface KieModel extends InputForm {
  /** The slug, as in the request's `model`. */
  readonly id: string;
  /** The name that people know it by: a brand's, in no language. */
  readonly title: string;
  /** Which endpoints serve it: those of the market, or Veo's own. */
  readonly route: 'market' | 'veo';
  /** `retired`: never chosen, kept so that a slug which returns works by changing one word. */
  readonly status: 'active' | 'retired';
  /** Whether we can ask for 9:16. If not, the clip copies the photo's shape, and the photo must be composed to 9:16 first. */
  readonly takesAspectRatio: boolean;
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

const ACTIVE = {
  route: 'market',
  status: 'active',
  promptMinLength: 1,
  creditsPerVideo: 1,
  refusesPeople: false,
} as const;
/** OpenAI closed it on 24 September 2026; `n_frames` are seconds despite the name. */
const SORA = {
  ...ACTIVE,
  status: 'retired',
  takesAspectRatio: true,
  // It was 10,000 once, 5,000 before that.
  promptMaxLength: 5000,
  durationS: 10,
  refusesPeople: true,
} as const;
const SORA_INPUT = [
  PROMPT,
  photoUrlList('image_urls'),
  choice('aspect_ratio', ['portrait', 'landscape'], 'portrait'),
  choice('n_frames', ['10', '15'], '10'),
  boolean('remove_watermark', true),
];
const KLING_SECONDS = ['3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15'] as const;

/**
 * The catalogue, the first row being the default, cheaper ones before dearer ones, retired ones last. Another model is one more
 * row, in the types of its page.
 *
 * @see https://docs.kie.ai/llms.txt (one page for each model)
 */
export const KIE_MODELS: readonly KieModel[] = [
  {
    // The cheapest one that makes 9:16 with sound, hence the default.
    ...ACTIVE,
    id: 'grok-imagine-video-1-5-preview',
    title: 'Grok Imagine',
    input: [
      PROMPT,
      photoUrlList('image_urls'),
      choice('aspect_ratio', ['1:1', '16:9', '9:16', '3:2', '2:3', 'auto'], '9:16'),
      choice('resolution', ['480p', '720p'], '720p'),
      integer('duration', { min: 1, max: 15 }, 8),
    ],
    takesAspectRatio: true,
    promptMaxLength: 4096,
    kieCreditsPerVideo: 24,
    durationS: 8,
  },
  {
    // The cheapest other one, which makes 9:16 with sound too: the first to stand in for the default, at its price.
    ...ACTIVE,
    id: 'veo3_fast',
    title: 'Veo 3.1 Fast',
    route: 'veo',
    input: [
      PROMPT,
      photoUrlList('imageUrls'),
      choice(
        'generationType',
        ['TEXT_2_VIDEO', 'FIRST_AND_LAST_FRAMES_2_VIDEO', 'REFERENCE_2_VIDEO'],
        'FIRST_AND_LAST_FRAMES_2_VIDEO',
      ),
      choice('aspect_ratio', ['16:9', '9:16', 'Auto'], '9:16'),
      choice('resolution', ['720p', '1080p', '4k'], '720p'),
      choice('duration', [4, 6, 8], 8),
      // Else a prompt in Russian is refused; which is the default, its page says in two ways.
      boolean('enableTranslation', true),
    ],
    takesAspectRatio: true,
    // KIE names no limit. Google's own is 1,024 tokens, each of two letters at least in the languages that we write in, and what
    // OpenAI writes for us is shorter: https://ai.google.dev/gemini-api/docs/video
    promptMaxLength: 2000,
    kieCreditsPerVideo: 60,
    durationS: 8,
  },
  {
    // The last one at the default's price.
    ...ACTIVE,
    id: 'wan/2-7-image-to-video',
    title: 'Wan 2.7',
    input: [
      PROMPT,
      photoUrl('first_frame_url'),
      choice('resolution', ['720p', '1080p'], '720p'),
      integer('duration', { min: 2, max: 15 }, 5),
      boolean('watermark', false),
    ],
    takesAspectRatio: false,
    promptMaxLength: 5000,
    kieCreditsPerVideo: 80,
    durationS: 5,
  },
  {
    ...ACTIVE,
    id: 'kling/v3-turbo-image-to-video',
    title: 'Kling 3 Turbo',
    input: [
      PROMPT,
      photoUrlList('image_urls'),
      choice('duration', KLING_SECONDS, '5'),
      choice('resolution', ['720p', '1080p'], '720p'),
    ],
    takesAspectRatio: false,
    promptMaxLength: 2500,
    creditsPerVideo: 2,
    kieCreditsPerVideo: 90,
    durationS: 5,
  },
  {
    ...ACTIVE,
    id: 'bytedance/seedance-2-mini',
    title: 'Seedance 2 mini',
    input: [
      PROMPT,
      photoUrl('first_frame_url'),
      boolean('generate_audio', true),
      choice('resolution', ['480p', '720p'], '720p'),
      choice('aspect_ratio', ['1:1', '4:3', '3:4', '16:9', '9:16', '21:9', 'adaptive'], '9:16'),
      integer('duration', { min: 4, max: 15 }, 5),
    ],
    takesAspectRatio: true,
    promptMinLength: 3,
    promptMaxLength: 20_000,
    creditsPerVideo: 2,
    kieCreditsPerVideo: 102.5,
    durationS: 5,
  },
  {
    ...SORA,
    id: 'sora-2-image-to-video',
    title: 'Sora 2',
    input: SORA_INPUT,
    kieCreditsPerVideo: 30,
  },
  {
    ...SORA,
    id: 'sora-2-pro-image-to-video',
    title: 'Sora 2 Pro',
    input: [...SORA_INPUT, choice('size', ['standard', 'high'], 'standard')],
    creditsPerVideo: 2,
    // From before that list, which has no Sora any more.
    kieCreditsPerVideo: 150,
  },
];

/** The row of a slug, retired ones too; `null` for a slug that the catalogue lacks. */
export function findModel(id: string): KieModel | null {
  return KIE_MODELS.find((model) => model.id === id) ?? null;
}
