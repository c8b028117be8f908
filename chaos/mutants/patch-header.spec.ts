import { describe, expect, it } from 'vitest';
import { readMutant } from './patch-header.js';

const DIFF = `diff --git a/src/a.ts b/src/a.ts
--- a/src/a.ts
+++ b/src/a.ts
@@ -1 +1 @@
-Guard: one
+Guard: none
`;

describe('the header of a mutant', () => {
  it('names the guard, what breaks, and the spec', () =>
    expect(
      readMutant('a', `Guard: one refund\nBreaks: a second one\nKilled by: test/a.spec.ts\n\n${DIFF}`),
    ).toEqual({
      name: 'a',
      guard: 'one refund',
      breaks: 'a second one',
      killer: { spec: 'test/a.spec.ts', test: null },
    }));

  it('may name a test, and go on in the next line', () =>
    expect(
      readMutant(
        'a',
        `Guard: one\n  refund\nBreaks: it\nKilled by: test/a.spec.ts > says "no" > twice\n${DIFF}`,
      ),
    ).toMatchObject({ guard: 'one refund', killer: { test: 'says "no" > twice' } }));

  it.each([
    ['no diff', 'Guard: one\nBreaks: it\nKilled by: test/a.spec.ts\n', 'there is no diff'],
    ['no guard', `Breaks: it\nKilled by: test/a.spec.ts\n${DIFF}`, 'there is no "Guard:"'],
    ['no killer', `Guard: one\nBreaks: it\n${DIFF}`, 'there is no "Killed by:"'],
    ['no spec file', `Guard: one\nBreaks: it\nKilled by: npm test\n${DIFF}`, 'names no spec file'],
    ['another field', `Guard: one\nBreaks: it\nWhy: because\n${DIFF}`, '"Why: because" is no field'],
  ])('is refused with %s', (_what, patch, message) => expect(() => readMutant('a', patch)).toThrow(message));
});
