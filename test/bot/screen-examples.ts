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
import { noticeScreen } from '../../src/modules/notifications/screens.js';
import { emptyDraft } from '../../src/modules/bot/draft.rules.js';
import { FAILURE_REASONS, type VideoView } from '../../src/modules/jobs/index.js';
import {
  progressScreen,
  resultScreen,
  type NoticePayload,
  type ProgressLine,
} from '../../src/modules/notifications/index.js';
import type { Offers, PaymentView } from '../../src/modules/payments/index.js';
import type { Language, OutgoingMessage } from '../../src/modules/telegram/index.js';
import { CONTEXT, MODEL, OTHER_MODEL } from './turn-context.js';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const SUPPORT = 'https://t.me/neurocards_support';
const NOON = new Date('2026-11-21T09:00:00Z');

/** What differs between the two languages in what people write. */
const WORDS = {
  ru: {
    name: 'Анна',
    description: 'Термокружка <450 мл> & крышка, держит тепло 6 часов',
    wishes: 'утренняя кухня, тёплый свет',
    prompt: 'Кружка на деревянном столе, камера медленно облетает её.',
  },
  en: {
    name: 'Anna',
    description: 'Travel mug <450 ml> & lid, keeps tea hot for 6 hours',
    wishes: 'a morning kitchen, warm light',
    prompt: 'A mug on a wooden table, the camera slowly circles it.',
  },
} as const;

/** A draft with every answer. */
export function draftIn(language: Language, changes: Partial<Draft> = {}): Draft {
  const { description, wishes, prompt } = WORDS[language];
  return {
    ...emptyDraft(ID, 'neurocard'),
    ...{ photoPath: 'inputs/1/photo.jpg', description, template: 'ugc', wishes, prompt },
    ...{ model: MODEL.id, count: 3 },
    ...changes,
  };
}

/** What screens show of somebody with five credits and a whole draft. */
export function dataIn(language: Language, changes: Partial<ScreenData> = {}): ScreenData {
  return {
    language,
    state: { ...FIRST_STATE, draft: draftIn(language) },
    balance: 5,
    prices: { 1: 1, 3: 3, 5: 5 },
    models: [MODEL],
    limits: { ...CONTEXT.limits, promptLengthMax: 4000, photoBytesMax: 20 * 1024 * 1024 },
    supportUrl: SUPPORT,
    termsUrl: 'https://neurocards.example/terms',
    privacyUrl: 'https://neurocards.example/privacy',
    timeZone: 'Europe/Moscow',
    firstName: WORDS[language].name,
    email: 'anna@example.com',
    ...changes,
  };
}

/** A video that is ready. */
export function videoIn(language: Language, changes: Partial<VideoView> = {}): VideoView {
  return {
    ...{ jobId: ID, orderId: ID, position: 1, count: 1, kind: 'neurocard', template: 'ugc' },
    product: WORDS[language].description,
    createdAt: NOON,
    finishedAt: NOON,
    line: { position: 1, stage: 'completed', percent: 100 },
    failureReason: null,
    creditsBack: 0,
    fileId: 'file',
    ...{ sent: true, parked: false, presented: false },
    ...changes,
  };
}

export const OFFERS: Offers = {
  plans: [
    {
      ...{ planId: 'starter', nameRu: 'Старт', nameEn: 'Starter', credits: 5, savingPercent: 0 },
      ...{ priceKopecks: 19_900, priceStars: 150, kopecksPerVideo: 3_980, starsPerVideo: 30 },
    },
    {
      ...{ planId: 'premium', nameRu: 'Премиум <b>', nameEn: 'Premium <b>', credits: 50, savingPercent: 24 },
      ...{ priceKopecks: 149_900, priceStars: 1_150, kopecksPerVideo: 2_998, starsPerVideo: 23 },
    },
  ],
  providers: ['yookassa', 'telegram_stars'],
};

export const PAYMENT: PaymentView = {
  ...{ paymentId: ID, planId: 'starter', provider: 'yookassa', status: 'pending', credits: 5 },
  price: { kopecks: 19_900 },
  confirmationUrl: 'https://yoomoney.example/checkout?orderId=1&x=2',
  receiptEmail: 'anna&co@example.com',
  ...{ reason: null, resumesOrder: false },
};

const CANCELLATIONS = [
  ...(['expired', 'insufficient_funds', 'card_data', 'confirmation_failed', 'bank_refused'] as const),
  ...(['limit_exceeded', 'country_forbidden', 'identification_required', 'canceled_by_us'] as const),
  'unknown',
] as const;

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
  ...{ too_short: 'description', too_long: 'description' },
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
  ...{
    description: without('description'),
    too_short: without('description'),
    too_long: without('description'),
  },
  photo_advice: withDraft({ photoAdvice: ['dark'] }),
};

function hintOf(key: HintKey): Hint {
  if (key === 'too_short') return { key, min: 3 };
  if (key === 'too_long') return { key, length: 1203, max: 1000 };
  return { key } as Hint;
}

/** Who cancels is answered by the tap. */
const TOLD_REASONS = FAILURE_REASONS.filter((reason) => reason !== 'cancelled');
const PRICE = { kopecks: 19_900 };
const ABOUT = { paymentId: ID, price: PRICE, balance: 7, closes: 41 };

/** Every notice; one that is forgotten here does not compile. */
const NOTICES: { [K in NoticePayload['kind']]: Extract<NoticePayload, { kind: K }>[] } = {
  job_failed: TOLD_REASONS.map((reason, index) => ({
    kind: 'job_failed',
    ...{ jobId: ID, reason, credits: 1, balance: 3, position: 1, count: index === 0 ? 3 : 1 },
  })),
  payment_completed: [
    { kind: 'payment_completed', ...ABOUT, credits: 5, resumesOrder: false },
    { kind: 'payment_completed', ...ABOUT, credits: 5, resumesOrder: true },
  ],
  payment_canceled: CANCELLATIONS.map((reason) => ({
    ...{ kind: 'payment_canceled', ...ABOUT, planId: 'starter', provider: 'yookassa', reason },
  })),
  payment_failed: [{ kind: 'payment_failed', ...ABOUT }],
  payment_link: [
    {
      ...{ kind: 'payment_link', ...ABOUT, planId: 'starter', credits: 5 },
      url: 'https://yoomoney.example/checkout?a=1&b=2',
    },
  ],
  payment_refunded: [
    {
      ...{ kind: 'payment_refunded', paymentId: ID, price: { stars: 150 } },
      ...{ creditsTaken: 3, creditsOwed: 2, balance: 0 },
    },
  ],
  surplus_refunded: [{ kind: 'surplus_refunded', price: PRICE, balance: 7 }],
  kie_keys_spent: [{ kind: 'kie_keys_spent', text: 'Credits insufficient <now>' }],
  payments_unnoticed: [{ kind: 'payments_unnoticed', count: 7, paymentIds: ['id-1', 'id-2'] }],
  payment_parked: [{ kind: 'payment_parked', paymentId: ID, reason: 'amount <b>1.00</b>' }],
  refund_failed: [
    { kind: 'refund_failed', paymentId: ID, refundId: 'r-1', price: PRICE, reason: 'no money' },
  ],
  reconciliation_differences: [
    { kind: 'reconciliation_differences', provider: 'telegram_stars', count: 3, reportId: 'report-1' },
  ],
  payments_refused: [{ kind: 'payments_refused', provider: 'yookassa', text: 'invalid_credentials' }],
  second_poller: [{ kind: 'second_poller' }],
  webhook_taken: [
    { kind: 'webhook_taken', host: 'other.example' },
    { kind: 'webhook_taken', host: null },
  ],
};

const PROGRESS: [string, ProgressLine[]][] = [
  ['just ordered', [{ position: 1, stage: 'queued' }]],
  [
    'under way',
    [
      { position: 1, stage: 'completed', percent: 100 },
      { position: 2, stage: 'generate', percent: 40, leftS: 120 },
      { position: 3, stage: 'deliver', percent: 90, overdue: true },
      { position: 4, stage: 'prompt', percent: 10, place: 2 },
      { position: 5, stage: 'queued', place: 4, leftS: 180 },
    ],
  ],
  ['all ready', [1, 2].map((position) => ({ position, stage: 'completed' }))],
  [
    'some ready',
    [
      { position: 1, stage: 'completed' },
      { position: 2, stage: 'failed' },
      { position: 3, stage: 'cancelled' },
    ],
  ],
  ['failed', [{ position: 1, stage: 'failed' }]],
  ['cancelled', [1, 2, 3].map((position) => ({ position, stage: 'cancelled' }))],
];

/** A message as a person gets it, and what it is an example of. */
export interface ScreenExample {
  /** As in the code: the screen's, the hint's or the notice's kind. */
  name: string;
  when?: string;
  message: OutgoingMessage;
}

/** The chapters of docs/screens.md: every message that the bot can write, in one language. */
export function screenExamples(language: Language): Record<string, ScreenExample[]> {
  return {
    'The conversation': conversationExamples(language),
    'A line above a screen, after something that does not fit': hintExamples(language),
    'An order under way': progressExamples(language),
    'A finished video': resultExamples(language),
    'What people are told without a tap': noticeExamples(language),
    'What is no part of the conversation': [
      { name: 'apology', message: apologyScreen(language) },
      { name: 'slow_down', message: slowDownScreen(language) },
      { name: 'welcome_back', message: welcomeBackScreen(language) },
      { name: 'banned', message: bannedScreen(language, SUPPORT) },
    ],
  };
}

/** The screens of the conversation with what the rules asked for. */
export function conversationShows(language: Language): { show: ConversationScreen; data: ScreenData }[] {
  return Object.values(CONVERSATION).flatMap((showings: Showing[]) =>
    showings.map(({ show, data }) => ({
      show: typeof show === 'function' ? show(language) : show,
      data: dataIn(language, data?.(language)),
    })),
  );
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

function progressExamples(language: Language): ScreenExample[] {
  return PROGRESS.map(([when, lines]) => ({
    ...{ name: 'progress', when },
    message: progressScreen(language, lines, { orderId: ID, balance: 4 }),
  }));
}

function resultExamples(language: Language): ScreenExample[] {
  const video = { jobId: ID, position: 2, count: 3 };
  return [
    { name: 'ordered', message: resultScreen(language, { ...video, position: 1, count: 1 }, 'ordered') },
    { name: 'ordered', when: 'of several', message: resultScreen(language, video, 'ordered') },
    { name: 'present', message: resultScreen(language, video, 'present') },
    { name: 'parked', message: resultScreen(language, video, 'parked') },
  ];
}

function noticeExamples(language: Language): ScreenExample[] {
  return Object.values(NOTICES)
    .flat()
    .map((notice: NoticePayload) => ({
      name: notice.kind,
      when: 'reason' in notice ? notice.reason : undefined,
      message: noticeScreen(language, notice, SUPPORT),
    }));
}
