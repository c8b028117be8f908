import { KIE_TEXTS, type Ending } from '../../sandbox/kie/index.js';
import { randomUUID } from 'node:crypto';
import type { FailureReason } from '../../src/modules/jobs/index.js';
import type { FaultClass, Result } from './fault-class.js';
import type { Scene } from './scene.js';

/** A task that fails soon, in true milliseconds. */
const SHORT_TRUE_MS = 15_000;
const LATE_TRUE_MS = 60_000;
const VIDEO = { kind: 'video', tasks: 1, videos: 1 } as const;
const SECOND_TASK = { ...VIDEO, tasks: 2 } as const;

const refunded = (reason: FailureReason, tasks = 1): Result => ({ kind: 'refunded', reason, tasks, paid: 0 });
const TEXT = refunded('moderation_text');
const PHOTO = refunded('moderation_photo');

/** Ends of tasks: the code, the text, and how many tasks of one job end so. */
const ENDINGS: readonly [name: string, failCode: string, failMsg: string, must: Result, times?: number][] = [
  ['flagged', '500', KIE_TEXTS.flaggedPrompt, TEXT],
  ['flow', '500', 'Your request was rejected by Flow(content policy).', TEXT],
  [
    'guardrail',
    '500',
    'This content may violate our guardrails concerning similarity to third-party content.',
    TEXT,
  ],
  ['sensitive-text', '400', KIE_TEXTS.sensitiveText, TEXT],
  ['english-only', '400', KIE_TEXTS.veoEnglishOnly, TEXT],
  ['unsafe-image', '500', KIE_TEXTS.unsafeImage, PHOTO],
  ['minor', '500', 'public error minor upload', PHOTO],
  ['prominent', '500', 'public error prominent people upload', PHOTO],
  [
    'photorealistic',
    '500',
    'We currently do not support uploads of images containing photorealistic people.',
    PHOTO,
  ],
  ['sensitive-image', 'InputImageSensitiveContentDetected', 'The request failed', PHOTO],
  ['privacy', '400', 'PrivacyInformation', PHOTO],
  ['real-person', '400', KIE_TEXTS.realPerson, PHOTO],
  ['fetch', '422', KIE_TEXTS.fetchFailed, SECOND_TASK],
  ['fetch-twice', '422', KIE_TEXTS.fetchFailed, refunded('moderation_photo', 2), 2],
  ['file-type', '422', KIE_TEXTS.fileType, SECOND_TASK],
  ['resource', '500', 'resource download failed', SECOND_TASK],
  ['aspect', '500', 'Unsupported aspect ratio for this resolution.', refunded('unknown')],
  ['internal', '500', KIE_TEXTS.internal, SECOND_TASK],
  ['internal-server', '500', 'Internal server error', SECOND_TASK],
  ['busy', '500', KIE_TEXTS.busy, SECOND_TASK],
  ['internal-always', '501', KIE_TEXTS.internal, refunded('temporary', 3), 3],
  ['408', '408', 'No result after 10 minutes', SECOND_TASK],
  ['429', '429', KIE_TEXTS.tooFrequent, SECOND_TASK],
  // The minute that is waited then is longer than a job lives here.
  ['455', '455', 'Under maintenance', refunded('temporary')],
  ['401', '401', 'Upstream authentication failed', refunded('unknown')],
  ['501', '501', 'Generation failed', refunded('unknown')],
  ['named', 'GENERATION_FAILED', '', refunded('unknown')],
  ['empty-text', '500', '', refunded('unknown')],
];

/** What concerns a key or a model although there was a task. */
const ENDINGS_FOR_ALL: readonly [
  changes: 'keys' | 'models',
  name: string,
  failCode: string,
  failMsg: string,
  alarm: RegExp,
][] = [
  ['keys', 'money', '402', KIE_TEXTS.creditsInsufficient, /^kie-keys: A key of KIE is out of use/],
  ['models', '505', '505', 'Feature disabled', /Out of order, left alone for a while/],
];

const fails = (scene: Scene, ending: Ending): void => scene.task({ ending, durationTrueMs: SHORT_TRUE_MS });

/** Tasks that end badly, late, or never; callbacks that lie. */
export const KIE_TASKS: readonly FaultClass[] = [
  ...ENDINGS.map(([name, failCode, failMsg, must, times = 1]): FaultClass => {
    const text = failMsg === '' ? 'no text' : `"${shorten(failMsg)}"`;
    const often = { 1: '', 2: ', twice', 3: ', three times' }[times];
    return {
      ...about('recordInfo', `task-${name}`, `state fail, ${failCode}, ${text}${often}`, must),
      before: (scene) => {
        for (let task = 0; task < times; task++) fails(scene, { failCode, failMsg });
      },
    };
  }),
  ...ENDINGS_FOR_ALL.map(([changes, name, failCode, failMsg, alarm]): FaultClass => ({
    ...about('recordInfo', `task-${name}`, `state fail, ${failCode}, "${shorten(failMsg)}"`, SECOND_TASK),
    ...{ changes, alone: true, alarms: [alarm] },
    before: (scene) => fails(scene, { failCode, failMsg }),
  })),
  {
    ...about('recordInfo', 'task-empty', 'state success without a link', {
      ...{ kind: 'refunded', reason: 'unknown', tasks: 1, paid: 1 },
    }),
    before: (scene) => scene.task({ ending: 'empty' }),
  },
  {
    ...about('recordInfo', 'task-hangs', 'the task never ends', {
      ...{ kind: 'refunded', reason: 'generation_timeout', tasks: 1, paid: 1 },
    }),
    before: (scene) => scene.task({ ending: 'hang' }),
  },
  {
    ...about('recordInfo', 'task-too-late', 'the task ends after its deadline', {
      ...{ kind: 'present', reason: 'generation_timeout', tasks: 1 },
    }),
    before: (scene) => scene.task({ ending: 'hang' }),
    after: async ({ stage, world }) => {
      for (const { id } of await stage.tasks()) world.kie.finishTask(id, 'success');
      await stage.until('the present is there', () => stage.person.videos().length > 0);
    },
  },
  ...(
    [
      ['never', 'no callback comes', 'never'],
      ['twice', 'the callback comes twice', 'twice'],
      ['early', 'the callback comes before the answer', 'early'],
      ['snake-case', 'the callback says `task_id`', 'snake_case'],
      ['late', 'the callback comes a minute late', { lateTrueMs: LATE_TRUE_MS }],
    ] as const
  ).map(([name, fault, callback]): FaultClass => ({
    ...about('callback', `callback-${name}`, fault, VIDEO),
    before: (scene) => scene.task({ callback }),
  })),
  {
    ...about('callback', 'callback-forged', 'a forged callback names another task while ours is made', VIDEO),
    filmed: ({ world }, taskId) => {
      const url = world.kie.tasks().find(({ id }) => id === taskId)?.callBackUrl ?? '';
      const body = { code: 200, msg: 'success', data: { taskId: randomUUID(), state: 'success' } };
      const headers = { 'content-type': 'application/json' };
      fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
    },
  },
];

function about(call: string, name: string, fault: string, must: Result) {
  return { name: `kie-${name}`, provider: 'KIE', call, fault, visit: 'order', must } as const;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
