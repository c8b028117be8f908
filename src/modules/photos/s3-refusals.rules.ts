/** What a refusal says to whoever set this up (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
const MENDS: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'check S3_ACCESS_KEY_ID',
  SignatureDoesNotMatch: 'check S3_SECRET_ACCESS_KEY',
  AccessDenied: 'the key may not do this: it needs to read, write, list and delete in the bucket',
  AllAccessDisabled: 'the key may not do this: it needs to read, write, list and delete in the bucket',
  NoSuchBucket: 'check S3_BUCKET and S3_ENDPOINT',
  PermanentRedirect: 'check S3_REGION and S3_ENDPOINT',
  TemporaryRedirect: 'check S3_REGION and S3_ENDPOINT',
  AuthorizationHeaderMalformed: 'check S3_REGION',
  RequestTimeTooSkewed: 'check the clock of this machine',
};

/**
 * A refusal in words that hold nothing of the request: its key's id stands in S3's own.
 *
 * @param code S3's own, such as `NoSuchBucket`; null where the answer is none of S3's.
 */
export function describeRefusal(status: number, code: string | null): string {
  const isRedirect = status >= 300 && status < 400;
  const mend = MENDS[code ?? (isRedirect ? 'PermanentRedirect' : '')];
  return `${code ?? 'an answer that is not of S3'} (${status})${mend ? `: ${mend}` : ''}`;
}
