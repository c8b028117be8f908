import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Puts the text between `<!-- name -->` and `<!-- /name -->` of a page, whatever stood there.
 *
 * @throws RangeError where the page has no such section.
 */
export function replaceSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, until] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || until < from) throw new RangeError(`The page has no section ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(until)}`;
}

/** Rewrites a section of a page of Markdown, as the formatter of the project leaves it. @throws RangeError as {@link replaceSection}. */
export async function writeSection(path: string, name: string, text: string): Promise<void> {
  await writeFormatted(path, replaceSection(await readFile(path, 'utf8'), name, text));
}

/** Writes a file, formatted by its name; its folder is made. */
export async function writeFormatted(path: string, text: string): Promise<void> {
  const { format, resolveConfig } = await import('prettier');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

/** What is kept as JSON; an empty record where there is no such file yet. */
export async function readRecord<T>(path: string): Promise<Record<string, T>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return JSON.parse(text) as Record<string, T>;
}

/** A table of Markdown; the formatter aligns it. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
