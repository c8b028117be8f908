import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyKieSignature } from './kie-signature.js';

const hmacKey = 'webhook-key';
const nowS = 1_795_240_000;

function sign(taskId: string, timestamp: string): string {
  return createHmac('sha256', hmacKey).update(`${taskId}.${timestamp}`).digest('base64');
}

function check(change: Partial<Parameters<typeof verifyKieSignature>[0]> = {}): boolean {
  const timestamp = change.timestamp ?? String(nowS);
  const signature = sign('task_1', timestamp);
  return verifyKieSignature({
    taskId: 'task_1',
    timestamp,
    signature,
    hmacKey,
    nowS,
    ageMaxS: 300,
    ...change,
  });
}

describe('the signature of a callback', () => {
  it('accepts what KIE signed, up to the limit of age on both sides', () => {
    expect(check()).toBe(true);
    expect(check({ timestamp: String(nowS - 300) })).toBe(true);
    expect(check({ timestamp: String(nowS + 300) })).toBe(true);
  });

  it('refuses one that is too old or from the future', () => {
    expect(check({ timestamp: String(nowS - 301) })).toBe(false);
    expect(check({ timestamp: String(nowS + 301) })).toBe(false);
  });

  it.each([
    ['another task', { taskId: 'task_2' }],
    ['another key', { hmacKey: 'other' }],
    ['another time', { signature: sign('task_1', String(nowS - 1)) }],
    ['a cut signature', { signature: sign('task_1', String(nowS)).slice(0, 20) }],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['no timestamp', { timestamp: undefined, signature: sign('task_1', 'undefined') }],
    ['a timestamp that is no number', { timestamp: '1e9' }],
    ['text that is no base64', { signature: '☃'.repeat(44) }],
  ])('refuses %s', (_case, change) => {
    const given = { taskId: 'task_1', timestamp: String(nowS), signature: sign('task_1', String(nowS)) };
    expect(verifyKieSignature({ ...given, hmacKey, nowS, ageMaxS: 300, ...change })).toBe(false);
  });
});
