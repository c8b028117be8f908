import type { TodayFigures } from '../../admin/index.js';
import {
  formatMoney,
  translate,
  translatePlain,
  type Button,
  type OutgoingMessage,
} from '../../telegram/index.js';
import { menuButton } from '../screens/buttons.js';
import { durationOf, momentOf, operatorButton, type OperatorVoice } from './operator-names.js';

/** The figures of today and what is wrong now, with the switches. */
export function figuresScreen(voice: OperatorVoice, figures: TodayFigures): OutgoingMessage {
  const { language } = voice;
  const isOn = (name: string) => figures.switches.some((one) => one.name === name);
  const switches: Button[] = [
    isOn('maintenance')
      ? operatorButton(language, 'maintenance_off', 'op_switch', 'maintenance', 'off')
      : operatorButton(language, 'maintenance_on', 'op_switch', 'maintenance', 'on'),
    isOn('orders_stopped')
      ? operatorButton(language, 'orders_on', 'op_switch', 'orders_stopped', 'off')
      : operatorButton(language, 'orders_off', 'op_switch', 'orders_stopped', 'on'),
  ];
  return {
    text: [
      translate(language, 'operator.figures.title', { since: momentOf(voice, figures.since) }),
      [...workLines(voice, figures), ...moneyLines(voice, figures)].join('\n'),
      wrongText(voice, figures),
    ].join('\n\n'),
    keyboard: [
      [operatorButton(language, 'refresh', 'op_figures')],
      switches,
      [operatorButton(language, 'broadcast', 'op_broadcast')],
      [menuButton(language)],
    ],
  };
}

function workLines({ language }: OperatorVoice, figures: TodayFigures): string[] {
  const { newPeople, orders, completed, failed, cancelled, successPercent, reasons, inFlight } = figures;
  const listed = reasons.map(({ reason, count }) => `${reason} ${count}`).join(', ');
  return [
    translate(language, 'operator.figures.people', { count: newPeople }),
    translate(language, 'operator.figures.videos', { orders, completed, failed, cancelled }),
    successPercent === null
      ? translate(language, 'operator.figures.no_videos')
      : translate(language, 'operator.figures.success', {
          ...{ percent: successPercent, median: durationOf(language, figures.medianMs) },
        }),
    ...(listed === '' ? [] : [translate(language, 'operator.figures.reasons', { reasons: listed })]),
    inFlight === 0
      ? translate(language, 'operator.figures.idle')
      : translate(language, 'operator.figures.in_flight', {
          ...{ number: inFlight, oldest: durationOf(language, figures.oldestMs) },
        }),
  ];
}

function moneyLines({ language }: OperatorVoice, figures: TodayFigures): string[] {
  const { creditsSold: sold, creditsSpent: spent, creditsRefunded: refunded } = figures;
  const balances = figures.balances.map(({ key, credits, isLow }) =>
    credits === null
      ? translate(language, 'operator.figures.balance_unknown', { key })
      : translate(language, isLow ? 'operator.figures.balance_low' : 'operator.figures.balance', {
          ...{ key, credits: Math.floor(credits) },
        }),
  );
  return [
    translate(language, 'operator.figures.money', {
      rubles: formatMoney(language, { kopecks: figures.revenueKopecks }),
      stars: formatMoney(language, { stars: figures.revenueStars }),
    }),
    translate(language, 'operator.figures.credits', { sold, spent, refunded }),
    ...balances,
  ];
}

const NAMED_SWITCHES = ['maintenance', 'orders_stopped'] as const;

function wrongText(voice: OperatorVoice, figures: TodayFigures): string {
  const { language } = voice;
  const switches = NAMED_SWITCHES.flatMap((name) => {
    const on = figures.switches.find((one) => one.name === name);
    if (!on) return [];
    const text = translatePlain(language, `operator.switch.${name}`);
    return [
      translate(language, 'operator.figures.switch_on', { since: momentOf(voice, on.onAt), name: text }),
    ];
  });
  const keys = figures.keysOutOfUse.map((key) => translate(language, 'operator.figures.key_out', { key }));
  const models = figures.modelsSetAside.map(({ id: model, since, text }) =>
    translate(language, 'operator.figures.model_out', {
      ...{ model, since: momentOf(voice, since) },
      text: text ?? translatePlain(language, 'operator.figures.by_operator'),
    }),
  );
  const wrong = [...switches, ...keys, ...models];
  if (wrong.length === 0) return translate(language, 'operator.figures.fine');
  return [translate(language, 'operator.figures.wrong'), ...wrong.map((line) => `• ${line}`)].join('\n');
}
