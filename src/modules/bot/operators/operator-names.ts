import type { Payment } from '../../payments/index.js';
import {
  encodeCallback,
  formatMoment,
  formatMoney,
  translatePlain,
  type Button,
  type CallbackArguments,
  type CallbackKind,
  type Language,
  type Money,
  type TranslationKey,
} from '../../telegram/index.js';
import type { User } from '../../users/index.js';

/** How operators are spoken to. */
export interface OperatorVoice {
  language: Language;
  /** By whose clocks they are told dates, such as `Europe/Moscow`. */
  timeZone: string;
}

type ButtonName =
  Extract<TranslationKey, `operator.button.${string}`> extends `operator.button.${infer Name}` ? Name : never;

const MINUTE_S = 60;
const HOUR_S = 3_600;
const SECOND_MS = 1_000;

/** Somebody as operators know them: name, username, Telegram's id. Plain text. */
export function nameOf({ firstName, lastName, username, tgUserId }: User): string {
  const name = [firstName, lastName].filter(Boolean).join(' ');
  return [name, username ? `@${username}` : '', String(tgUserId)].filter((part) => part !== '').join(' · ');
}

export function momentOf({ language, timeZone }: OperatorVoice, moment: Date | null): string {
  return moment
    ? formatMoment(language, moment, timeZone)
    : translatePlain(language, 'operator.duration.none');
}

/** `3 min 20 s`, `2 h 5 min`. */
export function durationOf(language: Language, ms: number | null): string {
  if (ms === null) return translatePlain(language, 'operator.duration.none');
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
  return seconds < HOUR_S
    ? translatePlain(language, 'operator.duration.minutes', { minutes, seconds: seconds % MINUTE_S })
    : translatePlain(language, 'operator.duration.hours', { hours: Math.floor(seconds / HOUR_S), minutes });
}

/** What a payment costs, or a part of it in its own smallest unit. */
export function moneyOf(language: Language, payment: Payment, amount = amountOf(payment)): string {
  const money: Money = payment.provider === 'yookassa' ? { kopecks: amount } : { stars: amount };
  return formatMoney(language, money);
}

/** In kopecks, or Stars. */
export function amountOf({ amountKopecks, amountStars }: Payment): number {
  return amountKopecks ?? amountStars ?? 0;
}

/** A button of operators' screens. */
export function operatorButton<K extends CallbackKind>(
  language: Language,
  name: ButtonName,
  ...[kind, ...args]: [kind: K, ...args: CallbackArguments[K]]
): Button {
  return {
    text: translatePlain(language, `operator.button.${name}`),
    callback: encodeCallback(kind, ...args),
  };
}
