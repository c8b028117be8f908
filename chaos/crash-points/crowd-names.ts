import { CallNames } from '../../sandbox/kill/call-names.js';
import type { CallOnItsWay } from '../../sandbox/fake-server.js';
import { translate, type TranslationKey } from '../../src/modules/telegram/light.js';

/** How what is only known with its numbers begins. */
const BEGIN_CHARS = 10;
const NOTICES = beginnings(
  'payment.completed',
  'payment.refunded',
  'notice.failed.moderation_text',
  'notice.failed.stuck',
  'notice.failed.generation_timeout',
  'notice.failed.temporary',
  'notice.failed.send_failed',
);
const PROGRESS = beginnings('progress.title');
const OVERS = beginnings('progress.done', 'progress.failed', 'progress.mixed');
const CLOSED = beginnings('payment.closed.completed');

/** Names the calls of many people at once, where `CallNames` follows one order. */
export class CrowdNames {
  private readonly given = new WeakMap<CallOnItsWay, string | null>();
  /** Messages that became progress messages: `chat:message`. */
  private readonly started = new Set<string>();
  private readonly others: CallNames;

  /** @param isFinished whether KIE has finished a task. */
  constructor(isFinished: (taskId: string) => boolean) {
    this.others = new CallNames(isFinished);
  }

  /** The name of a call, the same at its arrival and at its answer; null for one that belongs to no order and no purchase. */
  nameOf(call: CallOnItsWay): string | null {
    if (call.provider !== 'telegram') return isPage(call) ? null : this.others.nameOf(call);
    const known = this.given.get(call);
    if (known !== undefined) return known;
    const name = this.nameAnew(call);
    this.given.set(call, name);
    return name;
  }

  private nameAnew({ path, body }: CallOnItsWay): string | null {
    const [, method = ''] = /^\/bot[^/]+\/(\w+)/.exec(path) ?? [];
    if (method === 'editMessageText') return this.editOf(fieldsOf(body));
    if (method === 'sendMessage') return begins(NOTICES, fieldsOf(body).text) ? 'telegram.sendMessage' : null;
    return /^(sendVideo|sendChatAction|sendInvoice|answer\w+|refundStarPayment)$/.test(method)
      ? `telegram.${method}`
      : null;
  }

  /** A screen's edits are no order's. */
  private editOf({ chat_id, message_id, text }: Fields): string | null {
    if (begins(CLOSED, text)) return 'telegram.editMessageText.closed';
    if (begins(OVERS, text)) return 'telegram.editMessageText.over';
    if (!begins(PROGRESS, text)) return null;
    const message = `${chat_id}:${message_id}`;
    const isFirst = !this.started.has(message);
    this.started.add(message);
    return `telegram.editMessageText.${isFirst ? 'started' : 'progress'}`;
  }
}

interface Fields {
  chat_id?: number;
  message_id?: number;
  text?: string;
}

function fieldsOf(body: unknown): Fields {
  return Buffer.isBuffer(body) ? (JSON.parse(body.toString()) as Fields) : {};
}

/** What people open in a browser. */
function isPage({ provider, path }: CallOnItsWay): boolean {
  return provider === 'yookassa' && !path.startsWith('/v3/');
}

function beginnings(...keys: TranslationKey[]): string[] {
  return keys.map((key) => translate('ru', key, { count: 1 }).slice(0, BEGIN_CHARS));
}

function begins(ways: readonly string[], text = ''): boolean {
  return ways.some((way) => text.startsWith(way));
}
