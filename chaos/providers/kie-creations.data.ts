import { KIE_TEXTS, type WireFault } from '../../sandbox/kie/index.js';
import type { FaultClass, Result } from './fault-class.js';
import { ALWAYS, type Scene } from './scene.js';

const VIDEO = { kind: 'video', tasks: 1, videos: 1 } as const;
const TASKS_MAX = 3;
const KEY_OUT = [/^kie-keys: A key of KIE is out of use/];
const MODEL_OUT = [/Out of order, left alone for a while/];

type Row = [name: string, fault: string, plan: WireFault, must: Result];

/** A verdict of KIE under HTTP 200: no task was made. */
const says = (code: number, msg: string, times = 1): WireFault => ({ kind: 'body', code, msg, times });
const refunded = (reason: 'unknown' | 'temporary' | 'moderation_text' | 'moderation_photo') =>
  ({ kind: 'refunded', reason, tasks: 0, paid: 0 }) as const;
/** The answer is lost and so is the task: nobody can know, and no second one is made beside it. */
const NOBODY_KNOWS = { kind: 'refunded', reason: 'generation_timeout', tasks: 0, paid: 0 } as const;

const ROWS: readonly Row[] = [
  ['400', 'code 400', says(400, 'Bad request'), refunded('moderation_text')],
  ['404', 'code 404', says(404, 'Not Found'), refunded('unknown')],
  ['408', 'code 408 once', says(408, 'No result after 10 minutes'), VIDEO],
  ['408-always', 'code 408 each time', says(408, 'No result', TASKS_MAX), refunded('temporary')],
  ['422-ratio', 'code 422, "Ratio error"', says(422, KIE_TEXTS.veoRatio), refunded('unknown')],
  ['422', 'code 422 with a text that nobody knows', says(422, 'Validation failed'), refunded('unknown')],
  ['429', 'code 429 four times', says(429, KIE_TEXTS.tooFrequent, 4), VIDEO],
  ['451', 'code 451 once', says(451, 'Image could not be fetched'), VIDEO],
  ['451-twice', 'code 451 twice', says(451, 'Image could not be fetched', 2), refunded('moderation_photo')],
  [
    '455',
    'code 455, maintenance, and Retry-After',
    { ...says(455, 'The service is under maintenance'), headers: { 'retry-after': '2' } },
    VIDEO,
  ],
  [
    '455-long',
    'code 455, maintenance that outlasts the job',
    says(455, 'The service is under maintenance'),
    refunded('temporary'),
  ],
  ['500-required', 'code 500, "prompt is required"', says(500, 'prompt is required'), refunded('unknown')],
  [
    '500-range',
    'code 500, "… not within the range …"',
    says(500, 'duration is not within the range of allowed options'),
    refunded('unknown'),
  ],
  ['500-internal', 'code 500, "internal error …", once', says(500, KIE_TEXTS.internal), VIDEO],
  ['500-busy', 'code 500, "server is busy", once', says(500, KIE_TEXTS.busy), VIDEO],
  [
    '500-always',
    'code 500, "internal error …", each time',
    says(500, KIE_TEXTS.internal, TASKS_MAX),
    refunded('temporary'),
  ],
  [
    '500-unknown',
    'code 500 with a text that nobody knows',
    says(500, 'Server exception'),
    refunded('unknown'),
  ],
  ['501', 'code 501, "Generation failed"', says(501, 'Generation failed'), refunded('unknown')],
  ['531', 'code 531', says(531, 'Failed, credits returned'), refunded('unknown')],
  ['http-429', 'HTTP 429, a page, once', { kind: 'html', status: 429 }, VIDEO],
  ['http-404', 'HTTP 404, a page', { kind: 'html', status: 404 }, refunded('unknown')],
  ['cloudflare', 'HTTP 403, "error code: 1010", once', { kind: 'cloudflare_1010' }, VIDEO],
  ['slow', 'the answer takes a minute', { kind: 'slow', delayTrueMs: 60_000 }, VIDEO],
  ['no-id', 'code 200 without a task id', { kind: 'json', json: { code: 200, data: {} } }, NOBODY_KNOWS],
  ['malformed', 'HTTP 200, `[]`', { kind: 'json', json: [] }, NOBODY_KNOWS],
  ['cut', 'made, and the answer is half a JSON', { kind: 'truncated' }, VIDEO],
  ['http-500', 'HTTP 500, not made', { kind: 'http', status: 500 }, NOBODY_KNOWS],
  ['http-500-made', 'HTTP 500, but made', { kind: 'http', status: 500, afterEffect: true }, VIDEO],
  ['http-502', 'HTTP 502, a page, not made', { kind: 'html', status: 502 }, NOBODY_KNOWS],
  ['http-502-made', 'HTTP 502, a page, but made', { kind: 'html', status: 502, afterEffect: true }, VIDEO],
  ['reset', 'connection reset, not made', { kind: 'reset' }, NOBODY_KNOWS],
  ['reset-made', 'connection reset, but made', { kind: 'reset_after_effect' }, VIDEO],
  ['silence', 'no answer, not made', { kind: 'timeout' }, NOBODY_KNOWS],
  ['silence-made', 'no answer, but made', { kind: 'timeout_after_effect' }, VIDEO],
];

/** What concerns a key or a model: everybody who comes meanwhile meets it. */
const FOR_ALL: readonly Pick<
  FaultClass,
  'name' | 'fault' | 'must' | 'before' | 'alarms' | 'changes' | 'alone'
>[] = [
  ...(
    [
      ['401', 'code 401 to the first key', says(401, KIE_TEXTS.unauthorized)],
      [
        '402',
        'code 402, "Credits insufficient …", to the first key',
        says(402, KIE_TEXTS.creditsInsufficient),
      ],
      [
        '500-money',
        'code 500, "Credits insufficient …", to the first key',
        says(500, KIE_TEXTS.creditsInsufficient.replace('’', "'")),
      ],
      ['433', 'code 433 to the first key', says(433, KIE_TEXTS.subKeyLimit)],
      ['http-401', 'HTTP 401, a page, to the first key', { kind: 'html', status: 401 }],
    ] as const
  ).map(([name, fault, plan]) => ({
    ...{ name, fault, must: VIDEO, alarms: KEY_OUT, changes: 'keys' as const, alone: true },
    before: (scene: Scene) => scene.kie('createTask', plan),
  })),
  ...(
    [
      ['paused', 'code 500, "temporarily paused", for the first model', says(500, KIE_TEXTS.paused)],
      [
        '422-model',
        'code 422, "model … not supported", for the first model',
        says(422, KIE_TEXTS.modelUnknown),
      ],
      ['505', 'code 505 for the first model', says(505, 'Feature disabled')],
    ] as const
  ).map(([name, fault, plan]) => ({
    ...{ name, fault, must: VIDEO, alarms: MODEL_OUT, changes: 'models' as const, alone: true },
    before: (scene: Scene) => scene.kie('createTask', plan),
  })),
  {
    name: 'all-models',
    fault: 'code 505 for every model',
    must: { kind: 'refunded', reason: 'temporary', tasks: 0, paid: 0 },
    alarms: MODEL_OUT,
    changes: 'everything',
    before: (scene) => scene.kie('createTask', { ...says(505, 'Feature disabled'), ...ALWAYS }),
  },
  {
    name: 'all-keys',
    fault: 'code 402 to every key',
    must: { kind: 'refunded', reason: 'billing', tasks: 0, paid: 0 },
    alarms: KEY_OUT,
    changes: 'everything',
    before: (scene) => scene.kie('createTask', { ...says(402, KIE_TEXTS.creditsInsufficient), ...ALWAYS }),
  },
];

/** How KIE may answer when a task is to be made. */
export const KIE_CREATIONS: readonly FaultClass[] = [
  ...ROWS.map(([name, fault, plan, must]): FaultClass => ({
    ...{ name: `kie-create-${name}`, provider: 'KIE', call: 'createTask', visit: 'order' },
    ...{ fault, must, before: (scene) => scene.kie('createTask', plan) },
  })),
  ...FOR_ALL.map(({ name, ...row }): FaultClass => ({
    ...{ ...row, name: `kie-create-${name}`, provider: 'KIE', call: 'createTask', visit: 'order' },
  })),
];
