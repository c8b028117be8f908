import { describe, expect, it } from 'vitest';
import type { Mutant } from './patch-header.js';
import { findUnfit, judge, parseReport, type VitestReport } from './verdict.js';

const MUTANT: Mutant = {
  name: 'a',
  guard: 'one refund',
  breaks: 'a second one',
  killer: { spec: 'test/a.spec.ts', test: null },
};

function report(tests: Record<string, string>, message = ''): VitestReport {
  const assertionResults = Object.entries(tests).map(([fullName, status]) => ({ fullName, status }));
  return parseReport(
    JSON.stringify({ testResults: [{ name: '/clone/test/a.spec.ts', message, assertionResults }] }),
  );
}

function judged(tests: Record<string, string>, message = '') {
  return judge({ kind: 'reported', report: report(tests, message) });
}

describe('the fate of a mutant', () => {
  it('is death by the test that failed', () =>
    expect(judged({ 'a refund': 'passed', 'a second refund': 'failed' })).toEqual({
      kind: 'killed',
      by: 'a second refund',
    }));

  it('is life where all passed', () =>
    expect(judged({ one: 'passed', two: 'skipped' })).toEqual({ kind: 'lives', why: 'all passed (1)' }));

  it('is life where the file could not be loaded', () =>
    expect(judged({}, 'SyntaxError: oops')).toEqual({
      kind: 'lives',
      why: 'no test ran: SyntaxError: oops',
    }));

  it('is life where the hooks before the tests failed', () =>
    expect(judged({ one: 'skipped' }, 'no database')).toMatchObject({ kind: 'lives' }));

  it('is life where nothing was asked', () =>
    expect(judged({ one: 'skipped' })).toEqual({ kind: 'lives', why: 'no test ran' }));

  it('is life after the time limit', () =>
    expect(judge({ kind: 'too_long', limitMs: 60_000 })).toEqual({
      kind: 'lives',
      why: 'its spec was not over after 60 s',
    }));

  it('is life without a report', () =>
    expect(judge({ kind: 'no_report', output: 'Out of memory' })).toMatchObject({
      why: 'its spec did not run: Out of memory',
    }));
});

describe('the specs before anything is broken', () => {
  const unfit = (killer: Partial<Mutant['killer']>, tests: Record<string, string>, message = '') =>
    findUnfit([{ ...MUTANT, killer: { ...MUTANT.killer, ...killer } }], report(tests, message), '/clone');

  it('are fit where they pass', () => expect(unfit({}, { one: 'passed' })).toEqual([]));

  it('are not where one fails', () =>
    expect(unfit({}, { one: 'passed', two: 'failed' })).toEqual(['test/a.spec.ts: "two" fails']));

  it('are not where one cannot be loaded', () =>
    expect(unfit({}, {}, 'no such module')).toEqual([
      'test/a.spec.ts: no such module',
      'a: no test of test/a.spec.ts passed',
    ]));

  it('are not where nothing has the name that a mutant gives', () =>
    expect(unfit({ test: 'the third' }, { 'the second of two': 'passed' })).toEqual([
      'a: no test of test/a.spec.ts > the third passed',
    ]));

  it('are not where the file is not among them', () =>
    expect(unfit({ spec: 'test/b.spec.ts' }, { one: 'passed' })).toEqual([
      'a: no test of test/b.spec.ts passed',
    ]));
});
