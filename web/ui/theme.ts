import { computed, effect, signal } from '@preact/signals';
import { recall, remember } from './storage.js';

/** How the page is coloured. */
export type Theme = 'light' | 'dark';

const NAME = 'theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal(themeOf(systemIsDark.matches));
const chosen = signal(readChosen());

/** What the reader chose in this browser, else what their system prefers now. */
export const theme = computed<Theme>(() => chosen.value ?? systemTheme.value);

systemIsDark.addEventListener('change', ({ matches }) => (systemTheme.value = themeOf(matches)));
effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

/** Chooses the other theme, from now on. */
export function switchTheme(): void {
  chosen.value = themeOf(theme.value === 'light');
  remember(NAME, chosen.value);
}

function themeOf(isDark: boolean): Theme {
  return isDark ? 'dark' : 'light';
}

function readChosen(): Theme | null {
  const kept = recall(NAME);
  return kept === 'light' || kept === 'dark' ? kept : null;
}
