import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyKieAnswer, classifyTaskFailure } from './kie-errors.rules.js';

/** What is expected, typed from KIE's documentation and from recorded answers, as `class reason action`. */
const BILLING = 'billing billing next_key';
const RATE_LIMIT = 'rate_limit rate_limit delay';
const TEMPORARY = 'temporary temporary retry';
const PHOTO_REFUSED = 'user_violation moderation_photo fail';
const PHOTO_UNFIT = 'user_violation moderation_photo new_upload';
const TEXT_REFUSED = 'user_violation moderation_text fail';
const MODEL_TROUBLE = 'null temporary next_model';
const UNKNOWN = 'unknown unknown fail';

const NO_CREDITS =
  'Credits insufficient : Your current balance isn’t enough to run this request. Please top up to continue.';

function shortly(verdict: ReturnType<typeof classifyKieAnswer>): string {
  return `${verdict.class} ${verdict.reason} ${verdict.action}`;
}

describe('answers to a creation', () => {
  it.each<[number | null, string, string]>([
    [422, 'The model name you specified is not supported', MODEL_TROUBLE],
    [500, 'This interface is temporarily paused', MODEL_TROUBLE],
    [500, 'prompt is required', UNKNOWN],
    [500, 'image_url is required', UNKNOWN],
    [500, 'This field is required', UNKNOWN],
    [500, 'duration is not within the range of allowed options', UNKNOWN],
    [422, 'Ratio error', UNKNOWN],
    [402, NO_CREDITS, BILLING],
    [500, NO_CREDITS, BILLING],
    [500, NO_CREDITS.replace('’', "'"), BILLING],
    [433, 'Sub-key Usage Exceeds Limit', BILLING],
    [401, 'You do not have access permissions', BILLING],
    [429, '', RATE_LIMIT],
    [429, 'Too many requests, please try again later', RATE_LIMIT],
    [422, 'recordInfo is null', UNKNOWN],
    [500, 'Base64 decoding failed', UNKNOWN],
  ])('%s %j means %s', (code, text, expected) => {
    expect(shortly(classifyKieAnswer(code, text, 200))).toBe(expected);
  });
});

describe('codes whose text says nothing', () => {
  it.each<[number, string]>([
    [400, TEXT_REFUSED],
    [401, BILLING],
    [402, BILLING],
    [404, UNKNOWN],
    [408, TEMPORARY],
    [422, UNKNOWN],
    [429, RATE_LIMIT],
    [433, BILLING],
    [451, PHOTO_UNFIT],
    [455, TEMPORARY],
    [500, UNKNOWN],
    [501, UNKNOWN],
    [502, TEMPORARY],
    [503, TEMPORARY],
    [504, TEMPORARY],
    [505, MODEL_TROUBLE],
    [531, UNKNOWN],
    [200, UNKNOWN],
    [999, UNKNOWN],
    [0, UNKNOWN],
  ])('%d means %s', (code, expected) => {
    expect(shortly(classifyKieAnswer(code, 'xyz', 200))).toBe(expected);
    expect(shortly(classifyKieAnswer(code, '', 500))).toBe(expected);
  });

  it('asks for a pause of a minute during maintenance', () => {
    expect(classifyKieAnswer(455, 'The system is under maintenance', 200).pauseMs).toBe(60_000);
  });
});

describe('texts of failed tasks', () => {
  it.each<[string, string]>([
    ['Your prompt was flagged by Website as violating content policies', TEXT_REFUSED],
    ['Your request was rejected by Flow(content). Please change it', TEXT_REFUSED],
    ['This content may violate our guardrails concerning similarity to third-party content.', TEXT_REFUSED],
    ['Public error: unsafe image upload', PHOTO_REFUSED],
    ['public error minor upload', PHOTO_REFUSED],
    ['public error prominent people upload', PHOTO_REFUSED],
    ['We currently do not support uploads of images containing photorealistic people.', PHOTO_REFUSED],
    ['InputImageSensitiveContentDetected', PHOTO_REFUSED],
    ['InputImageSensitiveContentDetected.PrivacyInformation', PHOTO_REFUSED],
    ['The request failed because the input image may contain real person.', PHOTO_REFUSED],
    ['InputTextSensitiveContentDetected', TEXT_REFUSED],
    [
      'Failed to fetch the image. Kindly verify any access limits set by you or your service provider',
      PHOTO_UNFIT,
    ],
    ['Only English prompts are supported at this time', TEXT_REFUSED],
    ['File type not supported', PHOTO_UNFIT],
    ['resource download failed', PHOTO_UNFIT],
    ['The image does not meet the size requirements', PHOTO_UNFIT],
    ['The text length cannot exceed the maximum limit', UNKNOWN],
    ['Unsupported aspect ratio for this resolution.', UNKNOWN],
    ['internal error, please try again later', TEMPORARY],
    ['Internal server error', TEMPORARY],
    ['server is busy', TEMPORARY],
    [NO_CREDITS, BILLING],
    // Words of vendors that nobody has recorded yet.
    ['NSFW content detected', TEXT_REFUSED],
    ['The uploaded image was blocked by moderation', PHOTO_REFUSED],
    ['The picture was flagged, please try again', PHOTO_REFUSED],
    ['Prompt rejected by the safety system', TEXT_REFUSED],
    ['Upstream timed out', TEMPORARY],
    // Words that a sloppy list would call the user's fault.
    ['The content could not be generated', UNKNOWN],
    ['Expected 400 frames of people, got 3', UNKNOWN],
    ['Model names are case sensitive', UNKNOWN],
    ['Unique constraint violation', UNKNOWN],
    ['', UNKNOWN],
  ])('%j means %s under codes 400 to 501', (text, expected) => {
    expect(shortly(classifyTaskFailure('500', text))).toBe(expected);
    expect(shortly(classifyTaskFailure('501', text))).toBe(expected);
    expect(shortly(classifyTaskFailure('GENERATION_FAILED', text))).toBe(expected);
    expect(shortly(classifyTaskFailure(null, text))).toBe(expected);
    if (expected !== UNKNOWN) expect(shortly(classifyTaskFailure('400', text))).toBe(expected);
  });

  it('finds a vendor’s word in the failCode too', () => {
    expect(shortly(classifyTaskFailure('InputImageSensitiveContentDetected', ''))).toBe(PHOTO_REFUSED);
  });

  it('counts a limit that ended a task as a bad moment of the upstream', () => {
    expect(shortly(classifyTaskFailure('429', 'Too many requests'))).toBe(TEMPORARY);
  });
});

describe('pages of something before KIE', () => {
  it.each<[number, string]>([
    [403, TEMPORARY],
    [401, BILLING],
    [404, UNKNOWN],
    [408, TEMPORARY],
    [413, UNKNOWN],
    [429, RATE_LIMIT],
    [500, TEMPORARY],
    [502, TEMPORARY],
    [503, TEMPORARY],
    [504, TEMPORARY],
    [302, UNKNOWN],
  ])('HTTP %d means %s whatever its text', (httpStatus, expected) => {
    const text = 'Your prompt was flagged, credits insufficient';
    expect(shortly(classifyKieAnswer(null, text, httpStatus))).toBe(expected);
  });
});

it('gives every code and text a meaning, and never retries what it does not know', () => {
  fc.assert(
    fc.property(
      fc.option(fc.integer()),
      fc.string(),
      fc.integer({ min: 100, max: 599 }),
      (code, text, http) => {
        const verdict = classifyKieAnswer(code, text, http);
        if (verdict.class === 'unknown') expect(verdict.action).toBe('fail');
        if (verdict.class === 'user_violation') expect(['fail', 'new_upload']).toContain(verdict.action);
      },
    ),
  );
});
