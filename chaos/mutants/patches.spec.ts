import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { listMutants, pathOf } from './clones.js';
import { readHunks } from './hunks.js';
import type { Mutant } from './patch-header.js';

/** Fewer would say that the folder was not found. */
const MUTANTS_MIN = 20;

const mutants = await listMutants('.');

/** What a patch expects to find and does not, or finds twice. */
async function findMisfits({ name }: Mutant): Promise<string[]> {
  const hunks = readHunks(await readFile(pathOf(name), 'utf8'));
  const misfits = await Promise.all(
    hunks.map(async ({ file, before }) => {
      const source = await readFile(file, 'utf8').catch(() => '');
      const places = source.split(`${before}\n`).length - 1;
      return places === 1 ? [] : [`${name}: ${places} places in ${file}`];
    }),
  );
  return hunks.length === 0 ? [`${name}: it changes nothing`] : misfits.flat();
}

describe('the hunks of a patch', () => {
  it('are the lines that it expects to find', () => {
    const patch = [
      ...['Guard: one', '', 'diff --git a/a.ts b/a.ts', '--- a/a.ts', '+++ b/a.ts', '@@ -1,3 +1,2 @@'],
      ...[' first', '-second', '+2nd', ' third', '@@ -9 +8 @@', '-ninth', '--- a/b.ts', '+++ b/b.ts'],
      ...['@@ -1,2 +1,2 @@', ' ', '-- a list', '+- another', ''],
    ];
    expect(readHunks(patch.join('\n'))).toEqual([
      { file: 'a.ts', before: 'first\nsecond\nthird' },
      { file: 'a.ts', before: 'ninth' },
      { file: 'b.ts', before: '\n- a list' },
    ]);
  });
});

describe('the mutants', () => {
  it('are at least as many as the guards that must have one', () =>
    expect(mutants.length).toBeGreaterThanOrEqual(MUTANTS_MIN));

  it('apply to the tree as it is', async () =>
    expect((await Promise.all(mutants.map(findMisfits))).flat()).toEqual([]));

  it('name specs that are there', () =>
    expect(mutants.filter(({ killer }) => !existsSync(killer.spec)).map(({ name }) => name)).toEqual([]));

  it('say each in words of their own what they break', () => {
    const told = mutants.map(({ guard, breaks }) => `${guard}: ${breaks}`);
    expect(told.filter((one, index) => told.indexOf(one) !== index)).toEqual([]);
  });
});
