import type { Show } from '../../src/modules/bot/index.js';
import { htmlToPlain, LANGUAGES, readLocale, type TranslationKey } from '../../src/modules/telegram/light.js';

/** What the bot says beside its conversation. */
type SideScreen = 'apology' | 'slow_down' | 'welcome_back' | 'banned';

/** Everything that the bot shows somebody who does something. */
export type ScreenName = Show['screen'] | SideScreen;

/** The texts that a screen is known by: whatever shows one of them shows the screen. One that is forgotten here does not compile. */
const TEXTS = {
  consent: ['consent.ask'],
  welcome: ['start.ready'],
  menu: ['menu.title'],
  help: ['help.text'],
  paysupport: ['paysupport.text'],
  terms: ['terms.text'],
  languages: ['languages.ask'],
  cabinet: ['cabinet.title'],
  statement: ['statement.title'],
  videos: ['videos.title', 'videos.empty'],
  video: ['video.about'],
  kind: ['kind.ask'],
  photo: ['photo.ask'],
  photo_advice: ['photo_advice.title'],
  description: ['description.ask'],
  template: ['template.ask'],
  wishes: ['wishes.ask'],
  prompt: ['prompt.ask'],
  prompt_check: ['prompt_check.ask'],
  model: ['model.ask'],
  count: ['count.ask'],
  confirm: ['confirm.title'],
  insufficient: ['insufficient.title'],
  too_many: ['too_many.text'],
  too_often: ['too_often.text'],
  not_accepting: ['order.not_accepting'],
  started: ['progress.title'],
  plans: ['plans.title'],
  way: ['way.ask'],
  email: ['email.ask'],
  pay: ['pay.title', 'pay.later'],
  payment_over: ['payment.closed.completed', 'payment.closed.canceled', 'payment.closed.failed'],
  not_on_offer: ['plans.not_on_offer'],
  purchase_unavailable: ['plans.unavailable'],
  erase_ask: ['erase.ask'],
  erase_sure: ['erase.sure'],
  erase_busy: ['erase.busy'],
  erased: ['erase.done'],
  apology: ['problem.apology'],
  slow_down: ['problem.slow_down'],
  welcome_back: ['start.back'],
  banned: ['problem.banned'],
} as const satisfies Record<ScreenName, readonly TranslationKey[]>;

/** Every screen there is. */
export const SCREEN_NAMES = Object.keys(TEXTS) as ScreenName[];

/** Longer ones first: a screen may hold the beginning of another's text. */
const KNOWN = SCREEN_NAMES.flatMap((name) =>
  TEXTS[name].flatMap(patternsOf).map((text) => ({ name, ...text })),
)
  .sort((a, b) => b.length - a.length)
  .map(({ name, pattern }) => ({ name, pattern }));

/** The screen that a message shows; null for what is none, such as a notice. @param text as the person reads it, without markup */
export function recogniseScreen(text: string): ScreenName | null {
  return KNOWN.find(({ pattern }) => pattern.test(text))?.name ?? null;
}

/** The text in each language and plural form, with anything in the place of what is filled in. */
function patternsOf(key: TranslationKey): { pattern: RegExp; length: number }[] {
  const texts = LANGUAGES.flatMap((language) => formsOf(readLocale(language), key));
  if (texts.length < LANGUAGES.length) throw new RangeError(`No text ${key} in every language`);
  return texts.map((html) => {
    const parts = htmlToPlain(html).split(/\{\{\w+\}\}/);
    const filled = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*?');
    return { pattern: new RegExp(`(?:^|\\n)${filled}(?:\\n|$)`), length: parts.join('').length };
  });
}

function formsOf(locale: Record<string, unknown>, key: string): string[] {
  const path = key.split('.');
  const name = path.pop() ?? '';
  const section = path.reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], locale);
  return Object.entries(section as Record<string, unknown>).flatMap(([found, text]) =>
    typeof text === 'string' && found.replace(/_(?:one|few|many|other)$/, '') === name ? [text] : [],
  );
}
