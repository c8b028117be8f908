import {
  apologyScreen,
  bannedScreen,
  renderScreen,
  slowDownScreen,
  welcomeBackScreen,
  type ConversationScreen,
  type ScreenData,
} from '../../src/modules/bot/screens/index.js';
import { FIRST_STATE, type Draft, type Step } from '../../src/modules/bot/conversation.schemas.js';
import type { Hint } from '../../src/modules/bot/conversation.types.js';
import type { VideoView } from '../../src/modules/jobs/index.js';
import type { Language } from '../../src/modules/telegram/index.js';
import {
  CANCELLATIONS,
  dataIn,
  draftIn,
  ID,
  NOON,
  OFFERS,
  PAYMENT,
  SUPPORT,
  videoIn,
} from './example-data.js';
import { noticeExamples, progressExamples, resultExamples, type ScreenExample } from './message-examples.js';
import { operatorExamples } from './operator-examples.js';
import { MODEL, OTHER_MODEL } from './turn-context.js';

/** One showing of a screen. */
interface Showing<S = ConversationScreen> {
  /** When it looks like this; none for the usual case. */
  when?: string;
  show: S | ((language: Language) => S);
  data?: (language: Language) => Partial<ScreenData>;
}

type ScreenName = ConversationScreen['screen'];
/** A show of one screen, also where the screen shares its type with others. */
type ShowOf<K extends ScreenName, S = ConversationScreen> = S extends { screen: infer Names }
  ? K extends Names
    ? Omit<S, 'screen'> & { screen: K }
    : never
  : never;
type ShowingsOf<K extends ScreenName> = Showing<ShowOf<K>>[];

const withDraft =
  (changes: Partial<Draft> | ((language: Language) => Partial<Draft>)) => (language: Language) => {
    const made = typeof changes === 'function' ? changes(language) : changes;
    return { state: { ...FIRST_STATE, draft: draftIn(language, made) } };
  };
const without = (...fields: (keyof Draft)[]) =>
  withDraft(Object.fromEntries(fields.map((field) => [field, null])));
const noDraft = () => ({ state: FIRST_STATE });
const twoModels = () => ({ models: [MODEL, OTHER_MODEL] });

const MAKING = (language: Language) => [
  videoIn(language, {
    finishedAt: null,
    line: { position: 1, stage: 'generate', percent: 40, leftS: 120 },
  }),
  videoIn(language, { finishedAt: null, line: { position: 2, stage: 'queued', place: 4, leftS: 180 } }),
];

/** The statement's rows, one of each reason. */
const HISTORY = (
  [
    ['expired', -1, 8],
    ['correction', -1, 9],
    ['topup', 1, 10],
    ['bonus', 1, 9],
    ['payment_refund', -3, 8],
    ['refund', 1, 11],
    ['usage', -1, 10],
    ['purchase', 5, 11],
    ['import', 4, 6],
    ['signup', 2, 2],
  ] as const
).map(([operationType, amount, balanceAfter], index) => ({
  ...{ id: 10 - index, userId: ID, operationType, amount, balanceAfter, jobId: null, paymentId: null },
  ...{ providerRefundId: null, refundedKopecks: null, cause: null, description: null, createdAt: NOON },
}));

/** A screen of the draft before and after its answer. */
function step<K extends Step & ScreenName>(screen: K, field: keyof Draft): Showing<{ screen: K }>[] {
  return [
    { show: { screen }, data: without(field) },
    { when: 'answered before', show: { screen } },
  ];
}

/** Every screen that the rules can ask for; one that is forgotten here does not compile. */
const CONVERSATION: { [K in ScreenName]: ShowingsOf<K> } = {
  consent: [{ show: { screen: 'consent' } }],
  welcome: [
    { show: { screen: 'welcome', isNew: true }, data: () => ({ ...noDraft(), balance: 2 }) },
    { when: 'agreed again', show: { screen: 'welcome', isNew: false }, data: noDraft },
  ],
  menu: [
    { show: { screen: 'menu' }, data: noDraft },
    { when: 'a draft waits', show: { screen: 'menu' } },
  ],
  help: [{ show: { screen: 'help' } }],
  kind: step('kind', 'kind'),
  photo: step('photo', 'photoPath'),
  photo_advice: [
    {
      show: { screen: 'photo_advice' },
      data: withDraft({ photoAdvice: ['dark', 'blurred', 'brand', 'people'] }),
    },
  ],
  description: step('description', 'description'),
  template: step('template', 'template'),
  wishes: step('wishes', 'wishes'),
  prompt: step('prompt', 'prompt'),
  prompt_check: [{ show: { screen: 'prompt_check' }, data: withDraft({ template: 'self' }) }],
  model: [{ show: { screen: 'model' }, data: twoModels }],
  count: step('count', 'count'),
  confirm: [
    { show: { screen: 'confirm' } },
    {
      when: 'an own prompt, several models',
      show: { screen: 'confirm' },
      data: (language) => ({ ...twoModels(), ...withDraft({ template: 'self', kind: 'reels' })(language) }),
    },
    { when: 'too few credits', show: { screen: 'confirm' }, data: () => ({ balance: 1 }) },
  ],
  insufficient: [{ show: { screen: 'insufficient', balance: 1, needed: 3 } }],
  too_many: [{ show: { screen: 'too_many', max: 10 } }],
  too_often: [{ show: { screen: 'too_often', againInMin: 12 } }],
  not_accepting: [{ show: { screen: 'not_accepting' } }],
  videos: [
    { when: 'none yet', show: { screen: 'videos', page: { videos: [], page: 0, pages: 1, firstNumber: 1 } } },
    {
      show: (language) => ({
        screen: 'videos',
        page: {
          videos: [
            ...MAKING(language),
            videoIn(language),
            videoIn(language, {
              line: { position: 1, stage: 'failed' },
              failureReason: 'temporary',
              creditsBack: 1,
              fileId: null,
              sent: false,
            }),
            videoIn(language, { sent: false, parked: true }),
            videoIn(language, { line: { position: 1, stage: 'failed' }, presented: true }),
          ],
          ...{ page: 1, pages: 3, firstNumber: 7 },
        },
      }),
    },
  ],
  video: [
    { show: (language) => ({ screen: 'video', video: videoIn(language) }) },
    {
      when: 'being made',
      show: (language) => ({ screen: 'video', video: MAKING(language)[0] as VideoView }),
    },
    {
      when: 'in the queue',
      show: (language) => ({ screen: 'video', video: MAKING(language)[1] as VideoView }),
    },
    {
      when: 'failed',
      show: (language) => ({
        screen: 'video',
        video: videoIn(language, {
          ...{ line: { position: 1, stage: 'failed' }, failureReason: 'temporary' },
          ...{ creditsBack: 1, fileId: null, sent: false },
        }),
      }),
    },
    {
      when: 'put aside while the person was away',
      show: (language) => ({ screen: 'video', video: videoIn(language, { sent: false, parked: true }) }),
    },
    {
      when: 'late, and free',
      show: (language) => ({
        screen: 'video',
        video: videoIn(language, { line: { position: 1, stage: 'failed' }, presented: true }),
      }),
    },
  ],
  cabinet: [
    { show: { screen: 'cabinet', inFlight: [] } },
    { when: 'videos in the making', show: (language) => ({ screen: 'cabinet', inFlight: MAKING(language) }) },
  ],
  statement: [
    { show: { screen: 'statement', page: { rows: HISTORY, page: 1, pages: 3 } } },
    { when: 'nothing yet', show: { screen: 'statement', page: { rows: [], page: 0, pages: 1 } } },
  ],
  languages: [{ show: { screen: 'languages' } }],
  plans: [
    { show: { screen: 'plans', offers: OFFERS } },
    { when: 'cards only', show: { screen: 'plans', offers: { ...OFFERS, providers: ['yookassa'] } } },
    { when: 'Stars only', show: { screen: 'plans', offers: { ...OFFERS, providers: ['telegram_stars'] } } },
  ],
  way: OFFERS.plans
    .slice(1)
    .map((offer) => ({ show: { screen: 'way', offer, providers: OFFERS.providers } })),
  email: [
    { show: { screen: 'email' }, data: () => ({ email: null }) },
    { when: 'known', show: { screen: 'email' } },
  ],
  pay: [
    { show: { screen: 'pay', payment: PAYMENT, asked: null } },
    { when: 'asked about too early', show: { screen: 'pay', payment: PAYMENT, asked: 'tap' } },
    { when: 'back from the page, not paid yet', show: { screen: 'pay', payment: PAYMENT, asked: 'return' } },
    {
      when: 'no link yet',
      show: { screen: 'pay', payment: { ...PAYMENT, confirmationUrl: null }, asked: null },
    },
    {
      when: 'an invoice in Stars, asked about',
      show: {
        ...{ screen: 'pay', asked: 'tap' },
        payment: {
          ...{ ...PAYMENT, provider: 'telegram_stars', price: { stars: 150 } },
          ...{ confirmationUrl: null, receiptEmail: null },
        },
      },
    },
  ],
  payment_over: [
    { when: 'paid', show: { screen: 'payment_over', payment: { ...PAYMENT, status: 'completed' } } },
    {
      when: 'refused by the provider',
      show: { screen: 'payment_over', payment: { ...PAYMENT, status: 'failed' } },
    },
    ...[...CANCELLATIONS, null].map((reason): ShowingsOf<'payment_over'>[number] => ({
      when: reason ?? 'no reason known',
      show: { screen: 'payment_over', payment: { ...PAYMENT, status: 'canceled', reason } },
    })),
  ],
  not_on_offer: [{ show: { screen: 'not_on_offer' } }],
  purchase_unavailable: [{ show: { screen: 'purchase_unavailable' } }],
  paysupport: [
    { show: { screen: 'paysupport' } },
    { when: 'no support chat', show: { screen: 'paysupport' }, data: () => ({ supportUrl: undefined }) },
  ],
  terms: [{ show: { screen: 'terms' } }],
  erase_ask: [{ show: { screen: 'erase_ask', credits: 5 } }],
  erase_sure: [
    { show: { screen: 'erase_sure', credits: 5 } },
    { when: 'no credits', show: { screen: 'erase_sure', credits: 0 } },
  ],
  erase_busy: [{ show: { screen: 'erase_busy', videos: 2, payments: 1 } }],
  erased: [{ show: { screen: 'erased' } }],
};

type HintKey = Hint['key'];

/** Every line above a screen, and the step that it is read at; one that is forgotten here does not compile. */
const HINT_STEPS: Record<HintKey, Step> = {
  ...{ menu: 'menu', email: 'email', kind: 'kind', photo: 'photo', photo_advice: 'photo_advice' },
  ...{ description: 'description', template: 'template', wishes: 'wishes', prompt: 'prompt' },
  ...{ prompt_check: 'prompt_check', model: 'model', count: 'count', confirm: 'confirm' },
  ...{ cancelled: 'menu', nothing_to_cancel: 'menu', no_draft: 'menu', repeat_missing: 'menu' },
  ...{ video_missing: 'menu', cancel_too_late: 'menu', cancel_missing: 'menu', language_set: 'menu' },
  ...{ paid: 'menu', payment_missing: 'menu', bad_email: 'email', model_gone: 'model' },
  price_changed: 'confirm',
  ...{ not_an_image: 'photo', photo_too_small: 'photo', photo_too_large: 'photo', photo_bad_ratio: 'photo' },
  ...{ photo_unavailable: 'photo', photo_flagged: 'photo', photo_people: 'photo' },
  photo_gone: 'photo',
  ...{ too_short: 'description', too_long: 'description', text_flagged: 'description' },
};

/** What is so when the line is read, where it is not a whole draft. */
const HINT_DATA: Partial<Record<HintKey, (language: Language) => Partial<ScreenData>>> = {
  ...{ menu: noDraft, cancelled: noDraft, nothing_to_cancel: noDraft, no_draft: noDraft },
  ...{
    photo: without('photoPath'),
    not_an_image: without('photoPath'),
    photo_unavailable: without('photoPath'),
  },
  ...{ photo_flagged: without('photoPath'), photo_people: without('photoPath') },
  photo_gone: without('photoPath'),
  ...{
    description: without('description'),
    too_short: without('description'),
    too_long: without('description'),
    text_flagged: without('description'),
  },
  photo_advice: withDraft({ photoAdvice: ['dark'] }),
};

function hintOf(key: HintKey): Hint {
  if (key === 'too_short') return { key, min: 3 };
  if (key === 'too_long') return { key, length: 1203, max: 1000 };
  if (key === 'text_flagged') return { key, text: 'A mug for cocaine' };
  return { key } as Hint;
}

/** The chapters of docs/screens.md: every message that the bot can write, in one language. */
export function screenExamples(language: Language): Record<string, ScreenExample[]> {
  return {
    'The conversation': conversationExamples(language),
    'A line above a screen, after something that does not fit': hintExamples(language),
    'An order under way': progressExamples(language),
    'A finished video': resultExamples(language),
    'What people are told without a tap': noticeExamples(language),
    'Operators in Telegram': operatorExamples(language),
    'What is no part of the conversation': [
      { name: 'apology', message: apologyScreen(language) },
      { name: 'slow_down', message: slowDownScreen(language) },
      { name: 'welcome_back', message: welcomeBackScreen(language) },
      { name: 'banned', message: bannedScreen(language, SUPPORT) },
    ],
  };
}

function conversationExamples(language: Language): ScreenExample[] {
  return Object.entries(CONVERSATION).flatMap(([name, showings]: [string, Showing[]]) =>
    showings.map(({ when, show, data }) => ({
      ...{ name, when },
      message: renderScreen(
        typeof show === 'function' ? show(language) : show,
        dataIn(language, data?.(language)),
      ),
    })),
  );
}

function hintExamples(language: Language): ScreenExample[] {
  return Object.entries(HINT_STEPS).map(([key, screen]) => ({
    name: key,
    message: renderScreen(
      { screen, hint: hintOf(key as HintKey) },
      dataIn(language, { ...twoModels(), ...HINT_DATA[key as HintKey]?.(language) }),
    ),
  }));
}
