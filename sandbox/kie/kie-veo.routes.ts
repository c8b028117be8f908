import type { FastifyInstance, FastifyRequest } from 'fastify';
import { KIE_TEXTS, accepted, refused, type KieAnswer } from './kie-answers.js';
import { findKeyProblem, objectOf, readTask, startTask, unauthorized } from './kie-market.routes.js';
import { isHttpUrl } from './kie-input.rules.js';
import { VEO_CREDITS, type PhotoRule } from './kie-models.data.js';
import type { KieParts } from './kie-parts.js';
import { veoRecordOf } from './kie-records.js';

const RATIOS = ['16:9', '9:16', 'Auto'];
const RESOLUTIONS = ['720p', '1080p', '4k'];
const DURATIONS_S = [4, 6, 8];
const TYPES = ['TEXT_2_VIDEO', 'FIRST_AND_LAST_FRAMES_2_VIDEO', 'REFERENCE_2_VIDEO'];
const PHOTO: PhotoRule = { formats: ['jpeg', 'png', 'webp'], bytesMax: 10 * 1024 * 1024 };
const UPGRADE_TRUE_MS = 120_000;
/** Letters outside Latin: what Veo's "English only" check is known to stop. */
const FOREIGN_LETTER = /[^\P{L}\p{Script=Latin}]/u;

/** Adds Veo's own routes; its models are unknown to createTask. https://docs.kie.ai/veo3-api/quickstart */
export function veoRoutes(app: FastifyInstance, parts: KieParts): void {
  const { wire } = parts;
  app.post('/api/v1/veo/generate', (request, reply) =>
    wire.answer('createTask', { request, reply }, () => generate(request, parts)),
  );
  app.get('/api/v1/veo/record-info', (request, reply) =>
    wire.answer('recordInfo', { request, reply }, () =>
      readTask(request, parts, (task) => (task.route === 'veo' ? veoRecordOf(task) : null)),
    ),
  );
  app.get('/api/v1/veo/get-1080p-video', (request, reply) =>
    wire.answer('recordInfo', { request, reply }, () => readUpgrade(request, parts)),
  );
}

async function generate(request: FastifyRequest, parts: KieParts): Promise<KieAnswer> {
  const key = parts.accounts.authorize(request.headers.authorization);
  if (!key) return unauthorized();
  const keyProblem = findKeyProblem(key, parts);
  if (keyProblem) return keyProblem;
  const body = objectOf(request.body);
  const problem = findBodyProblem(body);
  if (problem) return problem;
  const { callBackUrl = null, ...input } = body;
  const photos = (body.imageUrls ?? []) as string[];
  for (const url of photos) {
    const verdict = await parts.files.judgePhoto(url, PHOTO);
    if (verdict === 'unreachable') return refused(451, KIE_TEXTS.fetchFailed);
    if (verdict !== 'ok') return refused(422, KIE_TEXTS.fileType);
  }
  const model = typeof body.model === 'string' ? body.model : 'veo3_fast';
  const made = {
    key: key.secret,
    account: key.account,
    route: 'veo' as const,
    model,
    input,
    unknownFields: [],
  };
  return startTask(
    { ...made, callBackUrl: callBackUrl as string | null, price: VEO_CREDITS[model] ?? 0 },
    null,
    parts,
  );
}

function findBodyProblem(body: Record<string, unknown>): KieAnswer | null {
  const { prompt, imageUrls = [], callBackUrl } = body;
  if (typeof prompt !== 'string' || prompt.trim() === '') return refused(422, 'prompt is required');
  const { model = 'veo3_fast' } = body;
  if (typeof model !== 'string' || !(model in VEO_CREDITS)) return refused(422, KIE_TEXTS.modelUnknown);
  const ratio = body.aspectRatio ?? body.aspect_ratio;
  if (ratio !== undefined && !RATIOS.includes(ratio as string)) return refused(422, KIE_TEXTS.veoRatio);
  const choices: [string, readonly unknown[]][] = [
    ['resolution', RESOLUTIONS],
    ['duration', DURATIONS_S],
    ['generationType', TYPES],
  ];
  const wrong = choices.find(([name, allowed]) => body[name] !== undefined && !allowed.includes(body[name]));
  if (wrong) return refused(422, `${wrong[0]} is not within the range of allowed options`);
  if (!Array.isArray(imageUrls) || !imageUrls.every(isHttpUrl) || imageUrls.length > 3) {
    return refused(422, 'imageUrls is not within the range of allowed options');
  }
  if (callBackUrl !== undefined && !isHttpUrl(callBackUrl)) return refused(422, 'callBackUrl is invalid');
  const foreign = body.enableTranslation !== true && FOREIGN_LETTER.test(prompt);
  return foreign ? refused(400, KIE_TEXTS.veoEnglishOnly) : null;
}

/** The 1080p link: made 2 true minutes after the video. https://docs.kie.ai/veo3-api/get-veo-3-1080p-video */
function readUpgrade(request: FastifyRequest, parts: KieParts): KieAnswer {
  const key = parts.accounts.authorize(request.headers.authorization);
  if (!key) return unauthorized();
  const task = parts.tasks.find((request.query as { taskId?: string }).taskId ?? '');
  if (task?.account !== key.account || task.route !== 'veo') return refused(422, KIE_TEXTS.recordNull);
  const sinceTrueMs = parts.clock.trueMsBetween(task.finishedAtMs ?? Date.now(), Date.now());
  const ready = task.outcome === 'success' && sinceTrueMs >= UPGRADE_TRUE_MS;
  return ready
    ? accepted({ resultUrl: parts.results.urlOf(task) })
    : refused(400, '1080P is processing. It should be ready in 1-2 minutes. Please check back shortly.');
}
