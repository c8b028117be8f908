import { describe, expect, it } from 'vitest';
import { replaceSection, tableOf } from './document.js';

describe('a section of a page', () => {
  const page = 'before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n';

  it('is replaced, and nothing else', () => {
    expect(replaceSection(page, 'figures', '\nnew\n')).toBe(
      'before\n<!-- figures -->\n\nnew\n\n<!-- /figures -->\nafter\n',
    );
  });

  it('is replaced again by what it was', () => {
    const once = replaceSection(page, 'figures', 'new');
    expect(replaceSection(once, 'figures', 'new')).toBe(once);
  });

  it('must be there', () => {
    expect(() => replaceSection(page, 'plots', 'new')).toThrow('no section <!-- plots -->');
  });
});

it('a table keeps what would end a cell', () => {
  expect(tableOf(['a', 'b'], [['1', 'x|y']])).toBe('| a | b |\n| --- | --- |\n| 1 | x\\|y |');
});
