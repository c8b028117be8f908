import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatMatrix } from './matrix-table.js';
import { MATRIX } from './matrix.js';

describe('the fault matrix', () => {
  it('names each class once', () => {
    const names = MATRIX.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('arranges something for each class', () => {
    const idle = MATRIX.filter(
      ({ before, ordered, filmed, billed, words }) => !(before ?? ordered ?? filmed ?? billed ?? words),
    );
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  it('stands on its page as it is', async () => {
    const page = fileURLToPath(new URL('matrix.md', import.meta.url));
    await expect(formatMatrix(MATRIX)).toMatchFileSnapshot(page);
  });
});
