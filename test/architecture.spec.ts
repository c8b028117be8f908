import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** The names of the rules that the tree breaks. */
async function brokenRules(directory: string): Promise<string[]> {
  const args = [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    'src',
    'sandbox',
    'bench',
    'chaos',
    'migrations',
    'web',
  ];
  const options = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const { stdout } = await run(process.execPath, [...args, ...options], {
    cwd: directory,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { stdout: string }) => error);
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

/** Every file of the project itself, by its path from the root. */
async function filesBelow(directory: string): Promise<string[]> {
  const notOurs = ['node_modules', 'dist', '.git', '.sandbox', 'coverage'];
  const entries = await readdir(directory, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.filter(({ name }) => !notOurs.includes(name))) {
    const path = join(directory, entry.name);
    files.push(...(entry.isDirectory() ? await filesBelow(path) : [relative(root, path)]));
  }
  return files;
}

describe('architecture', () => {
  it('keeps every rule of .dependency-cruiser.cjs', async () => {
    expect(await brokenRules(root)).toEqual([]);
  });

  describe('each rule can fail', () => {
    let copy: string;

    beforeAll(async () => {
      copy = await mkdtemp(join(tmpdir(), 'neurocards-architecture-'));
      for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
        await cp(join(root, name), join(copy, name));
      }
      await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
      const offences: Record<string, string> = {
        'src/modules/credits/bad-arrow.ts': `import '../jobs/index.js';`,
        'src/modules/bot/bad-door.ts': `import '../jobs/job.entity.js';`,
        'src/modules/jobs/bad-cycle-a.ts': `import './bad-cycle-b.js';\nexport const a = 1;`,
        'src/modules/jobs/bad-cycle-b.ts': `import './bad-cycle-a.js';\nexport const b = 1;`,
        'src/modules/jobs/bad.rules.ts': `import { readFileSync } from 'node:fs';\nexport const c = readFileSync;`,
        'src/modules/jobs/bad-sandbox.ts': `import '../../../sandbox/clock.js';`,
        'src/modules/jobs/bad-test.ts': `import '../../../test/support.js';`,
        'sandbox/bad-chaos.ts': `import '../chaos/options.js';`,
        'sandbox/bad-bench.ts': `import '../bench/options.js';`,
        'web/chat/bad-sandbox.ts': `import '../../sandbox/clock.js';`,
        'src/modules/jobs/bad-package.ts': `import 'vitest';`,
        'src/modules/jobs/bad-platform.ts': `import '../../platform/env.js';`,
        'src/platform/bad-module.ts': `import '../modules/users/index.js';`,
        'src/modules/jobs/bad-light.ts': `import '../credits/light.js';`,
      };
      // What the offences enter, no more: the rules look at paths.
      const entered = [
        'bench/options.ts',
        'chaos/options.ts',
        'migrations/index.ts',
        'sandbox/clock.ts',
        'src/modules/credits/light.ts',
        'src/modules/jobs/index.ts',
        'src/modules/jobs/job.entity.ts',
        'src/modules/users/index.ts',
        'src/platform/env.ts',
        'test/support.ts',
      ];
      const files = { ...Object.fromEntries(entered.map((path) => [path, 'export {};'])), ...offences };
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(copy, path)), { recursive: true });
        await writeFile(join(copy, path), text);
      }
    });

    afterAll(() => rm(copy, { recursive: true, force: true }));

    it('names every offence', async () => {
      const broken = await brokenRules(copy);
      for (const rule of [
        'arrow-credits: src/modules/credits/bad-arrow.ts',
        'only-through-index: src/modules/bot/bad-door.ts',
        'no-cycles: src/modules/jobs/bad-cycle-a.ts',
        'rules-are-pure: src/modules/jobs/bad.rules.ts',
        'src-knows-no-sandbox: src/modules/jobs/bad-sandbox.ts',
        'src-knows-no-tests: src/modules/jobs/bad-test.ts',
        'sandbox-knows-no-chaos: sandbox/bad-chaos.ts',
        'sandbox-knows-no-chaos: sandbox/bad-bench.ts',
        'web-knows-only-the-protocol: web/chat/bad-sandbox.ts',
        'dev-only-packages: src/modules/jobs/bad-package.ts',
        'platform-only-through-index: src/modules/jobs/bad-platform.ts',
        'platform-knows-no-module: src/platform/bad-module.ts',
        'light-doors-are-for-programs: src/modules/jobs/bad-light.ts',
      ]) {
        expect(
          broken.some((one) => one.startsWith(rule)),
          rule,
        ).toBe(true);
      }
    });
  });

  it('gives every module its door and its README', async () => {
    const modules = await readdir(join(root, 'src/modules'));
    for (const name of modules) {
      expect(await readdir(join(root, 'src/modules', name)), name).toEqual(
        expect.arrayContaining(['index.ts', 'README.md']),
      );
    }
  });

  it('refers to nothing outside of the project', async () => {
    const files = (await filesBelow(root)).filter((file) =>
      /\.(ts|tsx|mjs|cjs|js|json|css|md|sh|yml|yaml|html)$/.test(file),
    );
    const offenders: string[] = [];
    for (const file of files.filter(
      (one) => one !== 'package-lock.json' && one !== 'test/architecture.spec.ts',
    )) {
      const text = await readFile(join(root, file), 'utf8').catch(() => '');
      if (/\.\.\/shared\/|\/work\/|RECIPES\.md|FAILURES\.md|DESIGN\.md|STYLE\.md/.test(text))
        offenders.push(file);
    }
    expect(offenders).toEqual([]);
  });
});
