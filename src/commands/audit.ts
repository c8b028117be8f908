import type pg from 'pg';
import { auditSnapshot, type AuditFinding, type AuditReport } from '../modules/credits/light.js';
import { sqlStateOf } from '../platform/light.js';
import {
  CommandError,
  describeDatabase,
  EXIT_BAD,
  EXIT_OK,
  readDatabaseUrl,
  runCommand,
} from './command-line.js';
import { connect } from './connection.js';

const USAGE = `npm run audit            prove that balances, credit history, jobs and payments agree
npm run audit -- --json  the same, with the report as one JSON object in the last line
Exit code: 0 no drift, 1 drift, 2 the audit could not run. The database is that of DATABASE_URL.`;

const UNDEFINED_TABLE = '42P01';

await runCommand(async () => {
  const options = process.argv.slice(2);
  if (options.includes('--help')) {
    console.log(USAGE);
    return EXIT_OK;
  }
  const unknown = options.find((option) => option !== '--json');
  if (unknown) throw new CommandError(`Unknown option ${unknown}\n${USAGE}`);

  const url = readDatabaseUrl();
  const report = await audit(url);
  console.log(formatReport(report, describeDatabase(url)));
  if (options.includes('--json')) console.log(JSON.stringify(report));
  return report.drift === 0 ? EXIT_OK : EXIT_BAD;
});

async function audit(url: string): Promise<AuditReport> {
  const client = await connect(url, { application_name: 'neurocards-audit' });
  try {
    // It reads only: its end ends the transaction.
    await client.query('begin isolation level repeatable read');
    return await auditSnapshot(async <Row>(sql: string, parameters?: unknown[]) => {
      const { rows } = await client.query<pg.QueryResultRow>(sql, parameters);
      return rows as Row[];
    });
  } catch (error) {
    if (sqlStateOf(error) !== UNDEFINED_TABLE) throw error;
    throw new CommandError(`The database ${describeDatabase(url)} lacks our tables. Run: npm run migrate`);
  } finally {
    await client.end();
  }
}

function formatReport(report: AuditReport, database: string): string {
  const lines = [`Audit of ${database}`];
  const width = Math.max(...report.checks.map((check) => check.name.length));
  for (const check of report.checks) {
    const verdict = check.problems === 0 ? 'ok   ' : 'DRIFT';
    const count = check.problems === 0 ? '' : `, ${check.problems} differ`;
    const rows = String(check.rows_checked).padStart(9);
    lines.push(`  ${verdict} ${check.invariant}  ${check.name.padEnd(width)} ${rows} rows${count}`);
    const found = report.problems.filter((problem) => problem.check === check.name);
    lines.push(...found.map(formatFinding));
    if (found.length < check.problems) lines.push(`           … and ${check.problems - found.length} more`);
  }
  if (report.notes.length > 0) lines.push('Notes (no drift)', ...report.notes.map(formatFinding));
  const verdict = report.drift === 0 ? 'no drift' : `DRIFT in ${report.drift}`;
  lines.push(`${report.rows_checked} rows checked in ${report.checks.length} checks: ${verdict}`);
  return lines.join('\n');
}

function formatFinding(finding: AuditFinding): string {
  return `           ${finding.check}: ${finding.row}: ${finding.detail}`;
}
