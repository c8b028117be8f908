import type { KieVerdict } from './kie.types.js';

/** The meanings that an answer can have; each row of the table below names one. */
const MEANING = {
  noMoney: { class: 'billing', reason: 'billing', action: 'next_key' },
  noAccess: { class: 'billing', reason: 'billing', action: 'next_key' },
  rateLimit: { class: 'rate_limit', reason: 'rate_limit', action: 'delay' },
  temporary: { class: 'temporary', reason: 'temporary', action: 'retry' },
  maintenance: { class: 'temporary', reason: 'temporary', action: 'retry', pauseMs: 60_000 },
  photoRefused: { class: 'user_violation', reason: 'moderation_photo', action: 'fail' },
  photoUnfit: { class: 'user_violation', reason: 'moderation_photo', action: 'new_upload' },
  textRefused: { class: 'user_violation', reason: 'moderation_text', action: 'fail' },
  modelTrouble: { class: null, reason: 'temporary', action: 'next_model' },
  unknown: { class: 'unknown', reason: 'unknown', action: 'fail' },
} as const satisfies Record<string, KieVerdict>;

type Meaning = keyof typeof MEANING;
type Row = { text: RegExp; means: Meaning } | { codes: readonly number[]; means: Meaning };

const MODERATION =
  /nsfw|moderat(?:ed|ion)|(?<!case.)sensitive|safety|unsafe|content.?polic|violat\w*.{0,40}(?:polic|guid|rule|law|terms)|prohibited|guardrail|flagged/i;
const about = (topic: RegExp) => new RegExp(`^(?=.*(?:${topic.source}))(?=.*(?:${MODERATION.source}))`, 'is');

/**
 * The table: the first row that fits decides. Text comes before code, because code 500 means anything and code 402 comes as
 * 500 too; only the vague words stand below the codes that are clear by themselves, since "try again later" suits any of them.
 *
 * @see https://docs.kie.ai/market/common/get-task-detail (codes; the texts were seen in live answers)
 */
const TABLE: readonly Row[] = [
  // Money and keys. No task was made; another key may have what this one lacks.
  { text: /credits? insufficient|insufficient (?:credits?|balance)|balance isn.t enough/i, means: 'noMoney' },
  { text: /sub-key usage exceeds limit/i, means: 'noMoney' },
  { text: /do not have access permissions/i, means: 'noAccess' },
  // The model is switched off or gone.
  { text: /temporarily paused/i, means: 'modelTrouble' },
  // Not of a vendor's word about one photo: "the model's image format is not supported".
  { text: /\bmodel(?: name)?(?: you specified)? is (?:\w+ )?not supported/i, means: 'modelTrouble' },
  // Our own request is wrong: never the person's fault, and the same again fails again.
  { text: /^\W*[\w.[\] ]{1,60} is required\W*$/i, means: 'unknown' },
  { text: /not within the range of allowed options/i, means: 'unknown' },
  { text: /ratio error|unsupported aspect ratio/i, means: 'unknown' },
  // The photo could not be fetched or read.
  { text: /fail(?:ed)? to (?:fetch|download|load) the (?:image|file)/i, means: 'photoUnfit' },
  { text: /resource download failed|file type not supported/i, means: 'photoUnfit' },
  { text: /\bimage does not meet the (?:size|format)/i, means: 'photoUnfit' },
  // The photo is refused for what it shows.
  { text: /unsafe image upload|minor upload|prominent people upload/i, means: 'photoRefused' },
  { text: /images containing photorealistic people|may contain real person/i, means: 'photoRefused' },
  { text: /InputImageSensitiveContent|PrivacyInformation/i, means: 'photoRefused' },
  // The words are refused.
  { text: /prompt was flagged by website/i, means: 'textRefused' },
  { text: /InputTextSensitiveContent/i, means: 'textRefused' },
  { text: /only english prompts are supported/i, means: 'textRefused' },
  { text: /rejected by flow/i, means: 'textRefused' },
  { text: /guardrails concerning similarity to third-party content/i, means: 'textRefused' },
  // Codes that are clear by themselves.
  { codes: [401], means: 'noAccess' },
  { codes: [402, 433], means: 'noMoney' },
  { codes: [429], means: 'rateLimit' },
  { codes: [451], means: 'photoUnfit' },
  { codes: [455], means: 'maintenance' },
  { codes: [505], means: 'modelTrouble' },
  { codes: [408], means: 'temporary' },
  // Moderation in words of its own: about the prompt, about the photo, about neither.
  { text: about(/\bprompts?\b|\btext\b/), means: 'textRefused' },
  { text: about(/image(?!-to-)|photo|picture|\bfaces?\b|portrait/), means: 'photoRefused' },
  { text: MODERATION, means: 'textRefused' },
  // A bad moment, under any code that is left, 500 and 501 among them.
  { text: /\bbusy\b|\binternal\b|try again|timed?[ -]?out|maintenance|overload/i, means: 'temporary' },
  // What is left goes by its code.
  { codes: [400], means: 'textRefused' },
  { codes: [502, 503, 504], means: 'temporary' },
  // 404, 422, 500, 501, 531, and all that nobody has seen yet.
  { text: /^/, means: 'unknown' },
];

/** Answers that are not KIE's: a page of something before it, or its own, cut. The text means nothing, the HTTP status does. */
const PAGES: Readonly<Record<number, Meaning>> = {
  401: 'noAccess',
  402: 'noMoney',
  // Cloudflare's "error code: 1010": the client was not let through, no one's fault here.
  403: 'temporary',
  408: 'temporary',
  429: 'rateLimit',
  433: 'noMoney',
  455: 'maintenance',
};

/**
 * What an answer of KIE means when it is not a success. Total: every input has a meaning, and what nobody knows is `unknown`
 * and never retried.
 *
 * @param code the `code` of the body, `null` when the body is not KIE's
 * @param text `msg`, else `message`
 * @param httpStatus of the answer; looked at only when there is no code
 */
export function classifyKieAnswer(code: number | null, text: string, httpStatus: number): KieVerdict {
  return MEANING[code === null ? meaningOfPage(httpStatus) : meaningOf(code, text)];
}

/** The end of a task is the upstream's: KIE had taken our request, and our key made the task and reads it. */
const AT_THE_END: Partial<Record<Meaning, Meaning>> = { rateLimit: 'temporary', noAccess: 'unknown' };

/**
 * What the end of a task in `state: fail` means. There was a task, so that a limit counts as an attempt, unlike a 429 on
 * creation, and a lack of access is not our key's.
 *
 * @param failCode a number as text, a name such as `GENERATION_FAILED` or of a vendor's own, or `null`
 */
export function classifyTaskFailure(failCode: string | null, failMsg: string): KieVerdict {
  const code = failCode !== null && /^\d+$/.test(failCode) ? Number(failCode) : null;
  const text = code === null && failCode !== null ? `${failCode}: ${failMsg}` : failMsg;
  const meaning = meaningOf(code, text);
  return MEANING[AT_THE_END[meaning] ?? meaning];
}

function meaningOf(code: number | null, text: string): Meaning {
  const fits = (row: Row) =>
    'text' in row ? row.text.test(text) : code !== null && row.codes.includes(code);
  // The last row fits always.
  return (TABLE.find(fits) as Row).means;
}

function meaningOfPage(httpStatus: number): Meaning {
  const isCutOrBroken = (httpStatus >= 200 && httpStatus < 300) || httpStatus >= 500;
  return PAGES[httpStatus] ?? (isCutOrBroken ? 'temporary' : 'unknown');
}
