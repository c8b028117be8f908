import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from './programs.js';

const BUNDLE = 'dist/app';
/** They look beside themselves for what we never ask of them: another thread for the log, a file with a queue's handler. */
const UNASKED = ['bullmq', 'pino', 'thread-stream'];

let parts: string[];

beforeAll(async () => {
  await build();
  parts = (await readdir(BUNDLE)).filter((name) => name.endsWith('.js'));
});

/** The packages whose code in a part of the bundle asks where it stands. */
async function packagesThatLook(part: string): Promise<string[]> {
  const found: string[] = [];
  let current = '';
  for (const line of (await readFile(join(BUNDLE, part), 'utf8')).split('\n')) {
    const name = /^\s*\/\/(?:#region)? ?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1];
    if (name) current = name;
    if (/\b__(dirname|filename)\b/.test(line)) found.push(current);
  }
  return found;
}

describe('the bundle of the application', () => {
  it('holds no package that reads files beside itself, which are not there', async () => {
    const found = (await Promise.all(parts.map(packagesThatLook))).flat();
    expect([...new Set(found)].toSorted()).toEqual(UNASKED);
  });

  it('names the lines of our sources', async () => {
    const map = JSON.parse(await readFile(join(BUNDLE, 'main.js.map'), 'utf8')) as { sources: string[] };
    expect(map.sources).toContain('../../src/main.ts');
  });
});
