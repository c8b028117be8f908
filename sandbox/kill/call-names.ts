import { translate } from '../../src/modules/telegram/light.js';
import type { CallOnItsWay } from '../fake-server.js';

/** Who knows how a video's generation stands. */
type IsFinished = (taskId: string) => boolean;

const PATHS: readonly [RegExp, string][] = [
  [/^POST \/v1\/(.*)/, 'openai.$1'],
  [/^POST \/api\/file-\w+-upload$/, 'kie.upload'],
  [/^POST \/api\/v1\/(jobs\/createTask|veo\/generate)$/, 'kie.createTask'],
  [/^GET \/results\/.*$/, 'kie.result'],
  [/^POST \/api\/v1\/common\/download-url$/, 'kie.downloadUrl'],
  [/^GET \/api\/v1\/chat\/credit$/, 'kie.credit'],
  [/^POST \/v3\/payments$/, 'yookassa.createPayment'],
  [/^GET \/v3\/payments\/[^/]+$/, 'yookassa.readPayment'],
  [/^POST \/v3\/refunds$/, 'yookassa.createRefund'],
  [/^GET \/v3\/refunds\/[^/]+$/, 'yookassa.readRefund'],
  [/^GET \/v3\/(payments|refunds)$/, 'yookassa.list'],
  [/^GET \/v3\/me$/, 'yookassa.me'],
];

/** Names the calls of one order, from its confirmation on. */
export class CallNames {
  private readonly given = new WeakMap<CallOnItsWay, string | null>();
  private hasShownOrder = false;

  constructor(private readonly isFinished: IsFinished) {}

  /** The name of a call, the same at its arrival and at its answer; null for one that belongs to no order. */
  nameOf(call: CallOnItsWay): string | null {
    const known = this.given.get(call);
    if (known !== undefined) return known;
    const name = this.nameAnew(call);
    this.given.set(call, name);
    return name;
  }

  private nameAnew(call: CallOnItsWay): string | null {
    // Photos are looked at before the order.
    if (isPhotoLook(call)) return null;
    return call.provider === 'telegram' ? this.telegramName(call) : this.providerName(call);
  }

  private providerName({ provider, method, path }: CallOnItsWay): string {
    const [, taskId] = /^\/api\/v1\/(?:jobs\/recordInfo|veo\/record-info)\?taskId=([^&]+)/.exec(path) ?? [];
    if (taskId) return `kie.recordInfo.${this.isFinished(taskId) ? 'finished' : 'running'}`;
    const line = `${method} ${path.split('?')[0]}`;
    for (const [pattern, name] of PATHS) if (pattern.test(line)) return line.replace(pattern, name);
    return `${provider} ${line}`;
  }

  private telegramName({ path, body }: CallOnItsWay): string | null {
    const [, method = ''] = /^\/bot[^/]+\/(\w+)/.exec(path) ?? [];
    if (!/^(send|edit|answer)/.test(method)) return null;
    return method === 'editMessageText'
      ? `telegram.editMessageText.${this.editOf(textOf(body))}`
      : `telegram.${method}`;
  }

  /** The first edit is the answer to the tap; from then on the message shows the order's progress. */
  private editOf(text: string): string {
    const isFirst = !this.hasShownOrder;
    this.hasShownOrder = true;
    const ends = [
      translate('ru', 'progress.done', { count: 1 }),
      translate('ru', 'progress.failed', { count: 1 }),
    ];
    // The balance follows it.
    if (ends.some((end) => text.startsWith(end))) return 'over';
    return isFirst ? 'started' : 'progress';
  }
}

/** Moderation, or the question to a model that is named so. */
function isPhotoLook({ provider, path, body }: CallOnItsWay): boolean {
  if (provider !== 'openai') return false;
  return path === '/v1/moderations' || (Buffer.isBuffer(body) && body.includes('"name":"photo_look"'));
}

function textOf(body: unknown): string {
  if (!Buffer.isBuffer(body)) return '';
  const { text } = JSON.parse(body.toString()) as { text?: string };
  return text ?? '';
}
