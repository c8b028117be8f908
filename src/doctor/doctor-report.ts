import { CHECKS, ofSeverity, type Finding, type FindingCode, type Judgement } from './doctor.rules.js';
import type { Topic } from './doctor.types.js';

const TOPICS: Readonly<Record<Topic, string>> = {
  settings: 'settings',
  database: 'PostgreSQL',
  queues: 'Redis',
  photos: 'the folder of the photos',
  providers: 'the providers (--online asks them)',
};

/** The report for a person: what is wrong with its mend, what is well, and what was not looked at. */
export function formatReport({ findings, well, notJudged }: Judgement, head: string): string {
  const errors = ofSeverity(findings, 'error');
  const warnings = ofSeverity(findings, 'warning');
  const counts = [
    `errors: ${errors.length}`,
    `warnings: ${warnings.length}`,
    `well: ${well.length}`,
    `not made: ${notJudged.length}`,
  ];
  return [
    `Doctor: ${head}`,
    ...section('Errors: a process does not start', listFindings('✖', errors.filter(forbidsStart))),
    ...section(
      'Errors of providers: a process starts, and does not get far',
      listFindings(
        '✖',
        errors.filter((finding) => !forbidsStart(finding)),
      ),
    ),
    ...section('Warnings', listFindings('!', warnings)),
    ...section(
      'Well',
      well.map((code) => `✔ ${CHECKS[code].well}`),
    ),
    ...section('Not looked at, or of no meaning here', listByTopic(notJudged)),
    '',
    counts.join(', '),
  ].join('\n');
}

/** A start asks no provider. */
function forbidsStart({ code }: Finding): boolean {
  return CHECKS[code].topic !== 'providers';
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** What one check found stands together, with its mend once. */
function listFindings(mark: string, findings: readonly Finding[]): string[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.flatMap((code) => [
    ...findings.filter((one) => one.code === code).map(({ problem }) => `${mark} ${code}: ${problem}`),
    `    → ${CHECKS[code].mend}`,
  ]);
}

function listByTopic(codes: readonly FindingCode[]): string[] {
  return Object.entries(TOPICS).flatMap(([topic, name]) => {
    const ofTopic = codes.filter((code) => CHECKS[code].topic === topic);
    return ofTopic.length === 0 ? [] : [`– ${name}: ${ofTopic.join(', ')}`];
  });
}
