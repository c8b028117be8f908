import type { FaultClass } from './fault-class.js';
import { describeResult } from './verdict.js';

/** The matrix as a page of Markdown: a row for each class. */
export function formatMatrix(matrix: readonly FaultClass[]): string {
  const rows = matrix.map(({ name, call, fault, must, alarms }) => {
    const told = alarms ? '; an error in the log' : '';
    return `| ${[name, call, fault, `${describeResult(must)}${told}`].map(escapeCell).join(' | ')} |`;
  });
  return [
    '# The fault matrix',
    '',
    'What `npm run chaos -- --only providers` lets go wrong, and what must come of it. Written by `matrix.spec.ts` (`npx vitest run --project unit -u`).',
    '',
    '| class | call | what goes wrong | what must come of it |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
