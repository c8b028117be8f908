import { describe, expect, it } from 'vitest';
import { describeRefusal } from './s3-refusals.rules.js';

describe('a refusal', () => {
  it.each([
    [403, 'SignatureDoesNotMatch', 'SignatureDoesNotMatch (403): check S3_SECRET_ACCESS_KEY'],
    [301, 'PermanentRedirect', 'PermanentRedirect (301): check S3_REGION and S3_ENDPOINT'],
    [302, null, 'an answer that is not of S3 (302): check S3_REGION and S3_ENDPOINT'],
    [409, 'SomethingElse', 'SomethingElse (409)'],
    [502, null, 'an answer that is not of S3 (502)'],
  ])('%d %s says what to mend', (status, code, expected) => {
    expect(describeRefusal(status, code)).toBe(expected);
  });
});
