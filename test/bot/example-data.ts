import { FIRST_STATE, type Draft } from '../../src/modules/bot/conversation.schemas.js';
import { emptyDraft } from '../../src/modules/bot/draft.rules.js';
import type { ScreenData } from '../../src/modules/bot/screens/index.js';
import type { VideoView } from '../../src/modules/jobs/index.js';
import type { Offers, PaymentView } from '../../src/modules/payments/index.js';
import type { Language } from '../../src/modules/telegram/index.js';
import { CONTEXT, MODEL } from './turn-context.js';

/** Of whatever has one. */
export const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const SUPPORT = 'https://t.me/neurocards_support';
export const NOON = new Date('2026-11-21T09:00:00Z');

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

/** Every reason for which a payment ends without money. */
export const CANCELLATIONS = [
  ...(['expired', 'insufficient_funds', 'card_data', 'confirmation_failed', 'bank_refused'] as const),
  ...(['limit_exceeded', 'country_forbidden', 'identification_required', 'canceled_by_us'] as const),
  'unknown',
] as const;
