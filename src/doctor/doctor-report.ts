import { CHECKS, ofSeverity, type Finding, type FindingCode, type Judgement } from './doctor.rules.js';
import type { Topic } from './doctor.types.js';

const TOPICS: Readonly<Record<Topic, string>> = {
  settings: 'settings',
  database: 'PostgreSQL',
  queues: 'Redis',
  photos: 'the folder of the photos',
  providers: 'the providers',
};

/** The report for a person: what is wrong with its mend, what is well, and what was not looked at. */
export function formatReport({ findings, well, notJudged }: Judgement, head: string): string {
  const errors = ofSeverity(findings, 'error');
  const warnings = ofSeverity(findings, 'warning');
  const lines = [`Doctor: ${head}`];
  lines.push(
    ...section(
      'Errors: a process does not start',
      errors.flatMap((one) => formatFinding('✖', one)),
    ),
  );
  lines.push(
    ...section(
      'Warnings',
      warnings.flatMap((one) => formatFinding('!', one)),
    ),
  );
  lines.push(
    ...section(
      'Well',
      well.map((code) => `✔ ${CHECKS[code].well}`),
    ),
  );
  lines.push(...section('Not looked at, or of no meaning here', countByTopic(notJudged)));
  lines.push(
    '',
    `${count(errors.length, 'error')}, ${count(warnings.length, 'warning')}, ${well.length} checks are well, ${notJudged.length} were not made`,
  );
  return lines.join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function formatFinding(mark: string, { code, problem, mend }: Finding): string[] {
  return [`${mark} ${code}: ${problem}`, `    → ${mend}`];
}

function countByTopic(codes: readonly FindingCode[]): string[] {
  return Object.entries(TOPICS).flatMap(([topic, name]) => {
    const ofTopic = codes.filter((code) => CHECKS[code].topic === topic);
    return ofTopic.length === 0 ? [] : [`– ${name}: ${ofTopic.join(', ')}`];
  });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
