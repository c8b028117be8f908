/** What must turn red: a spec file of the project, or those of its tests in whose full names a text stands. */
export interface Killer {
  spec: string;
  /** A part of a test's full name; null for any test of the file. */
  test: string | null;
}

/** A patch that breaks one guard. */
export interface Mutant {
  /** The patch's file name without `.patch`. */
  name: string;
  guard: string;
  breaks: string;
  killer: Killer;
}

const FIELDS = ['Guard', 'Breaks', 'Killed by'] as const;
const DIFF_BEGINS = /^(diff --git|--- )/m;

/**
 * What stands above the diff of a patch: `Guard:`, `Breaks:` and `Killed by: test/….spec.ts`, the last one perhaps with ` > ` and a test. A line that
 * begins with a space goes on with the one before.
 *
 * @throws RangeError for one that lacks a field or a diff, or has a field that is none.
 */
export function readMutant(name: string, patch: string): Mutant {
  const begins = patch.search(DIFF_BEGINS);
  if (begins < 0) throw new RangeError(`${name}: there is no diff`);
  const fields = new Map<string, string>();
  const lines = patch.slice(0, begins).trim().replace(/\n +/g, ' ').split('\n');
  for (const line of lines) {
    const [, field = '', text = ''] = /^([A-Z][a-z ]+): (.+)$/.exec(line) ?? [];
    if (!FIELDS.some((known) => known === field)) throw new RangeError(`${name}: "${line}" is no field`);
    fields.set(field, text.trim());
  }
  const valueOf = (field: (typeof FIELDS)[number]): string => {
    const value = fields.get(field);
    if (value === undefined) throw new RangeError(`${name}: there is no "${field}:"`);
    return value;
  };
  return {
    name,
    guard: valueOf('Guard'),
    breaks: valueOf('Breaks'),
    killer: readKiller(name, valueOf('Killed by')),
  };
}

function readKiller(name: string, text: string): Killer {
  const [, spec, test] = /^(\S+\.spec\.ts)(?: > (.+))?$/.exec(text) ?? [];
  if (spec === undefined) throw new RangeError(`${name}: "${text}" names no spec file`);
  return { spec, test: test ?? null };
}
