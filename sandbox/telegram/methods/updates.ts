import { conflict } from '../errors.js';
import type { Method } from './method.js';

/** https://core.telegram.org/bots/api#setwebhook */
export const setWebhook: Method = (query, { webhook }) => ({ result: true, description: webhook.set(query) });

/** https://core.telegram.org/bots/api#deletewebhook */
export const deleteWebhook: Method = (query, { webhook }) => ({
  result: true,
  description: webhook.remove(query.flag('drop_pending_updates')),
});

/** https://core.telegram.org/bots/api#getwebhookinfo */
export const getWebhookInfo: Method = (_query, { webhook }) => ({ result: webhook.info() });

/** https://core.telegram.org/bots/api#getupdates */
export const getUpdates: Method = async (query, { webhook, poll }) => {
  if (webhook.isSet) {
    await poll.conflictPause();
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  const updates = await poll.take(query);
  return { result: updates.map((update) => ({ update_id: update.id, [update.type]: update.body })) };
};
