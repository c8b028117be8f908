import { ALWAYS, held, planned, together, type RehearsalPlan } from './trouble.js';

/** What KIE.AI can do next. */
export const KIE_REHEARSALS: readonly RehearsalPlan[] = [
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
