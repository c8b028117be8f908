import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyKieAnswer, classifyTaskFailure } from './kie-errors.rules.js';

/**
 * What is expected, as `class reason action`. Typed from KIE's documentation and from recorded answers, text by text and
 * code by code, never read from the table under test.
 */
const BILLING = 'billing billing next_key';
const RATE_LIMIT = 'rate_limit rate_limit delay';
const TEMPORARY = 'temporary temporary retry';
const MAINTENANCE = 'temporary temporary retry after 60000 ms';
const PHOTO_REFUSED = 'user_violation moderation_photo fail';
const PHOTO_UNFIT = 'user_violation moderation_photo new_upload';
const TEXT_REFUSED = 'user_violation moderation_text fail';
const MODEL_TROUBLE = 'null temporary next_model';
const UNKNOWN = 'unknown unknown fail';
const ALL = [
  ...[BILLING, RATE_LIMIT, TEMPORARY, MAINTENANCE, PHOTO_REFUSED, PHOTO_UNFIT],
  ...[TEXT_REFUSED, MODEL_TROUBLE, UNKNOWN],
];

/** The apostrophe is U+2019 in some answers and ASCII in others. */
const NO_CREDITS =
  'Credits insufficient : Your current balance isn’t enough to run this request. Please top up to continue.';
const NO_CREDITS_ASCII = NO_CREDITS.replace('’', "'");

/** Those of KIE's words whose meaning is another one at the end of a task: there our key was good enough, and so was our pace. */
const NO_ACCESS = 'You do not have access permissions';
const AT_THE_END: Record<string, string> = { 401: UNKNOWN, 429: TEMPORARY, [NO_ACCESS]: UNKNOWN };

/** Every documented code; what it means where the text says nothing. */
const CODES: [number, string][] = [
  [200, UNKNOWN],
  [400, TEXT_REFUSED],
  [401, BILLING],
  [402, BILLING],
  [404, UNKNOWN],
  [408, TEMPORARY],
  [422, UNKNOWN],
  [429, RATE_LIMIT],
  [433, BILLING],
  [451, PHOTO_UNFIT],
  [455, MAINTENANCE],
  [500, UNKNOWN],
  [501, UNKNOWN],
  [505, MODEL_TROUBLE],
  [531, UNKNOWN],
];

/** Texts that mean the same under whatever code they come. */
const CLEAR_TEXTS: [string, string][] = [
  // Answers to a creation.
  ['The model name you specified is not supported', MODEL_TROUBLE],
  ['This interface is temporarily paused', MODEL_TROUBLE],
  ['prompt is required', UNKNOWN],
  ['image_url is required', UNKNOWN],
  ['This field is required', UNKNOWN],
  ['duration is not within the range of allowed options', UNKNOWN],
  ['aspect_ratio is not within the range of allowed options', UNKNOWN],
  ['Ratio error', UNKNOWN],
  [NO_CREDITS, BILLING],
  [NO_CREDITS_ASCII, BILLING],
  ['Credits insufficient', BILLING],
  ['Sub-key Usage Exceeds Limit', BILLING],
  [NO_ACCESS, BILLING],
  // The words are refused.
  ['Your prompt was flagged by Website as violating content policies', TEXT_REFUSED],
  ['Your request was rejected by Flow(...)…', TEXT_REFUSED],
  ['Your request was rejected by Flow(content). Please change it', TEXT_REFUSED],
  ['This content may violate our guardrails concerning similarity to third-party content.', TEXT_REFUSED],
  ['InputTextSensitiveContentDetected', TEXT_REFUSED],
  ['Only English prompts are supported at this time', TEXT_REFUSED],
  // The photo is refused.
  ['Public error: unsafe image upload', PHOTO_REFUSED],
  ['public error minor upload', PHOTO_REFUSED],
  ['public error prominent people upload', PHOTO_REFUSED],
  ['We currently do not support uploads of images containing photorealistic people.', PHOTO_REFUSED],
  ['InputImageSensitiveContentDetected', PHOTO_REFUSED],
  ['PrivacyInformation', PHOTO_REFUSED],
  ['InputImageSensitiveContentDetected.PrivacyInformation', PHOTO_REFUSED],
  ['may contain real person', PHOTO_REFUSED],
  ['The request failed because the input image may contain real person.', PHOTO_REFUSED],
  // The photo cannot be had or read.
  [
    'Failed to fetch the image. Kindly verify any access limits set by you or your service provider',
    PHOTO_UNFIT,
  ],
  ['File type not supported', PHOTO_UNFIT],
  ['resource download failed', PHOTO_UNFIT],
  ['The image does not meet the size requirements', PHOTO_UNFIT],
  ['The image does not meet the format requirements', PHOTO_UNFIT],
  // Our own request.
  ['Unsupported aspect ratio for this resolution.', UNKNOWN],
  ['taskId parameter is required', UNKNOWN],
];

/** Texts that may stand beside any code: a code that is clear by itself says more than they do. */
const VAGUE_TEXTS = [
  'internal error, please try again later',
  'Internal server error',
  'server is busy',
  'The task timed out',
  'timeout',
  'time-out of the upstream',
  'Please try again',
  'The system is under maintenance',
  'The model is overloaded',
];
const CODES_THAT_LEAVE_IT_OPEN = [200, 400, 404, 422, 500, 501, 531];

/** Texts that say nothing of whose fault it is: the code decides. */
const EMPTY_TEXTS = ['', 'xyz', 'recordInfo is null', 'Base64 decoding failed', 'Playground task failed.'];

function shortly(verdict: ReturnType<typeof classifyKieAnswer>): string {
  const pause = verdict.pauseMs === undefined ? '' : ` after ${verdict.pauseMs} ms`;
  return `${verdict.class} ${verdict.reason} ${verdict.action}${pause}`;
}

describe('a text that is clear', () => {
  it.each(CLEAR_TEXTS)(
    '%j means %s under every code, at a creation and at the end of a task',
    (text, meaning) => {
      const atTheEnd = AT_THE_END[text] ?? meaning;
      for (const [code] of CODES) {
        expect(shortly(classifyKieAnswer(code, text, 200)), `code ${code}`).toBe(meaning);
        expect(shortly(classifyKieAnswer(code, text.toUpperCase(), 200)), `code ${code}`).toBe(meaning);
        expect(shortly(classifyTaskFailure(String(code), text)), `failCode ${code}`).toBe(atTheEnd);
      }
      expect(shortly(classifyKieAnswer(500, text, 500))).toBe(meaning);
      expect(shortly(classifyTaskFailure('GENERATION_FAILED', text))).toBe(atTheEnd);
      expect(shortly(classifyTaskFailure(null, text))).toBe(atTheEnd);
    },
  );
});

describe('a code', () => {
  it.each(CODES)('%d means %s where the text says nothing, whatever the HTTP status is', (code, meaning) => {
    for (const text of EMPTY_TEXTS) {
      expect(shortly(classifyKieAnswer(code, text, 200)), text).toBe(meaning);
      expect(shortly(classifyKieAnswer(code, text, code === 200 ? 500 : code)), text).toBe(meaning);
      expect(shortly(classifyTaskFailure(String(code), text)), text).toBe(AT_THE_END[code] ?? meaning);
    }
  });

  it.each([
    [502, TEMPORARY],
    [503, TEMPORARY],
    [504, TEMPORARY],
    [999, UNKNOWN],
    [0, UNKNOWN],
    [-1, UNKNOWN],
  ])('%d, which is in no list of KIE’s, means %s', (code, meaning) => {
    expect(shortly(classifyKieAnswer(code, 'xyz', 200))).toBe(meaning);
  });

  it('429 means to slow down in KIE’s own words too', () => {
    const text = 'Your call frequency is too high. Please try again later.';
    expect(shortly(classifyKieAnswer(429, text, 200))).toBe(RATE_LIMIT);
  });
});

describe('a text that is vague', () => {
  it.each(VAGUE_TEXTS)(
    '%j is a bad moment under codes that leave it open, and nothing under the others',
    (text) => {
      for (const [code, meaning] of CODES) {
        const isOpen = CODES_THAT_LEAVE_IT_OPEN.includes(code);
        const expected = isOpen ? TEMPORARY : meaning;
        expect(shortly(classifyKieAnswer(code, text, 200)), `code ${code}`).toBe(expected);
      }
      expect(shortly(classifyTaskFailure(null, text.toUpperCase()))).toBe(TEMPORARY);
      expect(shortly(classifyTaskFailure('GENERATION_FAILED', text))).toBe(TEMPORARY);
    },
  );
});

describe('texts that nobody has recorded yet', () => {
  it.each([
    ['NSFW content detected', TEXT_REFUSED],
    ['Blocked by moderation', TEXT_REFUSED],
    ['The request was moderated', TEXT_REFUSED],
    ['Sensitive content', TEXT_REFUSED],
    ['Stopped by the safety system', TEXT_REFUSED],
    ['unsafe', TEXT_REFUSED],
    ['Against our content policy', TEXT_REFUSED],
    ['This violates our community guidelines', TEXT_REFUSED],
    ['This violates our usage policies', TEXT_REFUSED],
    ['Violation of the terms of use', TEXT_REFUSED],
    ['It violates the rules', TEXT_REFUSED],
    ['Violates local law', TEXT_REFUSED],
    ['The request was flagged, please try again', TEXT_REFUSED],
    ['Prohibited content', TEXT_REFUSED],
    ['A guardrail was hit', TEXT_REFUSED],
    ['The request was flagged', TEXT_REFUSED],
    ['Prompt rejected by the safety system', TEXT_REFUSED],
    ['The text next to the image was flagged', TEXT_REFUSED],
    ['The prompt for this image was flagged', TEXT_REFUSED],
    ['image-to-video: content was flagged', TEXT_REFUSED],
    ['The uploaded image was blocked by moderation', PHOTO_REFUSED],
    ['The picture was flagged, please try again', PHOTO_REFUSED],
    ['The image cannot be used.\nIt was flagged.', PHOTO_REFUSED],
    ['A sensitive photo', PHOTO_REFUSED],
    ['Unsafe: a face', PHOTO_REFUSED],
    ['This portrait is prohibited', PHOTO_REFUSED],
    ['Insufficient balance', BILLING],
    ['insufficient credits', BILLING],
    ['Your balance isn`t enough', BILLING],
    ['This model is currently not supported', MODEL_TROUBLE],
    // About one seller's photo.
    ["The model's image format is not supported", UNKNOWN],
    ['Unable to read: failed to load the file', PHOTO_UNFIT],
    ['failed to download the image', PHOTO_UNFIT],
    // Words that a sloppy list would call the person's fault, or a bad moment.
    ['The content could not be generated', UNKNOWN],
    ['Expected 400 frames of people, got 3', UNKNOWN],
    ['Model names are case sensitive', UNKNOWN],
    ['Model names are case-sensitive', UNKNOWN],
    ['Unique constraint violation', UNKNOWN],
    ['The text length cannot exceed the maximum limit', UNKNOWN],
    ['A businesslike answer', UNKNOWN],
  ])('%j means %s', (text, expected) => {
    expect(shortly(classifyKieAnswer(500, text, 200))).toBe(expected);
    expect(shortly(classifyTaskFailure('501', text.toUpperCase()))).toBe(expected);
  });

  it('leave the codes that are clear by themselves what they are: those were never the person’s fault', () => {
    const clear = CODES.filter(([code]) => !CODES_THAT_LEAVE_IT_OPEN.includes(code));
    for (const [code, meaning] of clear) {
      for (const text of [
        'content of people was flagged as unsafe',
        'the prompt was flagged',
        'unsafe image',
      ]) {
        expect(shortly(classifyKieAnswer(code, text, 200)), `${code} ${text}`).toBe(meaning);
      }
    }
  });

  it('are found in a failCode that is a word', () => {
    expect(shortly(classifyTaskFailure('InputImageSensitiveContentDetected', ''))).toBe(PHOTO_REFUSED);
    expect(shortly(classifyTaskFailure('GENERATION_FAILED', ''))).toBe(UNKNOWN);
  });
});

describe('an answer that is not KIE’s', () => {
  it.each([
    // A page under success, or an answer that was cut on the way.
    [200, TEMPORARY],
    [204, TEMPORARY],
    [302, UNKNOWN],
    [400, UNKNOWN],
    [401, BILLING],
    [402, BILLING],
    // Cloudflare's "error code: 1010".
    [403, TEMPORARY],
    [404, UNKNOWN],
    [408, TEMPORARY],
    [413, UNKNOWN],
    [429, RATE_LIMIT],
    [433, BILLING],
    [455, MAINTENANCE],
    [500, TEMPORARY],
    [502, TEMPORARY],
    [503, TEMPORARY],
    [504, TEMPORARY],
    [520, TEMPORARY],
  ])('under HTTP %d means %s whatever its text', (httpStatus, expected) => {
    const text = 'Your prompt was flagged, credits insufficient';
    expect(shortly(classifyKieAnswer(null, text, httpStatus))).toBe(expected);
  });
});

describe('any answer', () => {
  const httpStatus = fc.integer({ min: 100, max: 599 });
  const known = [...CLEAR_TEXTS.map(([text]) => text), ...VAGUE_TEXTS];
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...known, 'image', 'not', '\n')).map((all) => all.join(' ')),
  );
  const code = fc.option(fc.oneof(fc.integer(), fc.constantFrom(...CODES.map(([each]) => each))));

  it('has exactly one meaning, always the same, and nothing unknown is ever tried again', () => {
    fc.assert(
      fc.property(code, text, httpStatus, (anyCode, anyText, http) => {
        const verdicts = [
          classifyKieAnswer(anyCode, anyText, http),
          classifyTaskFailure(anyCode === null ? null : String(anyCode), anyText),
        ];
        for (const verdict of verdicts) {
          expect(ALL.filter((meaning) => meaning === shortly(verdict))).toHaveLength(1);
          if (verdict.class === 'unknown') expect(verdict.action).toBe('fail');
        }
        expect(classifyKieAnswer(anyCode, anyText, http)).toEqual(verdicts[0]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of a code and a text that nobody knows is unknown', () => {
    const listed = [...CODES.map(([each]) => each), 502, 503, 504];
    const foreignCode = fc.integer().filter((each) => !listed.includes(each));
    // No known word can be spelled with these.
    const foreignText = fc.string({ unit: fc.constantFrom('x', 'q', 'z', '7', ' ', '<', 'ж') });
    fc.assert(
      fc.property(foreignCode, foreignText, httpStatus, (anyCode, anyText, http) => {
        expect(shortly(classifyKieAnswer(anyCode, anyText, http))).toBe(UNKNOWN);
        expect(shortly(classifyTaskFailure(anyText, anyText))).toBe(UNKNOWN);
      }),
    );
  });
});
