import { describe, expect, it } from 'vitest';
import type { ScreenExample } from '../../../../test/bot/message-examples.js';
import { screenExamples } from '../../../../test/bot/screen-examples.js';
import { decodeCallback, htmlToPlain, LANGUAGES, TEXT_LENGTH_MAX } from '../../telegram/index.js';

const DOC = new URL('../../../../docs/screens.md', import.meta.url).pathname;
/** After these there is nothing to lead to. */
const WITHOUT_MENU = ['consent', 'banned'];

const examplesIn = (language: (typeof LANGUAGES)[number]) => Object.values(screenExamples(language)).flat();
const nameOf = ({ name, when }: ScreenExample) => (when === undefined ? name : `${name}: ${when}`);

describe.each(LANGUAGES)('every screen in %s', (language) => {
  it.each(examplesIn(language).map((example) => [nameOf(example), example] as const))(
    '%s is whole, fits, and has a way out',
    (_name, { name, message: { text, keyboard = [] } }) => {
      expect(text).not.toMatch(/\{\{|\}\}|undefined|null|NaN|\$t|hint\.|\bname\./);
      expect(htmlToPlain(text).length).toBeLessThanOrEqual(TEXT_LENGTH_MAX);
      expect(text.replace(/<(b|i|code|blockquote)>([^<]*)<\/\1>/g, '$2')).not.toMatch(/[<>]/);
      const buttons = keyboard.flat();
      for (const row of keyboard) expect(row).not.toEqual([]);
      for (const { text: label } of buttons) expect(label.length, label).toBeLessThanOrEqual(45);
      const data = buttons.flatMap((button) => ('callback' in button ? [button.callback] : []));
      for (const one of data) expect(decodeCallback(one), one).not.toBeNull();
      const kinds = data.map((one) => decodeCallback(one)?.kind);
      if (!WITHOUT_MENU.includes(name))
        expect(kinds.some((kind) => kind === 'menu' || kind === 'create')).toBe(true);
    },
  );
});

it('differs between the languages', () => {
  const [ru = [], en = []] = LANGUAGES.map(examplesIn);
  for (const [index, { message }] of ru.entries()) expect(message.text).not.toBe(en[index]?.message.text);
});

it('stands in docs/screens.md as it is: npm run screens', async () => {
  const chapters = Object.keys(screenExamples('ru')).map((title) => {
    const examples = LANGUAGES.map((language) => screenExamples(language)[title] ?? []);
    const [ru = [], en = []] = examples;
    const sections = ru.map((example, index) => sectionOf(example, en[index]));
    return `## ${title}\n\n${sections.join('\n')}`;
  });
  const doc = `# Every screen

Written by \`npm run screens\` from the screens themselves, in both languages; a test fails where it differs. Buttons stand in brackets, those
that open a page with an arrow. Formatting (bold, quotes) is left out.

${chapters.join('\n')}`;
  await expect(doc).toMatchFileSnapshot(DOC);
});

function sectionOf(ru: ScreenExample, en: ScreenExample | undefined): string {
  const shown = [ru, ...(en ? [en] : [])].map(({ message }) => `\`\`\`text\n${plainOf(message)}\n\`\`\`\n`);
  return `### ${nameOf(ru)}\n\n${shown.join('\n')}`;
}

function plainOf({ text, keyboard = [] }: ScreenExample['message']): string {
  const rows = keyboard.map((row) =>
    row.map((button) => `[${button.text}${'url' in button ? ' ↗' : ''}]`).join(' '),
  );
  return [htmlToPlain(text), ...(rows.length > 0 ? ['', ...rows] : [])].join('\n');
}
