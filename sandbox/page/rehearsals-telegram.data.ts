import { ALWAYS, held, planned, together, type RehearsalPlan } from './trouble.js';

const SENDING_METHODS = [
  'sendMessage',
  'sendVideo',
  'sendInvoice',
  'sendChatAction',
  'editMessageText',
  'editMessageReplyMarkup',
  'deleteMessage',
  'answerCallbackQuery',
] as const;

/** What Telegram can do next. */
export const TELEGRAM_REHEARSALS: readonly RehearsalPlan[] = [
  {
    id: 'telegram-flood',
    provider: 'telegram',
    title: 'Flood control: the next video is refused with 429',
    expected: 'It waits as long as Telegram says and sends the video once; no try is used up.',
    lasts: 'once',
    begin: ({ telegram }) =>
      planned(telegram.plans, { status: 429, retryAfterS: 5, captioned: true }, (fault) =>
        telegram.failNext('sendVideo', fault),
      ),
  },
  {
    id: 'telegram-lost-answer',
    provider: 'telegram',
    title: 'The next video arrives, but Telegram’s answer is lost',
    expected:
      'Nobody can know whether it arrived, so it is sent once more: rather twice than never, and it is paid for once.',
    lasts: 'once',
    begin: ({ telegram }) =>
      planned(telegram.plans, { reset: true, afterEffect: true, captioned: true }, (fault) =>
        telegram.failNext('sendVideo', fault),
      ),
  },
  {
    id: 'telegram-refuses-videos',
    provider: 'telegram',
    title: 'Telegram refuses every video with 400',
    expected: 'After its tries the job fails as “not sent”, and the credit comes back.',
    lasts: 'until_off',
    begin: ({ telegram }) =>
      planned(
        telegram.plans,
        {
          status: 400,
          description: 'Bad Request: wrong file identifier/HTTP URL specified',
          captioned: true,
          ...ALWAYS,
        },
        (fault) => telegram.failNext('sendVideo', fault),
      ),
  },
  {
    id: 'telegram-down',
    provider: 'telegram',
    title: 'Telegram answers everything that is sent with 502',
    expected:
      'Updates are kept and answered when it is back; a video that cannot be sent within its tries fails, and its credit comes back.',
    lasts: 'until_off',
    begin: ({ telegram }) =>
      // Not what the application starts with: it could be neither killed nor started meanwhile.
      together(
        SENDING_METHODS.map((method) =>
          planned(telegram.plans, { status: 502, ...ALWAYS }, (fault) => telegram.failNext(method, fault)),
        ),
      ),
  },
  {
    id: 'telegram-doubles',
    provider: 'telegram',
    title: 'Every update is delivered twice',
    expected: 'Nothing happens twice: one answer, one order, one charge.',
    lasts: 'until_off',
    begin: ({ telegram }) => {
      telegram.copyEachUpdate(2);
      return held(() => telegram.copyEachUpdate(1));
    },
  },
  {
    id: 'telegram-holds',
    provider: 'telegram',
    title: 'Updates are kept back, and come the other way round when this is switched off',
    expected:
      'Late and shuffled updates are answered as what they are; no tap starts an order that it did not show.',
    lasts: 'until_off',
    begin: ({ telegram }) => {
      telegram.holdUpdates();
      return held(() => telegram.releaseUpdates('reverse'));
    },
  },
];
