import { randomBytes } from 'node:crypto';
import { badRequest } from '../errors.js';
import { readInvoiceMarkup } from '../keyboard.js';
import { invoiceContent, readInvoice } from '../payments/invoice.js';
import type { Method } from './method.js';
import { readReplyTo } from './send.js';

const LINKS_MAX = 10_000;

/** https://core.telegram.org/bots/api#sendinvoice, for Stars only. */
export const sendInvoice: Method = (query, { world }) => {
  const invoice = readInvoice(query);
  const replyMarkup = readInvoiceMarkup(query, invoice);
  const chatId = query.chatId();
  world.writableChat(chatId);
  const replyToMessageId = readReplyTo(query, world);
  world.countSend(chatId);
  const protectedContent = query.flag('protect_content');
  const content = invoiceContent(invoice);
  const message = world.deliver({ chatId, content, replyMarkup, replyToMessageId, protectedContent });
  return { result: world.toApi(message) };
};

/** https://core.telegram.org/bots/api#createinvoicelink; subscriptions are not played. */
export const createInvoiceLink: Method = (query, { world }) => {
  const invoice = readInvoice(query);
  if (query.text('subscription_period') !== '') throw badRequest('SUBSCRIPTION_PERIOD_INVALID');
  const link = `https://t.me/$${randomBytes(12).toString('base64url')}`;
  world.invoiceLinks.set(link, invoice);
  if (world.invoiceLinks.size > LINKS_MAX) {
    world.invoiceLinks.delete(world.invoiceLinks.keys().next().value ?? '');
  }
  return { result: link };
};
