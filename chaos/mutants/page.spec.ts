import { expect, it } from 'vitest';
import { formatMutants } from './page.js';
import type { Trial } from './trials.js';

const PROVENANCE = { commit: 'abc', date: '2026-11-30', machine: '2 cores' };

function trial(name: string, fate: Trial['fate']): Trial {
  const killer = { spec: 'test/a.spec.ts', test: null };
  return { mutant: { name, guard: `guard ${name}`, breaks: 'it', killer }, fate, tookMs: 1 };
}

it('a table of mutants says of each what has killed it, or why it lives', () => {
  const trials = [
    trial('a', { kind: 'killed', by: 'refuses a_b [twice]' }),
    trial('b', { kind: 'lives', why: 'all passed (1)' }),
  ];
  expect(formatMutants(trials, PROVENANCE, 7).split('\n')).toEqual([
    '1 of 2 killed.',
    '',
    '| guard | broken by | killed by |',
    '| --- | --- | --- |',
    '| guard a | [it](../chaos/mutants/a.patch) | [refuses a\\_b \\[twice\\]](../test/a.spec.ts) |',
    '| guard b | [it](../chaos/mutants/b.patch) | **lives**: all passed (1) |',
    '',
    '`npm run chaos:mutants -- --write` · commit abc · 2026-11-30 · 2 cores · 7 s',
  ]);
});
