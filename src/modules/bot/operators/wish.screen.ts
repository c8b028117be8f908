import {
  GRANT_CREDITS_MAX,
  REASON_LENGTH_MAX,
  REASON_LENGTH_MIN,
  BROADCAST_WHO,
  type ActionResult,
  type Audience,
} from '../../admin/index.js';
import type { Payment } from '../../payments/index.js';
import {
  encodeCallback,
  LANGUAGES,
  translate,
  translatePlain,
  type Button,
  type Language,
  type OutgoingMessage,
} from '../../telegram/index.js';
import { choice, menuButton } from '../screens/buttons.js';
import { amountOf, moneyOf, nameOf, operatorButton, type OperatorVoice } from './operator-names.js';
import { awaitedBy, isWhole } from './operator.rules.js';
import type { OperatorState, Wish } from './operator.schemas.js';
import type { OperatorProblem } from './operator.types.js';
import type { WishFacts } from './wish-facts.types.js';

const MINUTE_S = 60;

/** What a wish still needs: a word, a choice, or the operator's confirmation of what will happen to whom. */
export function wishScreen(
  { language }: OperatorVoice,
  state: OperatorState,
  { facts, problem }: { facts: WishFacts; problem?: OperatorProblem | undefined },
): OutgoingMessage {
  const drop = [operatorButton(language, 'drop', 'op_drop')];
  const trouble = problem ? [problemText(language, problem)] : [];
  const awaited = awaitedBy(state);
  if (awaited) {
    const about = awaited === 'message' || awaited === 'button' ? [] : [wishText(language, state, facts)];
    const parts = [...trouble, ...about, translate(language, `operator.ask.${awaited}`)];
    return { text: parts.join('\n\n'), keyboard: [drop, [menuButton(language)]] };
  }
  if (!isWhole(state) && state.wish.kind === 'broadcast' && facts.kind === 'broadcast') {
    return audienceScreen(language, state.wish.audience, facts.people);
  }
  const confirm = translate(language, 'operator.confirm', { reason: state.reason ?? '' });
  return {
    text: [wishText(language, state, facts), confirm].join('\n\n'),
    keyboard: [[operatorButton(language, 'confirm', 'op_confirm', state.key)], drop, [menuButton(language)]],
  };
}

/** What came of a wish that was confirmed. */
export function wishDoneScreen(
  { language }: OperatorVoice,
  { wish }: OperatorState,
  { result, facts }: { result: ActionResult; facts: WishFacts },
): OutgoingMessage {
  const { outcome, repeated, details } = result;
  const parts = [
    outcome === 'done'
      ? translate(language, `operator.done.${wish.kind}`, doneParams(language, details, facts))
      : translate(language, `operator.refused.${outcome}`),
    ...(repeated ? [translate(language, 'operator.done.repeated')] : []),
  ];
  const user = 'user' in facts ? facts.user : null;
  const isBroadcast = facts.kind === 'broadcast' || facts.kind === 'running';
  return {
    text: parts.join('\n\n'),
    keyboard: [
      ...(user ? [[operatorButton(language, 'person', 'op_user', user.id)]] : []),
      ...(facts.kind === 'switch' ? [[operatorButton(language, 'refresh', 'op_figures')]] : []),
      ...(isBroadcast ? [[operatorButton(language, 'broadcast', 'op_broadcast')]] : []),
      [menuButton(language)],
    ],
  };
}

function doneParams(language: Language, details: ActionResult['details'], facts: WishFacts) {
  const text = (name: string) => {
    const value = details[name];
    return typeof value === 'string' || typeof value === 'number' ? value : '';
  };
  const payment = facts.kind === 'payment' ? facts.payment : null;
  return {
    ...{ newCredits: text('newCredits'), jobId: text('jobId'), people: text('people') },
    price: payment ? moneyOf(language, payment, Number(text('amount'))) : '',
    provider: payment ? translatePlain(language, `name.provider.${payment.provider}`) : '',
  };
}

function problemText(language: Language, problem: OperatorProblem): string {
  switch (problem) {
    case 'too_many_credits':
      return translate(language, 'operator.problem.too_many_credits', { max: GRANT_CREDITS_MAX });
    case 'reason_too_short':
      return translate(language, 'operator.problem.reason_too_short', { min: REASON_LENGTH_MIN });
    case 'reason_too_long':
      return translate(language, 'operator.problem.reason_too_long', { max: REASON_LENGTH_MAX });
    default:
      return translate(language, `operator.problem.${problem}`);
  }
}

/** What will happen to whom, in credits and money. */
function wishText(language: Language, { wish }: OperatorState, facts: WishFacts): string {
  const who = whoOf(language, facts);
  switch (wish.kind) {
    case 'grant': {
      const balance = facts.kind === 'person' ? facts.user.credits : 0;
      const { credits } = wish;
      return credits === null
        ? translate(language, 'operator.wish.grant_open', { who, balance })
        : translate(language, 'operator.wish.grant', { who, credits, balance, after: balance + credits });
    }
    case 'refund':
      return facts.kind === 'payment' ? refundText(language, wish, { who, ...facts }) : '';
    case 'switch':
      return translate(language, switchKey(wish));
    case 'broadcast':
      return facts.kind === 'broadcast' ? broadcastText(language, wish.audience, facts) : '';
    case 'bc_stop':
    case 'bc_go_on': {
      const left = facts.kind === 'running' ? leftOf(facts.broadcast) : 0;
      return translate(language, `operator.wish.${wish.kind}`, { left });
    }
    case 'job_fail':
    case 'job_send':
    case 'job_make': {
      const credits = facts.kind === 'job' ? facts.job.credits : 0;
      return translate(language, `operator.wish.${wish.kind}`, { who, credits });
    }
    case 'ban':
    case 'unban':
      return translate(language, `operator.wish.${wish.kind}`, { who });
  }
}

function whoOf(language: Language, facts: WishFacts): string {
  if (!('user' in facts)) return '';
  return facts.user ? nameOf(facts.user) : translatePlain(language, 'operator.wish.erased_person');
}

function switchKey({ name, on }: Extract<Wish, { kind: 'switch' }>) {
  if (name === 'maintenance') return on ? 'operator.wish.maintenance_on' : 'operator.wish.maintenance_off';
  return on ? 'operator.wish.orders_off' : 'operator.wish.orders_on';
}

function refundText(
  language: Language,
  { kopecks }: Extract<Wish, { kind: 'refund' }>,
  { who, payment, left }: { who: string; payment: Payment; left: number },
): string {
  const amount = kopecks ?? left;
  return translate(language, 'operator.wish.refund', {
    who,
    price: moneyOf(language, payment, amount),
    whole: moneyOf(language, payment),
    provider: translatePlain(language, `name.provider.${payment.provider}`),
    // As `refund_payment` does: what all refunds together have bought, rounded down.
    credits:
      creditsFor(payment, payment.refundedKopecks + amount) - creditsFor(payment, payment.refundedKopecks),
  });
}

function creditsFor(payment: Payment, amount: number): number {
  return Math.floor((payment.credits * Math.min(amount, amountOf(payment))) / Math.max(1, amountOf(payment)));
}

function broadcastText(
  language: Language,
  audience: Audience,
  { people, sendsPerSecond }: Extract<WishFacts, { kind: 'broadcast' }>,
): string {
  const minutes = Math.max(1, Math.ceil(people / sendsPerSecond / MINUTE_S));
  return translate(language, 'operator.wish.broadcast', {
    people,
    minutes,
    audience: audienceName(language, audience),
  });
}

function audienceName(language: Language, { who, language: spoken }: Audience): string {
  const names = [
    translatePlain(language, `operator.audience.${who}`),
    ...(spoken ? [translatePlain(language, `operator.audience.${spoken}`)] : []),
  ];
  return names.join(' · ');
}

function audienceScreen(language: Language, audience: Audience, people: number): OutgoingMessage {
  const nobody = people === 0 ? [translate(language, 'operator.audience.nobody')] : [];
  const title = translate(language, 'operator.audience.title', {
    ...{ audience: audienceName(language, audience), people },
  });
  const who = BROADCAST_WHO.map((one): Button[] => [
    choice(
      language,
      translatePlain(language, `operator.audience.${one}`),
      one === audience.who,
      encodeCallback('op_who', one),
    ),
  ]);
  const spoken = (['any', ...LANGUAGES] as const).map((one) =>
    choice(
      language,
      translatePlain(language, `operator.audience.${one}`),
      one === (audience.language ?? 'any'),
      encodeCallback('op_language', one),
    ),
  );
  return {
    text: [...nobody, title].join('\n\n'),
    keyboard: [
      ...who,
      spoken,
      [operatorButton(language, 'link', 'op_button')],
      ...(people > 0 ? [[operatorButton(language, 'chosen', 'op_chosen')]] : []),
      [operatorButton(language, 'drop', 'op_drop')],
      [menuButton(language)],
    ],
  };
}

function leftOf({
  people,
  sent,
  blocked,
  failed,
  unknown,
  skipped,
}: Extract<WishFacts, { kind: 'running' }>['broadcast']): number {
  return Math.max(0, people - sent - blocked - failed - unknown - skipped);
}

/** A sentence, and the way on. */
export function operatorTextScreen(language: Language, text: string): OutgoingMessage {
  return { text, keyboard: [[menuButton(language)]] };
}
