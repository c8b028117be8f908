import type { OutsideWorld } from '../outside-world.js';
import type { Plans } from '../plans.js';
import type { Rehearsal } from './protocol.js';

/** Of faults that hold until they are switched off. */
const ALWAYS = { times: 1_000_000 } as const;
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

/** Something that was made to go wrong. */
export interface Trouble {
  /** Whether it is still to come, or holds. */
  isOn: () => boolean;
  end: () => void;
}

/** A rehearsal and how it is begun. */
export interface RehearsalPlan extends Omit<Rehearsal, 'isOn'> {
  begin: (world: OutsideWorld) => Trouble;
}

/** What can be made to go wrong, provider by provider. */
export const REHEARSALS: readonly RehearsalPlan[] = [
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
  ...kieTasks(),
  {
    id: 'kie-create-lost',
    provider: 'kie',
    title: 'KIE makes the next task, but its answer is lost',
    expected: 'No second task is paid for: the callback finds the first one by its address.',
    lasts: 'once',
    begin: ({ kie }) =>
      planned(kie.plans, { kind: 'reset_after_effect' as const }, (fault) =>
        kie.failNext('createTask', fault),
      ),
  },
  {
    id: 'kie-busy',
    provider: 'kie',
    title: 'KIE answers the next three creations with 429',
    expected: 'The job waits and tries again; the person waits a little longer and pays once.',
    lasts: 'once',
    begin: ({ kie }) =>
      planned(kie.plans, { kind: 'body' as const, code: 429, msg: 'Too many requests', times: 3 }, (fault) =>
        kie.failNext('createTask', fault),
      ),
  },
  {
    id: 'kie-down',
    provider: 'kie',
    title: 'KIE answers every call with an error page',
    expected: 'Jobs are tried a few more times, then they fail and every credit comes back.',
    lasts: 'until_off',
    begin: ({ kie }) => {
      const routes = ['createTask', 'recordInfo', 'upload', 'downloadUrl'] as const;
      return together(
        routes.map((route) =>
          planned(kie.plans, { kind: 'html' as const, status: 502, ...ALWAYS }, (fault) =>
            kie.failNext(route, fault),
          ),
        ),
      );
    },
  },
  {
    id: 'kie-model-paused',
    provider: 'kie',
    title: 'The default model is paused',
    expected: 'The next model of the configuration makes the video, for no more than was paid.',
    lasts: 'until_off',
    begin: ({ kie }) => {
      kie.configure({ pausedModels: ['grok-imagine-video-1-5-preview'] });
      return held(() => kie.configure({ pausedModels: [] }));
    },
  },
  {
    id: 'kie-no-credits',
    provider: 'kie',
    title: 'Our KIE accounts have run out of credits',
    expected:
      'The order fails with its credit given back and operators are told; while the keys rest, new orders are refused before anybody pays.',
    lasts: 'until_off',
    begin: ({ kie }) => {
      const before = kie.keys();
      for (const { secret } of before) kie.setKey(secret, { credits: 0 });
      return held(() => before.forEach(({ secret, credits }) => kie.setKey(secret, { credits })));
    },
  },
  {
    id: 'openai-quota',
    provider: 'openai',
    title: 'OpenAI is out of quota',
    expected: 'The prompt is written from a template; videos are made as before.',
    lasts: 'until_off',
    begin: ({ openAi }) =>
      planned(openAi.plans, { kind: 'insufficient_quota' as const, ...ALWAYS }, (fault) =>
        openAi.failNext(fault),
      ),
  },
  {
    id: 'openai-silent',
    provider: 'openai',
    title: 'OpenAI does not answer the next call',
    expected: 'The call is given up in time, and the template writes the prompt.',
    lasts: 'once',
    begin: ({ openAi }) =>
      planned(openAi.plans, { kind: 'hang' as const }, (fault) => openAi.failNext(fault)),
  },
  {
    id: 'openai-people',
    provider: 'openai',
    title: 'OpenAI sees a person and a brand in every photo',
    expected: 'The person is warned before they pay, and can send another photo.',
    lasts: 'until_off',
    begin: ({ openAi }) => {
      openAi.setSight({ people: true, brand: 'Acme' });
      return held(() => openAi.setSight(null));
    },
  },
  ...yooKassaPlans(),
];

function kieTasks(): RehearsalPlan[] {
  const tasks = [
    [
      'moderation',
      'KIE’s moderation refuses the next text',
      'The person is told why, and the credit comes back.',
      { ending: 'moderation_text' },
    ],
    [
      'photo',
      'KIE’s moderation refuses the next photo',
      'The person is asked for another photo, and the credit comes back.',
      { ending: 'moderation_image' },
    ],
    [
      'internal',
      'The next task fails with an internal error',
      'It is made again, at our expense; the person only waits longer.',
      { ending: 'internal' },
    ],
    [
      'hang',
      'The next task never ends',
      'At its deadline the job fails and the credit comes back; a video that comes later is a gift.',
      { ending: 'hang' },
    ],
    [
      'no-callback',
      'KIE never calls back about the next task',
      'Asking KIE finds the finished video, a little later.',
      { callback: 'never' },
    ],
    [
      'callback-twice',
      'KIE calls back twice about the next task',
      'One video, one message.',
      { callback: 'twice' },
    ],
    [
      'expired',
      'The link to the next video is dead',
      'A fresh link is asked for, and the video arrives.',
      { result: 'expired_403' },
    ],
    [
      'not-video',
      'The next result is a web page, not a video',
      'Nothing broken is sent: it is downloaded again, and when it stays broken the credit comes back.',
      { result: 'html' },
    ],
  ] as const;
  return tasks.map(([name, title, expected, script]) => ({
    id: `kie-${name}`,
    provider: 'kie',
    title,
    expected,
    lasts: 'once',
    begin: ({ kie }) => planned(kie.plans, { ...script }, (one) => kie.nextTask(one)),
  }));
}

function yooKassaPlans(): RehearsalPlan[] {
  return [
    {
      id: 'yookassa-create-lost',
      provider: 'yookassa',
      title: 'The next bill is made, but YooKassa’s answer is lost',
      expected: 'The same bill is asked for again by its key: one payment, and the link follows.',
      lasts: 'once',
      begin: ({ yooKassa }) =>
        planned(yooKassa.plans, { kind: 'reset_after_effect' as const }, (fault) =>
          yooKassa.failNext('createPayment', fault),
        ),
    },
    {
      id: 'yookassa-declines',
      provider: 'yookassa',
      title: 'The next payment is declined: no money on the card',
      expected: 'The person is told the reason and can try again; no credit moves.',
      lasts: 'once',
      begin: ({ yooKassa }) =>
        planned(yooKassa.plans, { declineAtOnce: 'insufficient_funds' }, (script) =>
          yooKassa.nextPayment(script),
        ),
    },
    {
      id: 'yookassa-news-lost',
      provider: 'yookassa',
      title: 'The next notification is lost',
      expected: 'The payment is found by looking: the credits come a little later.',
      lasts: 'once',
      begin: ({ yooKassa }) =>
        planned(yooKassa.plans, { drop: true }, (script) => yooKassa.nextNotification(script)),
    },
    {
      id: 'yookassa-news-many',
      provider: 'yookassa',
      title: 'The next notification comes ten times, five at once',
      expected: 'The credits are added once.',
      lasts: 'once',
      begin: ({ yooKassa }) =>
        planned(yooKassa.plans, { copies: 10, parallel: 5 }, (script) => yooKassa.nextNotification(script)),
    },
    {
      id: 'yookassa-down',
      provider: 'yookassa',
      title: 'YooKassa answers every new bill with 500',
      expected: 'The person is told that the link will follow, and gets it as soon as YooKassa answers.',
      lasts: 'until_off',
      begin: ({ yooKassa }) =>
        planned(yooKassa.plans, { kind: 'http' as const, status: 500, ...ALWAYS }, (fault) =>
          yooKassa.failNext('createPayment', fault),
        ),
    },
  ];
}

/** Trouble that a fake was told to plan; it is known there by this very object. */
function planned<T extends object>(plans: Plans, plan: T, tell: (plan: T) => void): Trouble {
  tell(plan);
  return { isOn: () => plans.isPlanned(plan), end: () => plans.unplan(plan) };
}

/** Trouble that holds until it is ended. */
function held(end: () => void): Trouble {
  return { isOn: () => true, end };
}

function together(troubles: readonly Trouble[]): Trouble {
  return {
    isOn: () => troubles.some(({ isOn }) => isOn()),
    end: () => troubles.forEach(({ end }) => end()),
  };
}
