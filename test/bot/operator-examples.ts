import {
  broadcastScreen,
  REFUSALS,
  type ActionResult,
  type BroadcastView,
  type TodayFigures,
} from '../../src/modules/admin/index.js';
import { figuresScreen } from '../../src/modules/bot/operators/figures.screen.js';
import { jobScreen } from '../../src/modules/bot/operators/job-look.screen.js';
import { OPERATOR_COMMANDS } from '../../src/modules/bot/operators/operator-commands.rules.js';
import type { OperatorVoice } from '../../src/modules/bot/operators/operator-names.js';
import { EMPTY_BROADCAST } from '../../src/modules/bot/operators/operator.rules.js';
import type { OperatorState, Wish } from '../../src/modules/bot/operators/operator.schemas.js';
import type { OperatorProblem } from '../../src/modules/bot/operators/operator.types.js';
import {
  movementsScreen,
  namesakesScreen,
  personScreen,
} from '../../src/modules/bot/operators/person-look.screen.js';
import type { WishFacts } from '../../src/modules/bot/operators/wish-facts.types.js';
import {
  operatorTextScreen,
  wishDoneScreen,
  wishScreen,
} from '../../src/modules/bot/operators/wish.screen.js';
import { CreditsHistory } from '../../src/modules/credits/index.js';
import { Job } from '../../src/modules/jobs/index.js';
import { Payment } from '../../src/modules/payments/index.js';
import { translate, type Language } from '../../src/modules/telegram/index.js';
import { User } from '../../src/modules/users/index.js';
import { ID, NOON } from './example-data.js';
import type { ScreenExample } from './message-examples.js';

const OTHER_ID = '1f8fad5b-d9cb-469f-a165-70867728950e';
const NAMES = { ru: 'Анна <Shop>', en: 'Anna <Shop>' } as const;

const userIn = (language: Language): User =>
  Object.assign(new User(), {
    ...{ id: ID, tgUserId: 5_100_000_001, username: 'anna_shop', firstName: NAMES[language], lastName: null },
    ...{ language, credits: 2, blockedAt: null, bannedAt: null, createdAt: NOON, updatedAt: NOON },
  });

const JOB = Object.assign(new Job(), {
  ...{ id: ID, userId: ID, status: 'failed', step: 'generate', credits: 1, failureReason: 'temporary' },
  ...{ model: 'veo3_fast', promptInput: 'A mug <450 ml> & lid', createdAt: NOON, finishedAt: NOON },
});

const PAYMENT = Object.assign(new Payment(), {
  ...{
    id: ID,
    userId: ID,
    provider: 'yookassa',
    status: 'completed',
    amountKopecks: 19_900,
    amountStars: null,
  },
  ...{ credits: 5, refundedKopecks: 0, createdAt: NOON },
});

const FIGURES: TodayFigures = {
  since: NOON,
  ...{ newPeople: 12, orders: 30, completed: 41, failed: 3, cancelled: 1, successPercent: 93 },
  reasons: [
    { reason: 'temporary', count: 2 },
    { reason: 'moderation_photo', count: 1 },
  ],
  ...{ medianMs: 151_000, revenueKopecks: 459_800, revenueStars: 150, inFlight: 4, oldestMs: 7_500_000 },
  ...{ creditsSold: 115, creditsSpent: 45, creditsRefunded: 4 },
  balances: [
    { key: 'a1b2c3d4e5f6', credits: 812.5, isLow: true },
    { key: '0f9e8d7c6b5a', credits: null, isLow: false },
    { key: '1a2b3c4d5e6f', credits: 9_000, isLow: false },
  ],
  keysOutOfUse: ['a1b2c3d4e5f6'],
  modelsSetAside: [
    { id: 'grok', since: NOON, text: 'This interface is <paused>' },
    { id: 'veo3_fast', since: NOON, text: null },
  ],
  switches: [
    { name: 'maintenance', onAt: NOON },
    { name: 'orders_stopped', onAt: NOON },
  ],
};

const QUIET: TodayFigures = {
  ...FIGURES,
  ...{ newPeople: 0, orders: 0, completed: 0, failed: 0, cancelled: 0, successPercent: null, reasons: [] },
  ...{ medianMs: null, revenueKopecks: 0, revenueStars: 0, inFlight: 0, oldestMs: null },
  ...{ creditsSold: 0, creditsSpent: 0, creditsRefunded: 0 },
  ...{ balances: [], keysOutOfUse: [], modelsSetAside: [], switches: [] },
};

const RUNNING: BroadcastView = {
  ...{ id: ID, status: 'sending', stoppedBecause: null, people: 1_000 },
  ...{ sent: 400, blocked: 12, failed: 1, unknown: 1, skipped: 2 },
};

const WISHES: [Wish, (language: Language) => WishFacts][] = [
  [{ kind: 'grant', userId: ID, credits: 3 }, (language) => ({ kind: 'person', user: userIn(language) })],
  [{ kind: 'ban', userId: ID }, (language) => ({ kind: 'person', user: userIn(language) })],
  [{ kind: 'unban', userId: ID }, (language) => ({ kind: 'person', user: userIn(language) })],
  [
    { kind: 'refund', paymentId: ID, kopecks: 3_980 },
    (language) => ({ kind: 'payment', payment: PAYMENT, left: 19_900, user: userIn(language) }),
  ],
  [
    { kind: 'refund', paymentId: ID, kopecks: null },
    () => ({ kind: 'payment', payment: PAYMENT, left: 9_950, user: null }),
  ],
  ...(['job_fail', 'job_send', 'job_make'] as const).map(
    (kind): [Wish, (language: Language) => WishFacts] => [
      { kind, jobId: ID },
      (language) => ({ kind: 'job', job: JOB, user: userIn(language) }),
    ],
  ),
  ...(['maintenance', 'orders_stopped'] as const).flatMap((name) =>
    [true, false].map((on): [Wish, () => WishFacts] => [
      { kind: 'switch', name, on },
      () => ({ kind: 'switch' }),
    ]),
  ),
  [
    { ...EMPTY_BROADCAST, messageId: 1, isChosen: true, audience: { who: 'bought', language: 'ru' } },
    () => ({ kind: 'broadcast', people: 1_000, sendsPerSecond: 5 }),
  ],
  [{ kind: 'bc_stop', broadcastId: ID }, () => ({ kind: 'running', broadcast: RUNNING })],
  [{ kind: 'bc_go_on', broadcastId: ID }, () => ({ kind: 'running', broadcast: RUNNING })],
];

const PROBLEMS: OperatorProblem[] = [
  ...(['bad_credits', 'too_many_credits', 'bad_message', 'bad_button'] as const),
  ...(['reason_too_short', 'reason_too_long'] as const),
];

const DONE: ActionResult = {
  ...{ outcome: 'done', repeated: false },
  details: { newCredits: 5, jobId: ID, people: 1_000, amount: 3_980 },
};

/** What operators see in Telegram. */
export function operatorExamples(language: Language): ScreenExample[] {
  const voice: OperatorVoice = { language, timeZone: 'Europe/Moscow' };
  return [...lookExamples(voice), ...wishExamples(voice), ...broadcastExamples(language)];
}

function lookExamples(voice: OperatorVoice): ScreenExample[] {
  const { language } = voice;
  const user = userIn(language);
  const bad = Object.assign(userIn(language), { blockedAt: NOON, bannedAt: NOON });
  const look = {
    user,
    orders: 3,
    completed: 4,
    failed: 1,
    inFlight: 1,
    owed: 0,
    jobs: [JOB],
    payments: [PAYMENT],
  };
  const refunded = Object.assign(new Payment(), PAYMENT, { refundedKopecks: 3_980 });
  const movement = Object.assign(new CreditsHistory(), {
    ...{ id: 1, operationType: 'bonus', amount: 3, balanceAfter: 5, createdAt: NOON },
  });
  const task = { model: 'grok', state: 'failed', taskId: 't', errorText: 'Internal <error>', cost: 24 };
  const events = [{ event: 'queued', at: NOON }];
  const running = Object.assign(new Job(), JOB, {
    status: 'processing',
    failureReason: null,
    finishedAt: null,
  });
  return [
    { name: 'figures', message: figuresScreen(voice, FIGURES) },
    { name: 'figures', when: 'a quiet day', message: figuresScreen(voice, QUIET) },
    { name: 'person', message: personScreen(voice, look) },
    {
      ...{ name: 'person', when: 'blocked, banned, owing' },
      message: personScreen(voice, { ...look, user: bad, owed: 2, jobs: [], payments: [refunded] }),
    },
    { name: 'person', when: 'new', message: personScreen(voice, { ...look, jobs: [], payments: [] }) },
    {
      name: 'namesakes',
      message: namesakesScreen(voice, [user, Object.assign(userIn(language), { id: OTHER_ID })]),
    },
    { name: 'movements', message: movementsScreen(voice, user, [movement]) },
    { name: 'movements', when: 'none', message: movementsScreen(voice, user, []) },
    { name: 'job', message: jobScreen(voice, { job: JOB, user, events, tasks: [task] }) },
    {
      ...{ name: 'job', when: 'under way, of somebody who was erased' },
      message: jobScreen(voice, { job: running, user: null, events: [], tasks: [] }),
    },
    {
      name: 'job',
      when: 'under way',
      message: jobScreen(voice, {
        job: running,
        user,
        events,
        tasks: [{ ...task, errorText: null, cost: null }],
      }),
    },
    ...OPERATOR_COMMANDS.map((command) => ({
      ...{ name: 'usage', when: command },
      message: operatorTextScreen(language, translate(language, `operator.usage.${command}`)),
    })),
  ];
}

function wishExamples(voice: OperatorVoice): ScreenExample[] {
  const [refused] = WISHES;
  const grant: Wish = { kind: 'grant', userId: ID, credits: null };
  const stateOf = (wish: Wish, reason: string | null): OperatorState => ({ key: ID, reason, wish });
  const ofPerson = { facts: { kind: 'person', user: userIn(voice.language) } } as const;
  const ofBroadcast = { facts: { kind: 'broadcast', people: 1_000, sendsPerSecond: 5 } } as const;
  const asks: [string, Wish, { facts: WishFacts }][] = [
    ['credits', grant, ofPerson],
    ['reason', { kind: 'ban', userId: ID }, ofPerson],
    ['message', EMPTY_BROADCAST, ofBroadcast],
    ['button', { ...EMPTY_BROADCAST, messageId: 1, asksButton: true }, ofBroadcast],
    ['audience', { ...EMPTY_BROADCAST, messageId: 1 }, ofBroadcast],
    [
      'audience, nobody',
      { ...EMPTY_BROADCAST, messageId: 1 },
      { facts: { ...ofBroadcast.facts, people: 0 } },
    ],
  ];
  return [
    ...asks.map(([when, wish, about]) => ({
      name: 'ask',
      when,
      message: wishScreen(voice, stateOf(wish, null), about),
    })),
    ...PROBLEMS.map((problem) => ({
      ...{ name: 'ask', when: problem },
      message: wishScreen(voice, stateOf(grant, null), { ...ofPerson, problem }),
    })),
    ...WISHES.flatMap(([wish, factsIn]) => {
      const facts = factsIn(voice.language);
      const state = stateOf(wish, 'for <b>example</b>');
      const when = wish.kind === 'switch' ? `${wish.name} ${wish.on ? 'on' : 'off'}` : wish.kind;
      return [
        { name: 'confirm', when, message: wishScreen(voice, state, { facts }) },
        { name: 'done', when, message: wishDoneScreen(voice, state, { result: DONE, facts }) },
      ];
    }),
    ...(refused
      ? REFUSALS.map((outcome) => ({
          ...{ name: 'refused', when: outcome },
          message: wishDoneScreen(voice, stateOf(refused[0], 'why'), {
            ...{
              result: { outcome, repeated: outcome === 'unchanged', details: {} },
              facts: refused[1](voice.language),
            },
          }),
        }))
      : []),
  ];
}

function broadcastExamples(language: Language): ScreenExample[] {
  const stopped = (['operator', 'message_gone', 'telegram_away', 'erased'] as const).map(
    (stoppedBecause) => ({
      ...{ name: 'broadcast', when: `stopped, ${stoppedBecause}` },
      message: broadcastScreen(language, { ...RUNNING, status: 'stopped', stoppedBecause }),
    }),
  );
  return [
    { name: 'broadcast', message: broadcastScreen(language, RUNNING) },
    ...stopped,
    { name: 'broadcast', when: 'over', message: broadcastScreen(language, { ...RUNNING, status: 'done' }) },
  ];
}
