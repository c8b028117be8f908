import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A failure as docs/reliability.md tells of it. */
interface Told {
  number: string;
  /** Paths from the root. */
  shownBy: string[];
}

/** The rows whose first cell is a number, with the files that they link to. */
function rowsOf(page: string): Told[] {
  return [...page.matchAll(/^\| (F-\d\d) +\|(.*)$/gm)].map(([, number = '', rest = '']) => ({
    number,
    shownBy: [...rest.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path),
  }));
}

/** The numbers in the names of a file's tests: whatever stands in it but comments. */
function numbersIn(source: string): Set<string> {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return new Set(code.match(/\bF-\d\d\b/g));
}

describe('the page of failures', () => {
  let told: Told[];
  let numbersByFile: Map<string, Set<string>>;

  beforeAll(async () => {
    told = rowsOf(await readFile(join(root, 'docs/reliability.md'), 'utf8'));
    numbersByFile = new Map();
    for (const folder of ['test', 'src']) {
      const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
      const self = fileURLToPath(import.meta.url);
      for (const { name, parentPath } of entries.filter((entry) => entry.isFile())) {
        const path = join(parentPath, name);
        if (!path.endsWith('.ts') || path === self) continue;
        numbersByFile.set(relative(root, path), numbersIn(await readFile(path, 'utf8')));
      }
    }
  });

  it('names each failure once', () => {
    const numbers = told.map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(60);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('names only tests that are there and carry the number', () => {
    const wrong = told.flatMap(({ number, shownBy }) =>
      shownBy
        .filter((path) => !existsSync(join(root, path)) || !numbersByFile.get(path)?.has(number))
        .map((path) => `${number}: ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  it('says of each failure which test shows that it does not happen, or why it cannot happen', async () => {
    const page = await readFile(join(root, 'docs/reliability.md'), 'utf8');
    const impossible = rowsOf(page.slice(page.indexOf('## What cannot happen here')));
    const shown = told.filter(({ shownBy }) => shownBy.length > 0);
    expect(shown.length + impossible.length).toBe(told.length);
  });

  it('knows every failure of money, credits, jobs, providers and Telegram: F-01 to F-83', () => {
    const known = new Set(told.map(({ number }) => number));
    const all = Array.from({ length: 83 }, (_, index) => `F-${String(index + 1).padStart(2, '0')}`);
    expect(all.filter((number) => !known.has(number))).toEqual([]);
  });

  it('knows every number that a test carries', () => {
    const carried = new Set([...numbersByFile.values()].flatMap((numbers) => [...numbers]));
    const known = new Set(told.map(({ number }) => number));
    expect([...carried].filter((number) => !known.has(number)).sort()).toEqual([]);
  });
});
