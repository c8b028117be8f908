import { z } from 'zod';
import type { RecordedCall } from '../../sandbox/fake-server.js';

/**
 * KIE's requests, transcribed by hand from the pages that are named beside them, and from nothing of ours: what is sent is compared
 * with this. A field that a page does not have is refused, and so is every type but the page's.
 */
interface PublishedRequest {
  /** Where it is described. */
  page: string;
  /** Method and path. */
  line: string;
  body: z.ZodType;
}

const url = z.url({ protocol: /^https?$/ });
const flag = z.boolean();
const oneOf = <const T extends readonly string[]>(...values: T) => z.enum(values);

/** https://docs.kie.ai/market/quickstart: the models' own fields are those of `input`. */
function market(page: string, model: string, input: z.ZodRawShape): PublishedRequest {
  const body = z.strictObject({
    model: z.literal(model),
    callBackUrl: url.optional(),
    input: z.strictObject(input),
  });
  return { page: `https://docs.kie.ai/market/${page}`, line: 'POST /api/v1/jobs/createTask', body };
}

/** https://docs.kie.ai/market/sora2/sora-2-image-to-video, before it was closed. */
const SORA_INPUT = {
  prompt: z.string().min(1).max(5000),
  image_urls: z.array(url).length(1),
  aspect_ratio: oneOf('portrait', 'landscape').optional(),
  n_frames: oneOf('10', '15').optional(),
  remove_watermark: flag.optional(),
  upload_method: oneOf('s3', 'oss').optional(),
  character_id_list: z.array(z.string()).max(5).optional(),
};

/** The creation of a task, by model. */
export const PUBLISHED_CREATIONS: Readonly<Record<string, PublishedRequest>> = {
  'grok-imagine-video-1-5-preview': market(
    'grok-imagine/grok-imagine-video-1-5-preview',
    'grok-imagine-video-1-5-preview',
    {
      prompt: z.string().max(4096),
      image_urls: z.array(url).max(1),
      aspect_ratio: oneOf('1:1', '16:9', '9:16', '3:2', '2:3', 'auto').optional(),
      resolution: oneOf('480p', '720p').optional(),
      duration: z.int().min(1).max(15).optional(),
      nsfw_checker: flag.optional(),
    },
  ),
  veo3_fast: {
    page: 'https://docs.kie.ai/veo3-api/generate-veo-3-video',
    line: 'POST /api/v1/veo/generate',
    body: z.strictObject({
      prompt: z.string().min(1),
      model: z.literal('veo3_fast').optional(),
      imageUrls: z.array(url).min(1).max(3).optional(),
      generationType: oneOf('TEXT_2_VIDEO', 'FIRST_AND_LAST_FRAMES_2_VIDEO', 'REFERENCE_2_VIDEO').optional(),
      // In the table it is `aspectRatio`, in the example and in the text this.
      aspect_ratio: oneOf('16:9', '9:16', 'Auto').optional(),
      resolution: oneOf('720p', '1080p', '4k').optional(),
      duration: z.literal([4, 6, 8]).optional(),
      watermark: z.string().optional(),
      callBackUrl: url.optional(),
      enableTranslation: flag.optional(),
    }),
  },
  'wan/2-7-image-to-video': market('wan/2-7-image-to-video', 'wan/2-7-image-to-video', {
    prompt: z.string().max(5000).optional(),
    negative_prompt: z.string().max(500).optional(),
    first_frame_url: url.optional(),
    last_frame_url: url.optional(),
    first_clip_url: url.optional(),
    driving_audio_url: url.optional(),
    resolution: oneOf('720p', '1080p').optional(),
    duration: z.int().min(2).max(15).optional(),
    prompt_extend: flag.optional(),
    watermark: flag.optional(),
    seed: z.int().min(0).max(2_147_483_647).optional(),
    nsfw_checker: flag.optional(),
  }),
  'kling/v3-turbo-image-to-video': market('kling/v3-turbo-image-to-video', 'kling/v3-turbo-image-to-video', {
    prompt: z.string().min(1).max(2500),
    image_urls: z.array(url).length(1),
    duration: z.string().regex(/^([3-9]|1[0-5])$/),
    resolution: oneOf('720p', '1080p'),
  }),
  // Its page shows the slug of -fast in the table and this one in the text and the example.
  'bytedance/seedance-2-mini': market('bytedance/seedance-2-mini', 'bytedance/seedance-2-mini', {
    prompt: z.string().min(3).max(20_000),
    first_frame_url: url.optional(),
    last_frame_url: url.optional(),
    reference_image_urls: z.array(url).max(9).optional(),
    generate_audio: flag.optional(),
    resolution: oneOf('480p', '720p').optional(),
    aspect_ratio: oneOf('1:1', '4:3', '3:4', '16:9', '9:16', '21:9', 'adaptive').optional(),
    duration: z.int().min(4).max(15).optional(),
    web_search: flag.optional(),
    nsfw_checker: flag.optional(),
  }),
  'sora-2-image-to-video': market('sora2/sora-2-image-to-video', 'sora-2-image-to-video', SORA_INPUT),
  'sora-2-pro-image-to-video': market('sora2/sora-2-pro-image-to-video', 'sora-2-pro-image-to-video', {
    ...SORA_INPUT,
    size: oneOf('standard', 'high').optional(),
  }),
};

const nothing = z.null();
/** As a recording holds multipart: its fields as text, its file by name and size. */
const photo = z.strictObject({
  fileName: z.string().min(1),
  mimeType: oneOf('image/jpeg', 'image/png', 'image/webp'),
  sizeBytes: z.int().positive(),
});

/** What is sent besides; the query of a line is that of its page. */
const PUBLISHED_OTHERS: readonly PublishedRequest[] = [
  {
    page: 'https://docs.kie.ai/market/common/get-task-detail',
    line: 'GET /api/v1/jobs/recordInfo?taskId',
    body: nothing,
  },
  {
    page: 'https://docs.kie.ai/veo3-api/get-veo-3-video-details',
    line: 'GET /api/v1/veo/record-info?taskId',
    body: nothing,
  },
  {
    page: 'https://docs.kie.ai/file-upload-api/upload-file-stream',
    line: 'POST /api/file-stream-upload',
    body: z.strictObject({
      uploadPath: z.string().min(1),
      fileName: z.string().min(1).optional(),
      file: photo,
    }),
  },
  {
    page: 'https://docs.kie.ai/common-api/get-account-credits',
    line: 'GET /api/v1/chat/credit',
    body: nothing,
  },
  {
    page: 'https://docs.kie.ai/common-api/download-url',
    line: 'POST /api/v1/common/download-url',
    body: z.strictObject({ url }),
  },
];

/** What in a recorded call to KIE is not as its page describes it; empty when nothing is. Fetched videos are no calls of its API. */
export function problemsOf({ method, url: address, request }: RecordedCall): string[] {
  const { pathname, searchParams } = new URL(address);
  if (method === 'GET' && !pathname.startsWith('/api/')) return [];
  const names = [...searchParams.keys()].join('&');
  const line = `${method} ${pathname}${names && `?${names}`}`;
  const published = findPublished(line, request);
  if (!published) return [`${line}: no page describes it`];
  const { success, error } = published.body.safeParse(request);
  return success ? [] : [`${line}, see ${published.page}: ${z.prettifyError(error)}`];
}

function findPublished(line: string, request: unknown): PublishedRequest | undefined {
  const model = (request as { model?: unknown } | null)?.model;
  const creation = PUBLISHED_CREATIONS[String(model)];
  return creation?.line === line ? creation : PUBLISHED_OTHERS.find((other) => other.line === line);
}
