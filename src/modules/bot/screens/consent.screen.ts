import {
  encodeCallback,
  LANGUAGES,
  translate,
  translatePlain,
  type Button,
  type OutgoingMessage,
} from '../../telegram/index.js';
import type { ScreenData } from './screen-data.js';

/** The question that comes before everything else: terms and privacy, and the other languages to read it in. */
export function consentScreen(data: ScreenData): OutgoingMessage {
  const { language, firstName } = data;
  const hello = firstName
    ? translate(language, 'start.hello_named', { name: firstName })
    : translate(language, 'start.hello');
  const agree = translatePlain(language, 'button.agree');
  return {
    text: [hello, translate(language, 'consent.ask')].join('\n\n'),
    keyboard: [
      ...documentRows(data),
      [{ text: agree, callback: encodeCallback('agree') }],
      LANGUAGES.filter((code) => code !== language).map((code) => ({
        text: translatePlain(code, 'name.language'),
        callback: encodeCallback('language', code),
      })),
    ],
  };
}

/** Terms and privacy, where they are configured. */
export function documentRows({ language, termsUrl, privacyUrl }: ScreenData): Button[][] {
  return [
    ...(termsUrl ? [[{ text: translatePlain(language, 'button.terms'), url: termsUrl }]] : []),
    ...(privacyUrl ? [[{ text: translatePlain(language, 'button.privacy'), url: privacyUrl }]] : []),
  ];
}
