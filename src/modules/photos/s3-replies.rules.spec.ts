import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeRefusal, isPassing, readErrorCode, readPage } from './s3-replies.rules.js';

const page = (content: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>${content}</ListBucketResult>`;
const entry = (key: string) =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-22T10:00:00.000Z</LastModified><Size>1</Size></Contents>`;
const AT_MS = Date.parse('2026-11-22T10:00:00Z');

describe('a page of a list', () => {
  it.each([
    ['nothing', '<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>', { objects: [], next: null }],
    [
      'no word about more',
      entry('inputs/1/a.jpg'),
      { objects: [{ key: 'inputs/1/a.jpg', storedAtMs: AT_MS }], next: null },
    ],
    [
      'more to come',
      `<IsTruncated>true</IsTruncated><NextContinuationToken>a+b/c=&amp;&#38;&#x26;</NextContinuationToken>${entry('x&lt;y')}${entry('z')}`,
      {
        objects: [
          { key: 'x<y', storedAtMs: AT_MS },
          { key: 'z', storedAtMs: AT_MS },
        ],
        next: 'a+b/c=&&&',
      },
    ],
  ])('with %s', (_what, content, expected) => {
    expect(readPage(page(content))).toEqual(expected);
  });

  it.each([
    ['another document', '<Error><Code>NoSuchBucket</Code></Error>'],
    ['nothing at all', ''],
    ['a page of HTML', '<html>ok</html>'],
    ['more to come, and no way there', page('<IsTruncated>true</IsTruncated>')],
    [
      'an object without a key',
      page('<Contents><LastModified>2026-11-22T10:00:00Z</LastModified></Contents>'),
    ],
    ['an object of no time', page('<Contents><Key>a</Key><LastModified>soon</LastModified></Contents>')],
  ])('is none in %s', (_what, xml) => {
    expect(readPage(xml)).toBeNull();
  });

  it('is read or refused, whatever comes', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, isPage) => {
        const read = readPage(isPage ? page(text) : text);
        expect(read === null || Array.isArray(read.objects)).toBe(true);
      }),
    );
  });
});

describe('a refusal', () => {
  it('is known by its code', () => {
    expect(readErrorCode('<?xml?>\n<Error><Code>NoSuchKey</Code><Key>a</Key></Error>')).toBe('NoSuchKey');
    expect(readErrorCode('<Error><Message>x</Message><Code>SlowDown</Code></Error>')).toBe('SlowDown');
    expect(readErrorCode('<html><Code>NoSuchKey</Code></html>')).toBeNull();
    expect(readErrorCode('')).toBeNull();
  });

  it.each([
    [503, 'SlowDown', true],
    [500, null, true],
    [429, null, true],
    [400, 'RequestTimeout', true],
    [403, 'AccessDenied', false],
    [404, 'NoSuchBucket', false],
    [301, 'PermanentRedirect', false],
  ])('%d %s passes by itself: %s', (status, code, expected) => {
    expect(isPassing(status, code)).toBe(expected);
  });

  it.each([
    [403, 'SignatureDoesNotMatch', 'SignatureDoesNotMatch (403): check S3_SECRET_ACCESS_KEY'],
    [409, 'SomethingElse', 'SomethingElse (409)'],
    [502, null, 'an answer that is not of S3 (502)'],
  ])('%d %s says what to mend', (status, code, expected) => {
    expect(describeRefusal(status, code)).toBe(expected);
  });
});
