import { describe, expect, it } from 'vitest';
import { decideParking } from './kie-key-health.rules.js';

describe('decideParking', () => {
  it.each([
    [401, 'You do not have access permissions', 'access'],
    [500, 'You do not have access permissions', 'access'],
    [401, '', 'access'],
    [402, 'Credits insufficient : Your current balance isn’t enough to run this request.', 'money'],
    [500, 'Credits insufficient : Your current balance isn’t enough to run this request.', 'money'],
    [433, 'Sub-key Usage Exceeds Limit', 'money'],
  ] as const)('%s %s: %s', (code, text, lacks) => {
    expect(decideParking({ code, text })).toBe(lacks);
  });
});
