import { maskSecrets, registerSecrets, secretsOfSource, type Source } from '../platform/light.js';
import { formatReport } from './doctor-report.js';
import { judge, ofSeverity } from './doctor.rules.js';
import type { Facts } from './doctor.types.js';
import { gatherFactsOfSandbox, gatherFactsOfSource, type ProbeLimits } from './gather-facts.js';

const LIMITS: ProbeLimits = { databaseConnectMs: 3_000, redisMs: 3_000 };

export interface DoctorOptions {
  /** One object instead of a report. */
  json?: boolean;
  /** The settings are those of a sandbox that runs: only its servers are looked at. */
  sandbox?: boolean;
  /** Asks the providers besides: free and harmless questions, for which the whole application is loaded. */
  online?: boolean;
  limits?: ProbeLimits;
}

export interface DoctorReport {
  /** What to print, without secrets. */
  text: string;
  /** Whether nothing is an error. */
  fit: boolean;
}

/** Looks at everything that the settings lead to. Never throws of what it finds. */
export async function doctor(source: Source, options: DoctorOptions = {}): Promise<DoctorReport> {
  registerSecrets(secretsOfSource(source));
  const limits = options.limits ?? LIMITS;
  const known = options.sandbox
    ? await gatherFactsOfSandbox(source, limits)
    : await gatherFactsOfSource(source, limits);
  const facts = options.online ? await askProviders(known) : known;
  const judgement = judge(facts);
  const errors = ofSeverity(judgement.findings, 'error').length;
  const text = options.json
    ? JSON.stringify({
        errors,
        warnings: judgement.findings.length - errors,
        findings: judgement.findings,
        well: judgement.well,
        not_judged: judgement.notJudged,
      })
    : formatReport(judgement, headOf(facts));
  return { text: maskSecrets(text), fit: errors === 0 };
}

async function askProviders(facts: Facts): Promise<Facts> {
  if (!facts.settings) return facts;
  const { probeProviders } = await import('./providers.probe.js');
  return { ...facts, providers: await probeProviders(facts.settings) };
}

function headOf({ settings, settingProblems, system, database }: Facts): string {
  const unread = settingProblems ? 'settings that cannot be used' : 'a sandbox, whose settings are its own';
  const what = settings ? `${system}, ${settings.ROLES.join(', ')}` : unread;
  return database ? `${what}; database ${database.where}` : what;
}
