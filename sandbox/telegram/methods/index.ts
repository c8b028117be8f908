import { deleteMyCommands, getMe, getMyCommands, setMyCommands } from './bot.js';
import { answerCallbackQuery } from './callbacks.js';
import { copyMessage } from './copy.js';
import {
  deleteMessage,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
  editMessageText,
} from './edit.js';
import { getFile } from './files.js';
import { createInvoiceLink, sendInvoice } from './invoices.js';
import { sendMediaGroup } from './media-group.js';
import type { Method } from './method.js';
import { sendChatAction, sendMessage, sendPhoto, sendVideo } from './send.js';
import { answerPreCheckoutQuery, getMyStarBalance, getStarTransactions, refundStarPayment } from './stars.js';
import { deleteWebhook, getUpdates, getWebhookInfo, setWebhook } from './updates.js';

/** Every method that the fake has, by its official name. */
export const METHODS = {
  getMe,
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  getUpdates,
  sendMessage,
  sendPhoto,
  sendVideo,
  sendMediaGroup,
  sendChatAction,
  copyMessage,
  editMessageText,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageMedia,
  deleteMessage,
  answerCallbackQuery,
  getFile,
  sendInvoice,
  createInvoiceLink,
  answerPreCheckoutQuery,
  refundStarPayment,
  getStarTransactions,
  getMyStarBalance,
} as const satisfies Record<string, Method>;

const BY_LOWER_NAME = new Map<string, { name: string; run: Method }>(
  Object.entries(METHODS).map(([name, run]) => [name.toLowerCase(), { name, run }]),
);

/** The method of a name in any case, with its official spelling. */
export function findMethod(name: string): { name: string; run: Method } | undefined {
  return BY_LOWER_NAME.get(name.toLowerCase());
}
