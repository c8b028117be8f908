import { badRequest, tooManyRequests } from '../errors.js';
import { nowS } from '../chats.js';
import type { ApiObject } from '../api-json.js';
import type { BotQuery } from '../query.js';
import { isLoopback } from '../urls.js';
import type { World } from '../world.js';
import type { LongPoll } from './long-poll.js';
import type { WebhookAnswer } from './webhook-post.js';
import { WebhookSender, type WebhookTarget } from './webhook-sender.js';

const CONNECTIONS_DEFAULT = 40;
const OFFICIAL_PORTS = new Set(['', '443', '80', '88', '8443']);
const SET_PAUSE_MS = 1000;

/** The webhook of the bot: whether there is one, and what became of its deliveries. */
export class Webhook {
  private target: WebhookTarget | null = null;
  private sender: WebhookSender | null = null;
  private lastError: { dateS: number; text: string } | null = null;
  private lastSetAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly world: World,
    private readonly poll: LongPoll,
    private readonly onAnswer: (answer: WebhookAnswer) => void,
  ) {}

  get isSet(): boolean {
    return this.target !== null;
  }

  /** `setWebhook` (https://core.telegram.org/bots/api#setwebhook). Answers the official description. */
  set(query: BotQuery): string {
    const url = query.text('url');
    if (url === '') return this.remove(query.flag('drop_pending_updates'));
    this.refuseHaste();
    const target = this.readTarget(query, url);
    const allowed = query.lenientJson('allowed_updates');
    const drop = query.flag('drop_pending_updates');
    if (!drop && JSON.stringify(target) === JSON.stringify(this.target)) {
      this.world.updates.allow(allowed);
      return 'Webhook is already set';
    }
    this.close();
    if (drop) this.world.updates.clear();
    this.world.updates.allow(allowed);
    this.poll.end('terminated by setWebhook request');
    this.target = target;
    this.sender = new WebhookSender(this.world, target, {
      failed: (text) => {
        this.lastError = { dateS: nowS(), text };
      },
      answered: this.onAnswer,
    });
    return 'Webhook was set';
  }

  /** `deleteWebhook`; the undelivered updates stay unless they are to be dropped. */
  remove(dropPending: boolean): string {
    const wasSet = this.isSet;
    this.close();
    if (dropPending) this.world.updates.clear();
    return wasSet ? 'Webhook was deleted' : 'Webhook is already deleted';
  }

  /** `WebhookInfo` (https://core.telegram.org/bots/api#webhookinfo). */
  info(): ApiObject {
    const { allowedTypes } = this.world.updates;
    return {
      url: this.target?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: this.world.updates.size,
      ...(this.lastError
        ? { last_error_date: this.lastError.dateS, last_error_message: this.lastError.text }
        : {}),
      ...(this.target
        ? { max_connections: this.target.connectionsMax, ip_address: this.target.ipAddress || '<unknown>' }
        : {}),
      ...(allowedTypes ? { allowed_updates: allowedTypes } : {}),
    };
  }

  /** Stops delivering; the setting is forgotten. */
  close(): void {
    this.sender?.stop();
    this.sender = null;
    this.target = null;
    this.lastError = null;
  }

  private refuseHaste(): void {
    const now = Date.now();
    if (this.world.clock.trueMsBetween(this.lastSetAtMs, now) < SET_PAUSE_MS) throw tooManyRequests(1);
    this.lastSetAtMs = now;
  }

  private readTarget(query: BotQuery, url: string): WebhookTarget {
    const secretToken = query.text('secret_token');
    const parsed = parseWebhookUrl(url);
    if (secretToken.length > 256) throw badRequest('secret token is too long');
    if (!/^[\w-]*$/.test(secretToken)) throw badRequest('secret token contains unallowed characters');
    this.checkAddress(parsed);
    return {
      url: parsed.href,
      secretToken,
      connectionsMax: query.integer('max_connections', CONNECTIONS_DEFAULT, [1, 100]),
      ipAddress: query.text('ip_address') || (isLoopback(parsed.hostname) ? '127.0.0.1' : ''),
    };
  }

  private checkAddress({ protocol, hostname, port }: URL): void {
    if (protocol === 'http:') {
      if (this.world.options.allowHttpWebhook && isLoopback(hostname)) return;
      throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
    }
    if (!OFFICIAL_PORTS.has(port)) {
      throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
    }
    if (isLoopback(hostname)) throw badRequest('bad webhook: IP address 127.0.0.1 is reserved');
  }
}

function parseWebhookUrl(url: string): URL {
  const withProtocol = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`;
  try {
    const parsed = new URL(withProtocol);
    if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  } catch {
    // Falls through to the one refusal that the server has for all of it.
  }
  throw badRequest('invalid webhook URL specified');
}
