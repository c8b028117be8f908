import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../src/app.module.js';
import { NOBODYS_FAULT } from '../src/modules/jobs/operator-watch.rules.js';
import { listDefinitions } from '../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const docs = read('docs/operations.md');
const rules = read('deploy/prometheus/alerts.yml');
const names = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = '']) => name);

interface Dashboard {
  uid: string;
  title: string;
  panels: { id: number; title: string; datasource: { uid: string }; targets: { expr: string }[] }[];
}

const dashboards = readdirSync(new URL('../deploy/grafana/dashboards/', import.meta.url)).map(
  (file) => JSON.parse(read(`deploy/grafana/dashboards/${file}`)) as Dashboard,
);

/** The metrics of ours in an expression that nobody exposes; a histogram's three kinds of series count as one. */
function unknownIn(text: string): string[] {
  const known = listDefinitions().flatMap(({ name, kind }) =>
    kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return [...text.matchAll(/\bneurocards_\w+/g)]
    .map(([name]) => name)
    .filter((name) => !known.includes(name));
}

describe('the alerts', () => {
  it('ask for metrics that are there', () => {
    const expressions = rules
      .split('\n')
      .filter((line) => !/^\s+(- name|runbook_url|summary|description|#)/.test(line));
    expect(unknownIn(expressions.join('\n'))).toEqual([]);
    expect(unknownIn('sum(neurocards_no_such_thing) / neurocards_jobs_open')).toEqual([
      'neurocards_no_such_thing',
    ]);
  });

  it('leave out the failures that nobody is to blame for, as the notices to operators do', () => {
    const overview = read('deploy/grafana/dashboards/overview.json').replaceAll('\\"', '"');
    for (const text of [rules, overview]) {
      const leftOut = [...text.matchAll(/reason!~"([^"]*)"/g)].map(([, names = '']) => names.split('|'));
      expect(leftOut.length).toBeGreaterThan(0);
      for (const reasons of leftOut) expect(reasons).toEqual(NOBODYS_FAULT);
    }
  });

  it('each say what is wrong, with the value, and how grave it is', () => {
    const parts = rules.split(/^ +- alert: /m).slice(1);
    for (const part of parts) {
      const name = part.split('\n')[0];
      expect(part, name).toMatch(/^ +severity: (critical|warning)$/m);
      expect(part, name).toMatch(/^ +summary: \S/m);
      expect(part, name).toMatch(/^ +description: .*\{\{ \$value/m);
      expect(part, name).toContain(`runbook_url: docs/operations.md#${name?.toLowerCase()}\n`);
    }
  });

  it('each have an entry in the runbook, and the runbook has no others', () => {
    const runbook = docs.split('\n## ').find((section) => section.startsWith('Runbook')) ?? '';
    const entries = runbook.split('\n### ').slice(1);
    expect(entries.map((entry) => entry.split('\n')[0])).toEqual(names);
    for (const entry of entries)
      for (const part of ['**People notice:**', '**Mend:**']) expect(entry).toContain(part);
  });

  it('are each seen firing, and silent', () => {
    const tests = read('deploy/prometheus/alerts.test.yml');
    for (const name of names) {
      expect(tests).toContain(`- name: ${name} fires\n`);
      expect(tests).toContain(`- name: ${name} is silent\n`);
    }
  });
});

describe('the runbook', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  it('asks only what the database understands', async () => {
    const statements = [...docs.matchAll(/`npm run sql -- "(select [^"`]+)"`/g)].map(([, sql = '']) => sql);
    expect(statements.length).toBeGreaterThan(15);
    for (const sql of statements) await expect(db.query(`explain ${sql}`), sql).resolves.toBeDefined();
  });
});

describe('the dashboards', () => {
  it('ask for metrics that are there, of the datasource that is provisioned', () => {
    for (const { title, panels } of dashboards)
      for (const panel of panels) {
        expect(panel.datasource.uid, `${title}: ${panel.title}`).toBe('prometheus');
        for (const { expr } of panel.targets) expect(unknownIn(expr), `${title}: ${panel.title}`).toEqual([]);
      }
  });

  it('show every metric at least once', () => {
    const shown = JSON.stringify(dashboards);
    const missing = listDefinitions().filter(
      ({ name }) => !/^neurocards_(test|spec)_/.test(name) && !shown.includes(name),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('have ids of their own, and so have their panels', () => {
    const uids = dashboards.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    for (const { title, panels } of dashboards) {
      const ids = panels.map(({ id }) => id);
      expect(new Set(ids).size, title).toBe(ids.length);
    }
  });
});
