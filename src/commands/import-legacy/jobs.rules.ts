import type { Decision, LegacyJob, LegacyJobStatus, LegacyRow } from './import-legacy.types.js';
import { idOf, instantOf, integerOf, shown, telegramIdOf, textOf } from './values.rules.js';

/** As the bot's own limits, so that the order can be repeated as it is. */
const DESCRIPTION_LENGTH_MAX = 1_000;
const WISHES_LENGTH_MAX = 500;
const FILE_ID_LENGTH_MAX = 255;
/** As `create_job_and_consume_credit` has it. */
const CREDITS_MAX = 1_000;
/** The Python system took this for every video, also where a row does not say so. */
const CREDITS_USUAL = 1;

/** Older versions called a completed job `done`. */
const STATUSES: ReadonlyMap<unknown, LegacyJobStatus> = new Map([
  ['queued', 'queued'],
  ['processing', 'processing'],
  ['completed', 'completed'],
  ['done', 'completed'],
  ['failed', 'failed'],
]);

/** A name as either system gives them, below the folder of its person: as a path of the storage, absolute, or as an address. */
const PHOTO = /(?:^|\/)(\d{1,16})\/([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jpg$/;

/** What is known of other rows. */
export interface JobsContext {
  /** Ids of jobs under way whose credit was given back there. */
  refunded: ReadonlySet<string>;
  /** A job under way that began before is named: the Python system ended none after so long. */
  staleBefore: Date;
}

/** What becomes of a row of `jobs`, as it stands there. */
export function decideJob(row: LegacyRow): Decision<LegacyJob> {
  const legacyId = idOf(row['id']);
  const tgUserId = telegramIdOf(row['tg_user_id']);
  const status = STATUSES.get(row['status']);
  if (legacyId === null) return { kind: 'refuse', reason: 'it has no id' };
  if (tgUserId === null)
    return { kind: 'refuse', reason: `tg_user_id ${shown(row['tg_user_id'])} is nobody in Telegram` };
  if (status === undefined)
    return { kind: 'refuse', reason: `its status ${shown(row['status'])} is not known` };
  const taken = row['credits_deducted'] ?? CREDITS_USUAL;
  const credits = creditsOf(taken);
  if (credits === null && isUnderWay(status))
    return { kind: 'refuse', reason: `${status}, and took ${shown(taken)} credits` };
  const value = {
    ...{ legacyId, tgUserId, status, credits },
    description: descriptionOf(row),
    wishes: textOf(row['extra_wishes'], WISHES_LENGTH_MAX),
    videoFileId: textOf(row['video_file_id'], FILE_ID_LENGTH_MAX),
    photoPath: photoPathOf(row['product_image_url'] ?? row['input_photo_path'], tgUserId),
    startedAt: instantOf(row['started_at']),
    createdAt: instantOf(row['created_at']),
    finishedAt: instantOf(row['finished_at'] ?? row['updated_at']),
  };
  const isFree = isUnderWay(status) && credits === 0;
  return { kind: 'take', value, notes: isFree ? ['it took no credit: there is nothing to give back'] : [] };
}

/** What becomes of a job, with what the other rows say: one whose credit was given back there has failed there. */
export function settleJob(
  decision: Decision<LegacyJob>,
  { refunded, staleBefore }: JobsContext,
): Decision<LegacyJob> {
  if (decision.kind === 'refuse' || owedFor(decision.value) === 0) return decision;
  const { value, notes } = decision;
  const since = value.startedAt ?? value.createdAt;
  const state = `${value.status} since ${since ?? 'nobody knows when'}`;
  if (refunded.has(value.legacyId))
    return {
      kind: 'take',
      value: { ...value, status: 'failed' },
      notes: [...notes, `${state}, and its credit was given back there: it is not given back again`],
    };
  const isStale = since === null || Date.parse(since) < staleBefore.getTime();
  const note = `${state}, and the history there has no refund of it: its credit is given back`;
  return isStale ? { ...decision, notes: [...notes, note] } : decision;
}

/** What the person gets back for it; 0 for a video that is over. */
export function owedFor({ status, credits }: LegacyJob): number {
  return isUnderWay(status) ? (credits ?? 0) : 0;
}

function isUnderWay(status: LegacyJobStatus): boolean {
  return status === 'queued' || status === 'processing';
}

/**
 * What the person wrote of the product. The last version has JSON of it in `product_text` (`{"text": …, "user_prompt": …}`, the latter for a
 * video of one's own idea) and cuts it for `product_name`; earlier ones have the text itself.
 */
function descriptionOf({ product_text: text, product_name: name }: LegacyRow): string | null {
  const { text: described, user_prompt: prompt } = objectOf(text) ?? { text };
  const texts = [described, prompt, name].map((one) => textOf(one, DESCRIPTION_LENGTH_MAX));
  return texts.find((one) => one !== null) ?? null;
}

/** An object, or a text that is the JSON of one. */
function objectOf(value: unknown): LegacyRow | null {
  if (typeof value === 'object') return value as LegacyRow | null;
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(value) as LegacyRow;
  } catch {
    return null;
  }
}

function creditsOf(taken: unknown): number | null {
  const credits = typeof taken === 'boolean' ? Number(taken) : integerOf(taken);
  return credits !== null && credits >= 0 && credits <= CREDITS_MAX ? credits : null;
}

/** Where the photo is, if it is this person's own: `inputs/<tg_user_id>/<id>.jpg`. */
export function photoPathOf(place: unknown, tgUserId: number): string | null {
  if (typeof place !== 'string') return null;
  const [, owner, name] = PHOTO.exec(place.replace(/[?#].*$/s, '')) ?? [];
  return owner === String(tgUserId) ? `inputs/${owner}/${name}.jpg` : null;
}
