import { KIE_TEXTS, type ResultMode, type WireFault } from '../../sandbox/kie/index.js';
import type { FaultClass, Result } from './fault-class.js';
import { ALWAYS, type Scene } from './scene.js';

const VIDEO = { kind: 'video', tasks: 1, videos: 1 } as const;
const NOT_SENT = { kind: 'refunded', reason: 'send_failed', tasks: 1, paid: 1 } as const;
const TIMES_MAX = 3;
/** Three real seconds. */
const PROMPT_TRUE_MS = 60_000;

type Row = [name: string, fault: string, plan: WireFault, must: Result];

/** Reading a task. A read that says nothing is made again, and no task fails by it. */
const READS: readonly Row[] = [
  ['http-500', 'HTTP 500 twice', { kind: 'http', status: 500, times: 2 }, VIDEO],
  ['http-502', 'HTTP 502, a page, twice', { kind: 'html', status: 502, times: 2 }, VIDEO],
  ['429', 'code 429 twice', { kind: 'body', code: 429, msg: KIE_TEXTS.tooFrequent, times: 2 }, VIDEO],
  ['401', 'code 401 once', { kind: 'body', code: 401, msg: KIE_TEXTS.unauthorized }, VIDEO],
  ['404', 'code 404 once', { kind: 'body', code: 404, msg: 'Not Found' }, VIDEO],
  [
    '422',
    'code 422, "recordInfo is null", twice',
    { kind: 'body', code: 422, msg: KIE_TEXTS.recordNull, times: 2 },
    VIDEO,
  ],
  ['reset', 'connection reset', { kind: 'reset' }, VIDEO],
  ['silence', 'no answer', { kind: 'timeout' }, VIDEO],
  ['slow', 'the answer takes half a minute', { kind: 'slow', delayTrueMs: 30_000 }, VIDEO],
  ['cut', 'half a JSON', { kind: 'truncated' }, VIDEO],
  ['malformed', 'HTTP 200, `null`', { kind: 'json', json: null }, VIDEO],
  [
    'state',
    'a state that nobody knows',
    { kind: 'json', json: { code: 200, msg: 'success', data: { state: 'polishing' } } },
    VIDEO,
  ],
  [
    'another',
    'the record of another task',
    {
      kind: 'json',
      json: { code: 200, msg: 'success', data: { taskId: 'another', state: 'fail', failMsg: 'no' } },
    },
    VIDEO,
  ],
  [
    'result',
    'a result that is no JSON',
    {
      kind: 'json',
      json: { code: 200, msg: 'success', data: { state: 'success', resultJson: '{"resultUrls":[' } },
    },
    VIDEO,
  ],
  [
    'always',
    'HTTP 502 until after the deadline',
    { kind: 'html', status: 502, ...ALWAYS },
    { kind: 'present', reason: 'generation_timeout', tasks: 1 },
  ],
];

/** What the link to the video leads to. */
const RESULTS: readonly [name: ResultMode & string, fault: string, must: Result][] = [
  ['expired_403', 'HTTP 403, expired', VIDEO],
  ['expired_404', 'HTTP 404, expired', VIDEO],
  ['deleted', 'HTTP 404, and no fresh link', NOT_SENT],
  ['html', 'a page', NOT_SENT],
  ['wrong_type', 'a JPEG', NOT_SENT],
  ['not_video', 'a page that is called video/mp4', NOT_SENT],
  ['octet_stream', 'the video as application/octet-stream', VIDEO],
  ['truncated', 'the connection breaks half way, each time', NOT_SENT],
  ['cut', 'half a file', NOT_SENT],
  ['too_big', 'too big, and says so', NOT_SENT],
  ['too_big_unannounced', 'too big, and does not say so', NOT_SENT],
  ['slow', 'takes a minute', VIDEO],
  ['private_address', 'leads to a private address', NOT_SENT],
  ['plain_http', 'is http, not https', NOT_SENT],
];

const RESULT_WIRE: readonly Row[] = [
  ['http-500', 'HTTP 500 once', { kind: 'http', status: 500 }, VIDEO],
  ['http-503-always', 'HTTP 503 each time', { kind: 'html', status: 503, ...ALWAYS }, NOT_SENT],
  ['reset', 'connection reset once', { kind: 'reset' }, VIDEO],
  ['silence', 'no answer once', { kind: 'timeout' }, VIDEO],
];

/** A fresh link for a dead one. */
const FRESH_LINKS: readonly Row[] = [
  ['http-500', 'HTTP 500 once', { kind: 'http', status: 500 }, VIDEO],
  ['silence', 'no answer once', { kind: 'timeout' }, VIDEO],
  ['422', 'code 422 each time', { kind: 'body', code: 422, msg: 'Not ours', ...ALWAYS }, NOT_SENT],
];

const refunded = (reason: 'temporary' | 'unknown') =>
  ({ kind: 'refunded', reason, tasks: 0, paid: 0 }) as const;

/** An upload is free and may be repeated. */
const UPLOADS: readonly Row[] = [
  ['http-500', 'HTTP 500 once', { kind: 'http', status: 500 }, VIDEO],
  ['http-502', 'HTTP 502, a page, once', { kind: 'html', status: 502 }, VIDEO],
  ['always', 'HTTP 502 each time', { kind: 'html', status: 502, times: TIMES_MAX }, refunded('temporary')],
  ['429', 'code 429 once', { kind: 'body', code: 429, msg: KIE_TEXTS.tooFrequent }, VIDEO],
  ['400', 'code 400', { kind: 'body', code: 400, msg: 'uploadPath is required' }, refunded('unknown')],
  [
    '405',
    'code 405',
    { kind: 'body', code: 405, msg: 'Request method is not supported' },
    refunded('unknown'),
  ],
  [
    'decoding',
    'code 500, "Base64 decoding failed…"',
    { kind: 'body', code: 500, msg: 'Base64 decoding failed: Illegal base64 character' },
    refunded('unknown'),
  ],
  [
    'no-link',
    'code 200 without a link',
    { kind: 'json', json: { code: 200, success: true, data: {} } },
    refunded('unknown'),
  ],
  ['reset', 'connection reset', { kind: 'reset' }, VIDEO],
  ['reset-stored', 'connection reset, but stored', { kind: 'reset_after_effect' }, VIDEO],
  ['silence', 'no answer', { kind: 'timeout' }, VIDEO],
  ['cut', 'half a JSON', { kind: 'truncated' }, VIDEO],
];

/** Calls to KIE other than making tasks, as they go wrong on the wire. */
export const KIE_WIRE: readonly FaultClass[] = [
  ...READS.map(([name, fault, plan, must]): FaultClass => ({
    ...about('recordInfo', `read-${name}`, fault, must),
    // KIE can be read again, and the callback is still there.
    ...(must.kind === 'present' ? { after: untilPresent } : {}),
    filmed: (scene, taskId) => scene.kie('recordInfo', plan, taskId),
  })),
  ...RESULTS.map(([name, fault, must]): FaultClass => ({
    ...about('the video', `video-${name.replaceAll('_', '-')}`, fault, must),
    before: (scene) => scene.task({ result: name }),
  })),
  ...RESULT_WIRE.map(([name, fault, plan, must]): FaultClass => ({
    ...about('the video', `video-wire-${name}`, fault, must),
    filmed: (scene, taskId) => scene.kie('result', plan, taskId),
  })),
  ...FRESH_LINKS.map(([name, fault, plan, must]): FaultClass => ({
    ...about('download-url', `link-${name}`, fault, must),
    before: (scene) => scene.task({ result: 'expired_403' }),
    filmed: (scene, taskId) => scene.kie('downloadUrl', plan, taskId),
  })),
  ...UPLOADS.map(([name, fault, plan, must]): FaultClass => ({
    ...about('upload', `upload-${name}`, fault, must),
    // Its prompt takes almost as long as it may, whoever writes it, so that the job is known before its photo is uploaded.
    before: (scene) => {
      const slow = { kind: 'slow', delayTrueMs: PROMPT_TRUE_MS, ...ALWAYS } as const;
      scene.openAi({ ...slow, route: 'responses' });
      scene.fallbackFails({ ...slow, route: 'chat' });
    },
    ordered: (scene, jobId) => scene.kie('upload', plan, `${jobId}.jpg`),
  })),
  {
    ...about('upload', 'upload-401', 'code 401 to the first key', VIDEO),
    ...{ changes: 'keys', alone: true, alarms: [/^kie-keys: A key of KIE is out of use/] },
    before: (scene) => scene.kie('upload', { kind: 'body', code: 401, msg: KIE_TEXTS.unauthorized }, null),
  },
  {
    ...about('credit', 'balance', 'no balance can be read', VIDEO),
    changes: 'models',
    before: (scene) => scene.kie('credit', { kind: 'html', status: 502, ...ALWAYS }, null),
  },
];

async function untilPresent(scene: Scene): Promise<void> {
  scene.unplan();
  const { person } = scene.stage;
  await scene.stage.until('the present is there', () => person.videos().length > 0);
}

function about(call: string, name: string, fault: string, must: Result) {
  return { name: `kie-${name}`, provider: 'KIE', call, fault, visit: 'order', must } as const;
}
