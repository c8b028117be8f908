import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RULES = 'deploy/prometheus/alerts.yml';
const TESTS = 'deploy/prometheus/alerts.test.yml';
const SENTENCE = 'needs promtool on the PATH (Debian: apt-get install --no-install-recommends prometheus)';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

function promtool(...options: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', options, { cwd: ROOT, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Runs `work` in a folder that is gone afterwards. */
function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'neurocards-rules-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The tests of one alert alone, against rules with one change. */
function testChanged(alert: string, from: string, to: string) {
  return inFolder((folder) => {
    const rules = readFileSync(join(ROOT, RULES), 'utf8');
    expect(rules).toContain(from);
    writeFileSync(join(folder, 'alerts.yml'), rules.replace(from, to));
    const [head, ...tests] = readFileSync(join(ROOT, TESTS), 'utf8').split(/^ {2}- name: /m);
    const ofAlert = tests.filter((test) => test.startsWith(`${alert} `));
    expect(ofAlert).toHaveLength(2);
    writeFileSync(join(folder, 'alerts.test.yml'), [head, ...ofAlert].join('  - name: '));
    return promtool('test', 'rules', join(folder, 'alerts.test.yml'));
  });
}

/** Every expression of the dashboards as a rule, since promtool reads nothing else. */
function rulesOfDashboards(change = (expr: string) => expr): string {
  const folder = join(ROOT, 'deploy/grafana/dashboards');
  const expressions = readdirSync(folder).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      panels: { targets: { expr: string }[] }[];
    };
    return panels.flatMap(({ targets }) =>
      targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')),
    );
  });
  const rules = expressions.map((expr, index) => ({ record: `dashboard:${index}`, expr: change(expr) }));
  // JSON is YAML.
  return JSON.stringify({ groups: [{ name: 'dashboards', rules }] });
}

function checkDashboards(change?: (expr: string) => string) {
  return inFolder((folder) => {
    const path = join(folder, 'rules.yml');
    writeFileSync(path, rulesOfDashboards(change));
    return promtool('check', 'rules', path);
  });
}

describe('the alert rules', () => {
  if (!hasPromtool) {
    if (process.env.CI) it(SENTENCE, () => expect.fail(`It ${SENTENCE}`));
    else it.skip(SENTENCE, () => undefined);
    return;
  }

  it('are rules as Prometheus reads them', () => {
    const { status, output } = promtool('check', 'rules', '--lint-fatal', RULES);
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it('fire, each of them, and are silent where they must be', () => {
    const { status, output } = promtool('test', 'rules', TESTS);
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it('that fire too early, or never, are found', () => {
    const rule = 'neurocards_audit_drift) > 0';
    expect(testChanged('AuditDrift', rule, rule).output).toContain('SUCCESS');
    expect(testChanged('AuditDrift', rule, 'neurocards_audit_drift) > 5').output).toContain('got: nil');
    expect(testChanged('AuditDrift', rule, 'neurocards_audit_drift) >= 0').output).toContain('exp: nil');
  });

  it('and the dashboards ask in words that Prometheus understands', () => {
    expect(checkDashboards()).toMatchObject({ status: 0 });
    expect(checkDashboards((expr) => `${expr})`).status).not.toBe(0);
  });
});
