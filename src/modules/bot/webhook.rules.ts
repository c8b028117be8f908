/** Who gets the bot's updates, going by the webhook that Telegram knows; without one, whoever polls. */
export type Receiver = { kind: 'us' } | { kind: 'pollers' } | { kind: 'elsewhere'; host: string };

/** @param url as `getWebhookInfo` tells it; empty when there is no webhook. */
export function decideReceiver(url: string, ourUrl: string): Receiver {
  if (url === '') return { kind: 'pollers' };
  if (url === ourUrl) return { kind: 'us' };
  // The rest of a stranger's address may hold a secret.
  return { kind: 'elsewhere', host: URL.canParse(url) ? new URL(url).host : '?' };
}

/** How Telegram gets on with bringing us updates (https://core.telegram.org/bots/api#webhookinfo). */
export interface Delivery {
  /** Updates that wait to be brought. */
  pendingCount: number;
  /** Unix time. */
  lastErrorAtS: number | null;
  lastError: string | null;
}

const PENDING_COUNT_MAX = 50;
const ERROR_FRESH_S = 300;

/** Whether updates heap up, or one of the last minutes could not be brought. */
export function isDeliveryTroubled({ pendingCount, lastErrorAtS }: Delivery, nowS: number): boolean {
  return pendingCount > PENDING_COUNT_MAX || (lastErrorAtS !== null && nowS - lastErrorAtS < ERROR_FRESH_S);
}
