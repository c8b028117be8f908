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
    expect(decideParking({ code, text, raw: { httpStatus: 200, body: { code, msg: text } } })).toBe(lacks);
  });

  it('does not take the 401 of a proxy for a lack of access, which only another configuration would mend', () => {
    const raw = { httpStatus: 401, body: '<html>401 Authorization Required</html>' };
    expect(decideParking({ code: 401, text: 'HTTP 401 without a readable answer', raw })).toBe('money');
  });
});
