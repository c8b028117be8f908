import { DATABASE_CHECKS } from './database.rules.js';
import type { Check, Facts, Severity } from './doctor.types.js';
import { PHOTOS_CHECKS } from './photos.rules.js';
import { PROVIDERS_CHECKS } from './providers.rules.js';
import { REDIS_CHECKS } from './redis.rules.js';
import { SETTINGS_CHECKS } from './settings.rules.js';

const ALL = {
  ...SETTINGS_CHECKS,
  ...DATABASE_CHECKS,
  ...REDIS_CHECKS,
  ...PHOTOS_CHECKS,
  ...PROVIDERS_CHECKS,
};

/** The code of a finding. */
export type FindingCode = keyof typeof ALL;

/** All checks, in the order of the report. */
export const CHECKS: Readonly<Record<FindingCode, Check>> = ALL;

export const FINDING_CODES = Object.keys(ALL) as FindingCode[];

/** Something that is wrong. */
export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** What is wrong, in one sentence. */
  problem: string;
  /** What to set or run, in one sentence. */
  mend: string;
}

/** What came of all checks. */
export interface Judgement {
  findings: Finding[];
  /** Checks that found nothing. */
  well: FindingCode[];
  /** Checks about which nothing is known, or that are of no meaning here. */
  notJudged: FindingCode[];
}

/** What is wrong, what is well, and of what nothing is known. */
export function judge(facts: Facts): Judgement {
  const judgement: Judgement = { findings: [], well: [], notJudged: [] };
  for (const code of FINDING_CODES) {
    const { scope, severity, mend, judge: judgeOne } = CHECKS[code];
    const problems = scope === 'live' && facts.system === 'sandbox' ? null : judgeOne(facts);
    if (problems === null) judgement.notJudged.push(code);
    else if (problems.length === 0) judgement.well.push(code);
    else judgement.findings.push(...problems.map((problem) => ({ code, severity, problem, mend })));
  }
  return judgement;
}

/** The findings of one severity. */
export function ofSeverity(findings: readonly Finding[], severity: Severity): Finding[] {
  return findings.filter((finding) => finding.severity === severity);
}
