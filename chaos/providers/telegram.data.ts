import type { Fault } from '../../sandbox/telegram/index.js';
import type { FaultClass, Result, Visit } from './fault-class.js';
import { ALWAYS } from './scene.js';

const VIDEO = { kind: 'video', tasks: 1, videos: 1 } as const;
const TWICE = { ...VIDEO, videos: 2 } as const;
const NOT_SENT = { kind: 'refunded', reason: 'send_failed', tasks: 1, paid: 1 } as const;
const PARKED = { kind: 'parked', tasks: 1 } as const;
const GOES_ON = { kind: 'goes_on' } as const;
const TIMES_MAX = 3;

type Row = [name: string, fault: string, plan: Fault, must: Result];

type How = Fault & { visit: Visit };
type About = [name: string, call: string, fault: string, must: Result, visit: Visit];

const refuses = (status: number, description: string, times = 1): Fault => ({ status, description, times });
const BLOCKED = refuses(403, 'Forbidden: bot was blocked by the user');
const PAGE = { status: 502, body: '<html><body>502 Bad Gateway</body></html>' };

const VIDEOS: readonly Row[] = [
  ['429', '429, retry after 1 s', { status: 429, retryAfterS: 1 }, VIDEO],
  ['429-long', '429, retry after 8 s', { status: 429, retryAfterS: 8 }, VIDEO],
  ['429-often', '429, retry after 1 s, five times', { status: 429, retryAfterS: 1, times: 5 }, VIDEO],
  ['500', '500 once', { status: 500 }, VIDEO],
  ['500-sent', '500, but sent', { status: 500, afterEffect: true }, TWICE],
  ['502', '502, a page, once', PAGE, VIDEO],
  ['500-always', '500 three times', { status: 500, times: TIMES_MAX }, NOT_SENT],
  ['reset', 'connection cut before the effect', { reset: true }, VIDEO],
  ['reset-sent', 'connection cut after the effect', { reset: true, afterEffect: true }, TWICE],
  ['silence', 'no answer, not sent', { hang: true }, VIDEO],
  ['silence-sent', 'no answer, but sent', { hang: true, afterEffect: true }, TWICE],
  ['slow', 'takes a minute', { delayMs: 60_000 }, VIDEO],
  [
    'cut',
    'sent, and the answer is half a JSON',
    { status: 200, body: '{"ok":true,"resu', afterEffect: true },
    TWICE,
  ],
  ['413', '413', refuses(413, 'Request Entity Too Large'), NOT_SENT],
  [
    '400-file',
    '400, wrong file identifier, once',
    refuses(400, 'Bad Request: wrong file identifier/HTTP URL specified'),
    VIDEO,
  ],
  [
    '400-file-always',
    '400, wrong file identifier, each time',
    refuses(400, 'Bad Request: wrong file identifier/HTTP URL specified', TIMES_MAX),
    NOT_SENT,
  ],
  [
    '400-busy-file',
    '400, wrong file_id or temporarily unavailable, once',
    refuses(400, 'Bad Request: wrong file_id or the file is temporarily unavailable'),
    VIDEO,
  ],
  [
    '400-caption',
    '400, caption is too long',
    refuses(400, 'Bad Request: message caption is too long'),
    NOT_SENT,
  ],
  [
    '400-entities',
    "400, can't parse entities",
    refuses(400, "Bad Request: can't parse entities: unclosed tag"),
    VIDEO,
  ],
  ['400-chat', '400, chat not found', refuses(400, 'Bad Request: chat not found'), NOT_SENT],
  ['400-button', '400, BUTTON_DATA_INVALID', refuses(400, 'Bad Request: BUTTON_DATA_INVALID'), NOT_SENT],
  [
    '400-content',
    '400, wrong type of the content',
    refuses(400, 'Bad Request: wrong type of the web page content'),
    NOT_SENT,
  ],
  ['403-blocked', '403, blocked', BLOCKED, PARKED],
  ['403-deactivated', '403, deactivated', refuses(403, 'Forbidden: user is deactivated'), PARKED],
  [
    '403-never',
    "403, can't initiate conversation",
    refuses(403, "Forbidden: bot can't initiate conversation with a user"),
    NOT_SENT,
  ],
];

/** One of the screens that answer a tap. */
const SCREENS: readonly Row[] = [
  ['429', '429, retry after 1 s', { status: 429, retryAfterS: 1 }, GOES_ON],
  ['429-long', '429, retry after 7 s', { status: 429, retryAfterS: 7 }, GOES_ON],
  ['500', '500', { status: 500 }, GOES_ON],
  ['500-shown', '500, but shown', { status: 500, afterEffect: true }, GOES_ON],
  ['502', '502, a page', PAGE, GOES_ON],
  ['reset', 'connection cut before the effect', { reset: true }, GOES_ON],
  ['reset-shown', 'connection cut after the effect', { reset: true, afterEffect: true }, GOES_ON],
  ['silence', 'no answer', { hang: true }, GOES_ON],
  ['slow', 'takes half a minute', { delayMs: 30_000 }, GOES_ON],
  ['400-chat', '400, chat not found', refuses(400, 'Bad Request: chat not found'), GOES_ON],
  [
    '400-entities',
    "400, can't parse entities",
    refuses(400, "Bad Request: can't parse entities: unclosed"),
    GOES_ON,
  ],
  ['400-long', '400, message is too long', refuses(400, 'Bad Request: message is too long'), GOES_ON],
  ['403-blocked', '403, blocked', BLOCKED, GOES_ON],
];

const EDITS: readonly Row[] = [
  ...SCREENS,
  [
    '400-not-modified',
    '400, message is not modified',
    refuses(
      400,
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same',
    ),
    GOES_ON,
  ],
  [
    '400-gone',
    '400, message to edit not found',
    refuses(400, 'Bad Request: message to edit not found'),
    GOES_ON,
  ],
  [
    '400-fixed',
    "400, message can't be edited",
    refuses(400, "Bad Request: message can't be edited"),
    GOES_ON,
  ],
];

const TAPS: readonly Row[] = [
  [
    '400-too-old',
    '400, query is too old',
    refuses(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid'),
    GOES_ON,
  ],
  ['429', '429, retry after 1 s', { status: 429, retryAfterS: 1 }, GOES_ON],
  ['500', '500', { status: 500 }, GOES_ON],
  ['reset', 'connection cut', { reset: true }, GOES_ON],
  ['silence', 'no answer', { hang: true }, GOES_ON],
];

/** The person's photo is asked for once more where it did not come, or the person is asked for it. */
const PHOTOS: readonly Row[] = [
  ['400-big', '400, file is too big', refuses(400, 'Bad Request: file is too big'), VIDEO],
  [
    '400-busy',
    '400, wrong file_id or temporarily unavailable',
    refuses(400, 'Bad Request: wrong file_id or the file is temporarily unavailable'),
    VIDEO,
  ],
  ['429', '429, retry after 1 s', { status: 429, retryAfterS: 1 }, VIDEO],
  ['500', '500', { status: 500 }, VIDEO],
  ['reset', 'connection cut', { reset: true }, VIDEO],
  ['silence', 'no answer', { hang: true }, VIDEO],
];

const DOWNLOADS: readonly Row[] = [
  ['404', '404', refuses(404, 'Not Found'), VIDEO],
  ['502', '502, a page', PAGE, VIDEO],
  ['reset', 'connection cut', { reset: true }, VIDEO],
  ['silence', 'no answer', { hang: true }, VIDEO],
];

/** A failure is told: that message, too, may fail to be sent. */
const TOLD = { kind: 'refunded', reason: 'moderation_text', tasks: 1, paid: 0 } as const;
const NOTICES: readonly Row[] = [
  ['429', '429, retry after 1 s', { status: 429, retryAfterS: 1 }, TOLD],
  ['500', '500 twice', { status: 500, times: 2 }, TOLD],
  ['reset', 'connection cut', { reset: true }, TOLD],
  ['silence', 'no answer', { hang: true }, TOLD],
];

/** What Telegram may answer to the bot. */
export const TELEGRAM: readonly FaultClass[] = [
  ...rows('video', 'sendVideo', VIDEOS, { visit: 'order', captioned: true }),
  ...rows('message', 'sendMessage', SCREENS, { visit: 'talk' }),
  ...rows('edit', 'editMessageText', EDITS, { visit: 'talk' }),
  ...rows('tap', 'answerCallbackQuery', TAPS, { visit: 'talk' }),
  ...rows('photo', 'getFile', PHOTOS, { visit: 'order' }),
  ...rows('download', 'download', DOWNLOADS, { visit: 'order' }),
  {
    ...about('action-500', 'sendChatAction', '500 each time', VIDEO, 'order'),
    before: (scene) => scene.telegram('sendChatAction', { status: 500, ...ALWAYS }),
  },
  {
    ...about('progress-500', 'editMessageText', '500 while the video is made', VIDEO, 'order'),
    filmed: (scene) => scene.telegram('editMessageText', { status: 500, ...ALWAYS }),
  },
  {
    ...about(
      'progress-gone',
      'editMessageText',
      '400, message to edit not found, while the video is made',
      VIDEO,
      'order',
    ),
    filmed: (scene) =>
      scene.telegram('editMessageText', {
        ...refuses(400, 'Bad Request: message to edit not found'),
        ...ALWAYS,
      }),
  },
  ...NOTICES.map(([name, fault, plan, must]): FaultClass => ({
    ...about(`notice-${name}`, 'sendMessage', `${fault}, while a failure is told`, must, 'order'),
    before: (scene) => scene.task({ ending: 'moderation_text', durationTrueMs: 20_000 }),
    filmed: (scene) => scene.telegram('sendMessage', plan),
  })),
];

function rows(what: string, call: string, all: readonly Row[], { visit, ...besides }: How): FaultClass[] {
  return all.map(([name, fault, plan, must]) => ({
    ...about(`${what}-${name}`, call, fault, must, visit),
    ...(name === '400-long' ? { alarms: [/^sessions: An update could not be handled .*too long/] } : {}),
    before: (scene) => scene.telegram(call, { ...plan, ...besides }),
  }));
}

function about(...[name, call, fault, must, visit]: About) {
  return { name: `telegram-${name}`, provider: 'Telegram', call, fault, must, visit } as const;
}
