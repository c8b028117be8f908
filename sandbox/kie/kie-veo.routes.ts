import type { FastifyInstance, FastifyRequest } from 'fastify';
import { KIE_TEXTS, accepted, refused, type KieAnswer } from './kie-answers.js';
import { findKeyProblem, objectOf, readTask, startTask, unauthorized } from './kie-market.routes.js';
import { findInputProblem, isHttpUrl, unknownFields } from './kie-input.rules.js';
import { VEO_BODY, VEO_CREDITS, type PhotoRule } from './kie-models.data.js';
import type { KieParts } from './kie-parts.js';
import { veoRecordOf } from './kie-records.js';
import type { KieTask } from './kie-tasks.js';

const DEFAULT_MODEL = 'veo3_fast';
/** How many photos a type of generation takes; more than that only where none is named. */
const PHOTOS_MAX: Readonly<Record<string, number>> = { TEXT_2_VIDEO: 0, FIRST_AND_LAST_FRAMES_2_VIDEO: 2 };
const REFERENCE_MODELS: readonly unknown[] = ['veo3_fast', 'veo3_lite'];
const REFERENCE_DURATION_S = 8;
const RECORD_LIFE_TRUE_MS = 14 * 24 * 60 * 60_000;
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
      readTask(request, parts, (task) => describeTask(task, parts)),
    ),
  );
  app.get('/api/v1/veo/get-1080p-video', (request, reply) =>
    wire.answer('recordInfo', { request, reply }, () => readUpgrade(request, parts)),
  );
}

/** https://docs.kie.ai/veo3-api/get-veo-3-video-details */
function describeTask(task: KieTask | null, { tasks }: KieParts): KieAnswer {
  if (task?.route !== 'veo') return refused(422, KIE_TEXTS.veoRecordNull);
  const isTooOld = tasks.ageTrueMs(task) > RECORD_LIFE_TRUE_MS;
  return isTooOld ? refused(422, KIE_TEXTS.veoRecordTooOld) : accepted(veoRecordOf(task));
}

async function generate(request: FastifyRequest, parts: KieParts): Promise<KieAnswer> {
  const key = parts.accounts.authorize(request.headers.authorization);
  if (!key) return unauthorized();
  const keyProblem = findKeyProblem(key, parts);
  if (keyProblem) return keyProblem;
  const body = objectOf(request.body);
  const model = body.model ?? DEFAULT_MODEL;
  if (typeof model !== 'string' || !(model in VEO_CREDITS)) return refused(422, KIE_TEXTS.modelUnknown);
  if (parts.settings.pausedModels.has(model)) return refused(500, KIE_TEXTS.paused);
  const problem = findBodyProblem(body, model);
  if (problem) return problem;
  const { callBackUrl = null, ...input } = body;
  const photos = (body.imageUrls ?? []) as string[];
  for (const url of photos) {
    const verdict = await parts.files.judgePhoto(url, PHOTO);
    if (verdict === 'unreachable') return refused(451, KIE_TEXTS.fetchFailed);
    if (verdict !== 'ok') return refused(422, KIE_TEXTS.fileType);
  }
  const made = {
    key: key.secret,
    account: key.account,
    route: 'veo' as const,
    model,
    input,
    unknownFields: unknownFields(VEO_BODY, body),
  };
  return startTask(
    { ...made, callBackUrl: callBackUrl as string | null, price: VEO_CREDITS[model] ?? 0 },
    null,
    parts,
  );
}

function findBodyProblem(body: Record<string, unknown>, model: string): KieAnswer | null {
  const problem = findInputProblem(VEO_BODY, body);
  if (problem) {
    const isRatio = /^aspect_?ratio /i.test(problem.msg);
    return refused(422, isRatio ? KIE_TEXTS.veoRatio : problem.msg);
  }
  const { generationType, duration = REFERENCE_DURATION_S, imageUrls, callBackUrl } = body;
  const photos = Array.isArray(imageUrls) ? imageUrls.length : 0;
  const isReference = generationType === 'REFERENCE_2_VIDEO';
  if (photos > (PHOTOS_MAX[String(generationType)] ?? Infinity) || (isReference && photos === 0)) {
    return refused(422, 'imageUrls is not within the range of allowed options');
  }
  if (isReference && (!REFERENCE_MODELS.includes(model) || duration !== REFERENCE_DURATION_S)) {
    return refused(422, 'generationType is not within the range of allowed options');
  }
  if (callBackUrl !== undefined && !isHttpUrl(callBackUrl)) return refused(422, 'callBackUrl is invalid');
  const foreign = body.enableTranslation !== true && FOREIGN_LETTER.test(String(body.prompt));
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
