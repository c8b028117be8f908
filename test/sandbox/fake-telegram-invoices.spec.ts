import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { callApi, resultOf, sendText, startedPerson } from './fake-telegram-api.js';
import { INVOICE } from './fake-telegram-stars.support.js';

const telegram = new FakeTelegram();
let anna = 0;

const PAY = { text: 'Оплатить ⭐ 250', pay: true };
const MENU = { text: 'Меню', callback_data: '1:menu' };
const keyboard = (...rows: unknown[][]) => ({ reply_markup: { inline_keyboard: rows } });

beforeAll(() => telegram.start());
afterAll(() => telegram.stop());
beforeEach(() => {
  anna = startedPerson(telegram);
});

const invoiceTo = (args: Record<string, unknown> = {}) =>
  callApi(telegram, 'sendInvoice', { chat_id: anna, ...INVOICE, ...args });
const seen = () => telegram.chat(anna).at(-1);

describe('an invoice', () => {
  it('is shown with a pay button of its own, and never shows its payload', async () => {
    const { result } = await invoiceTo();
    expect(result).toMatchObject({
      chat: { id: anna },
      from: { is_bot: true },
      invoice: {
        title: '100 кредитов',
        description: 'Хватит на 10 видео',
        start_parameter: '',
        currency: 'XTR',
        total_amount: 250,
      },
      reply_markup: { inline_keyboard: [[{ pay: true }]] },
    });
    expect(seen()).toMatchObject({
      kind: 'invoice',
      text: '100 кредитов\nХватит на 10 видео',
      keyboard: [[{ text: 'Pay ⭐️250', pay: true }]],
      invoice: { title: '100 кредитов', description: 'Хватит на 10 видео', amountStars: 250 },
    });
    expect(JSON.stringify([result, seen()])).not.toContain('payment-1');
  });

  it('takes a keyboard that begins with the pay button', async () => {
    expect((await invoiceTo(keyboard([PAY], [MENU]))).status).toBe(200);
    expect(seen()?.keyboard).toEqual([[PAY], [MENU]]);
    expect(telegram.tap(anna, seen()?.messageId ?? 0, 'Меню').data).toBe('1:menu');
    expect(() => telegram.tap(anna, seen()?.messageId ?? 0, PAY.text)).toThrow('no callback button');
  });

  it('may hold the longest texts and the highest price', async () => {
    const longest = { title: 'я'.repeat(32), description: 'я'.repeat(255), payload: 'я'.repeat(64) };
    const { status } = await invoiceTo({ ...longest, prices: [{ label: 'a', amount: 25_000 }] });
    expect(status).toBe(200);
    expect((await invoiceTo({ prices: [{ label: 'a', amount: 1 }] })).status).toBe(200);
  });

  it.each<[what: string, args: Record<string, unknown>, description: string]>([
    ['no title', { title: '' }, 'parameter "title" is required'],
    ['a long title', { title: 'я'.repeat(33) }, 'INVOICE_TITLE_INVALID'],
    ['no description', { description: ' ' }, 'parameter "description" is required'],
    ['a long description', { description: 'я'.repeat(256) }, 'INVOICE_DESCRIPTION_INVALID'],
    ['no payload', { payload: '' }, 'parameter "payload" is required'],
    ['a payload of 129 bytes', { payload: `a${'я'.repeat(64)}` }, 'INVOICE_PAYLOAD_INVALID'],
    ['roubles', { currency: 'RUB' }, 'PAYMENT_PROVIDER_INVALID'],
    ['a provider', { provider_token: '381:TEST' }, 'PAYMENT_PROVIDER_INVALID'],
    ['no prices', { prices: undefined }, 'parameter "prices" is required'],
    ['an empty list of prices', { prices: [] }, 'there must be at least one price part'],
    ['a price that is no list', { prices: { amount: 1 } }, 'expected an Array of labeled prices'],
    [
      'a price without a label',
      { prices: [{ amount: 1 }] },
      'can\'t parse labeled price: Can\'t find field "label"',
    ],
    [
      'a price without an amount',
      { prices: [{ label: 'a' }] },
      'can\'t parse labeled price: Can\'t find field "amount"',
    ],
    [
      'half a Star',
      { prices: [{ label: 'a', amount: 0.5 }] },
      'can\'t parse labeled price: Field "amount" must be a valid Number',
    ],
    ['two prices', { prices: [...INVOICE.prices, ...INVOICE.prices] }, 'STARS_INVOICE_INVALID'],
    ['nothing to pay', { prices: [{ label: 'a', amount: 0 }] }, 'CURRENCY_TOTAL_AMOUNT_INVALID'],
    ['too much to pay', { prices: [{ label: 'a', amount: 25_001 }] }, 'CURRENCY_TOTAL_AMOUNT_INVALID'],
    ['a question for the name', { need_name: true }, 'STARS_INVOICE_INVALID'],
    ['a tip', { max_tip_amount: 10 }, 'STARS_INVOICE_INVALID'],
    ['a keyboard without a pay button', keyboard([MENU]), 'REPLY_MARKUP_BUY_EMPTY'],
    ['a pay button in second place', keyboard([MENU, PAY]), 'REPLY_MARKUP_BUY_EMPTY'],
    ['two pay buttons', keyboard([PAY], [PAY]), 'BUTTON_POS_INVALID'],
    ['a keyboard below the input', { reply_markup: { keyboard: [['a']] } }, 'inline keyboard expected'],
    ['nobody', { chat_id: 1 }, 'chat not found'],
  ])('is refused with %s', async (_what, args, description) => {
    const before = telegram.chat(anna).length;
    expect(await invoiceTo(args)).toMatchObject({ status: 400, description: `Bad Request: ${description}` });
    expect(telegram.chat(anna)).toHaveLength(before);
  });

  it('counts as a message: blocks, limits and planned faults hold', async () => {
    telegram.failNext('sendInvoice', { status: 500, afterEffect: true, chatId: anna });
    expect((await invoiceTo()).status).toBe(500);
    expect(seen()?.kind).toBe('invoice');
    telegram.setRateLimits({ perChatPerS: 1 });
    const burst = await Promise.all([invoiceTo(), invoiceTo(), invoiceTo()]);
    expect(burst.map(({ status }) => status)).toContain(429);
    telegram.setRateLimits({});
    telegram.block(anna);
    expect((await invoiceTo()).status).toBe(403);
  });

  it('can change its keyboard and nothing else', async () => {
    const { messageId = 0 } = (await invoiceTo(), seen()) ?? {};
    const edit = (method: string, args: Record<string, unknown>) =>
      callApi(telegram, method, { chat_id: anna, message_id: messageId, ...args });
    expect(await edit('editMessageText', { text: 'a' })).toMatchObject({ status: 400 });
    expect(await edit('editMessageCaption', { caption: 'a' })).toMatchObject({ status: 400 });
    const media = { media: { type: 'photo', media: 'https://a.ru/a.jpg' } };
    expect((await edit('editMessageMedia', media)).description).toMatch('there is no media');
    expect(await edit('editMessageReplyMarkup', keyboard([MENU]))).toMatchObject({ status: 400 });
    expect(await edit('editMessageReplyMarkup', keyboard([PAY, MENU]))).toMatchObject({ status: 200 });
    expect(seen()?.keyboard).toEqual([[PAY, MENU]]);
    expect(await edit('editMessageReplyMarkup', {})).toMatchObject({ status: 200 });
    expect(seen()?.keyboard?.flat()).toEqual([{ text: 'Pay ⭐️250', pay: true }]);
  });

  it('is also made as a link, but not for a subscription', async () => {
    const link = await resultOf<string>(telegram, 'createInvoiceLink', INVOICE);
    expect(link).toMatch(/^https:\/\/t\.me\/\$/);
    expect(await resultOf(telegram, 'createInvoiceLink', INVOICE)).not.toBe(link);
    const bad = { ...INVOICE, payload: '' };
    expect(await callApi(telegram, 'createInvoiceLink', bad)).toMatchObject({ status: 400 });
    const monthly = { ...INVOICE, subscription_period: 2_592_000 };
    expect(await callApi(telegram, 'createInvoiceLink', monthly)).toMatchObject({ status: 400 });
  });
});

it('a pay button stays out of every other message', async () => {
  await expect(sendText(telegram, anna, keyboard([PAY]))).rejects.toThrow('BUTTON_TYPE_INVALID');
});
