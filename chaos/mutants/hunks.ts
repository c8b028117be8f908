/** One place of a file that a patch changes. */
export interface Hunk {
  file: string;
  /** The lines that must stand there, with those around them. */
  before: string;
}

const FILE = /^--- a\/(.+)$/;
const HUNK = /^@@ /;
/** Of the lines that begin with a space, a minus or a plus, those of before. */
const BEFORE = /^(?:[ -]|$)/;

/** What a unified diff expects to find. */
export function readHunks(patch: string): Hunk[] {
  const hunks: { file: string; lines: string[] }[] = [];
  let file = '';
  for (const line of patch.trimEnd().split('\n')) {
    const [, named] = FILE.exec(line) ?? [];
    if (named !== undefined) file = named;
    else if (HUNK.test(line)) hunks.push({ file, lines: [] });
    else if (BEFORE.test(line)) hunks.at(-1)?.lines.push(line.slice(1));
  }
  return hunks.map(({ file, lines }) => ({ file, before: lines.join('\n') }));
}
