import { z } from 'zod';
import type { Killer, Mutant } from './patch-header.js';

/** What the JSON reporter of Vitest writes, as far as it is read (https://vitest.dev/guide/reporters#json-reporter). */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** A run of Vitest, as it ended. */
export type SpecRun =
  | { kind: 'reported'; report: VitestReport }
  /** It was still running at its time limit. */
  | { kind: 'too_long'; limitMs: number }
  /** It ended without a report. */
  | { kind: 'no_report'; output: string };

export type VitestReport = z.output<typeof reportSchema>;

/** What became of a mutant. Only a test that failed kills it: a file that cannot be loaded tests nothing. */
export type Fate = { kind: 'killed'; by: string } | { kind: 'lives'; why: string };

const OUTPUT_SHOWN_CHARS = 600;

/** @throws where the text is no report. */
export function parseReport(text: string): VitestReport {
  return reportSchema.parse(JSON.parse(text));
}

/** Whether the spec that a mutant names has noticed it. */
export function judge(run: SpecRun): Fate {
  if (run.kind === 'too_long') return lives(`its spec was not over after ${run.limitMs / 1_000} s`);
  if (run.kind === 'no_report') return lives(`its spec did not run: ${lastOf(run.output)}`);
  const tests = run.report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.find(({ status }) => status === 'failed');
  if (failed) return { kind: 'killed', by: failed.fullName };
  const passed = tests.filter(({ status }) => status === 'passed').length;
  if (passed > 0) return lives(`all passed (${passed})`);
  const [message] = run.report.testResults.flatMap(({ message = '' }) => (message === '' ? [] : [message]));
  return lives(message === undefined ? 'no test ran' : `no test ran: ${lastOf(message)}`);
}

/** What is not as it must be before anything is broken: a named test that is not there, or not green. @param root where the report's files lie. */
export function findUnfit(mutants: readonly Mutant[], { testResults }: VitestReport, root: string): string[] {
  const unfit = new Set<string>();
  for (const { name, message = '', assertionResults } of testResults) {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName } of failed) unfit.add(`${name.slice(root.length + 1)}: "${fullName}" fails`);
    if (failed.length === 0 && message !== '')
      unfit.add(`${name.slice(root.length + 1)}: ${lastOf(message)}`);
  }
  for (const { name, killer } of mutants) {
    const file = testResults.find((result) => result.name === `${root}/${killer.spec}`);
    const isThere = file?.assertionResults.some(
      ({ status, fullName }) => status === 'passed' && isNamed(killer, fullName),
    );
    if (!isThere) unfit.add(`${name}: no test of ${describeKiller(killer)} passed`);
  }
  return [...unfit];
}

/** `test/a.spec.ts > …`. */
export function describeKiller({ spec, test }: Killer): string {
  return test === null ? spec : `${spec} > ${test}`;
}

function isNamed({ test }: Killer, fullName: string): boolean {
  return test === null || fullName.includes(test);
}

function lives(why: string): Fate {
  return { kind: 'lives', why };
}

function lastOf(text: string): string {
  return text.trim().slice(-OUTPUT_SHOWN_CHARS);
}
