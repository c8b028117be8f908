import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, run } from './programs.js';

beforeAll(build);

/** Writes the address of every module that is loaded on stderr. */
const HOOKS = `import { writeSync } from 'node:fs';
  export const load = (url, context, next) => { writeSync(2, url + '\\n'); return next(url, context); };`;
const LISTING = `import { register } from 'node:module';
  register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOKS)}`)});`;

/** The packages that the code of this project loads while a program runs, from the disk or in a part of the bundle. */
async function packagesOf(args: string[]): Promise<string[]> {
  const { code, stderr } = await run([
    '--import',
    `data:text/javascript,${encodeURIComponent(LISTING)}`,
    ...args,
  ]);
  expect(code).not.toBe(0);
  expect(stderr).toContain('/dist/');
  const modules = stderr.split('\n').filter((line) => line.startsWith('file:'));
  const bundled = await Promise.all(modules.filter((url) => url.includes('/dist/app/')).map(sourcesOf));
  const names = [...modules, ...bundled.flat()].flatMap(
    (path) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)];
}

/** What a part of the bundle was made of. */
async function sourcesOf(url: string): Promise<string[]> {
  const map = await readFile(fileURLToPath(`${url}.map`), 'utf8').catch(() => '{"sources":[]}');
  return (JSON.parse(map) as { sources: string[] }).sources;
}

/** Programs that must answer at once, each told to do what it refuses. */
describe.concurrent('without loading what it does not need, answers', () => {
  it.each([
    ['audit', /^(pg|pino|zod)$/],
    ['sql', /^(pg|pino|zod)$/],
    ['import-legacy', /^(pg|pino|zod)$/],
    ['migrate', /^(pg|pino|zod|typeorm|bullmq)$/],
    ['doctor', /^(pg|pino|zod|typeorm|bullmq|ioredis)$/],
  ])('npm run %s', async (name, allowed) => {
    const packages = await packagesOf([`dist/src/commands/${name}.js`]);
    expect(packages).toContain('pg');
    expect(packages.filter((one) => !allowed.test(one))).toEqual([]);
  });

  it.each([
    ['the application in a wrong environment', ['dist/app/main.js']],
    ['npm run demo', ['dist/sandbox/demo.js', '--scenario', 'tragedy']],
  ])('%s', async (_, args) => {
    const packages = await packagesOf(args);
    expect(packages).toContain('pg');
    expect(packages.filter((one) => /^@nestjs|telegraf|^openai$/.test(one))).toEqual([]);
  });
});
