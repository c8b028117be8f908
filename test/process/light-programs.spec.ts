import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, run } from './programs.js';

beforeAll(build);

/** Writes the address of every module that is loaded on stderr. */
const HOOKS = `import { writeSync } from 'node:fs';
  export const load = (url, context, next) => { writeSync(2, url + '\\n'); return next(url, context); };`;
const LISTING = `import { register } from 'node:module';
  register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOKS)}`)});`;

/** The addresses of the modules that are loaded while a program refuses what it is told. */
async function modulesOf(args: string[]): Promise<string[]> {
  const { code, stderr } = await run([
    '--import',
    `data:text/javascript,${encodeURIComponent(LISTING)}`,
    ...args,
  ]);
  expect(code).not.toBe(0);
  expect(stderr).toContain('/dist/');
  return stderr.split('\n').filter((line) => line.startsWith('file:'));
}

/** The packages among them. */
async function packagesOf(args: string[]): Promise<string[]> {
  const names = (await modulesOf(args)).map(
    (url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? '',
  );
  return [...new Set(names)].filter((name) => name !== '');
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

  it('npm run demo', async () => {
    const packages = await packagesOf(['dist/sandbox/demo.js', '--scenario', 'tragedy']);
    expect(packages).toContain('pg');
    expect(packages.filter((one) => /^@nestjs|telegraf|^openai$/.test(one))).toEqual([]);
  });

  // Its packages are in the bundle, and NestJS in the part that is loaded once the doctor has looked.
  it('the application in a wrong environment', async () => {
    const modules = await modulesOf(['dist/app/main.js']);
    expect(modules.filter((url) => url.endsWith('/dist/app/main.js'))).toHaveLength(1);
    expect(modules.filter((url) => url.includes('/dist/app/nest-app-'))).toEqual([]);
    expect(await readdir('dist/app')).toContainEqual(expect.stringMatching(/^nest-app-.*\.js$/));
  });
});
