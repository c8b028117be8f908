import type { Message, Update } from 'telegraf/types';
import { describe, expect, it } from 'vitest';
import { readPreCheckout } from './incoming-payments.js';
import { readMessage, readSender, readTap, readTapEvent, updateSchema } from './incoming-updates.js';

const ANNA = { id: 5_000_000_001, is_bot: false, first_name: 'Анна', username: 'anna', language_code: 'ru' };
const CHAT = { id: ANNA.id, type: 'private', first_name: 'Анна' } as const;
const HEAD = { message_id: 11, date: 1_795_240_000, chat: CHAT, from: ANNA };
const STARS = {
  currency: 'XTR',
  total_amount: 150,
  invoice_payload: 'p',
  telegram_payment_charge_id: 'charge-1',
  provider_payment_charge_id: '',
};
const PRE_CHECKOUT = { id: '7', from: ANNA, currency: 'XTR', total_amount: 150, invoice_payload: 'p' };

const message = (content: object) => ({ ...HEAD, ...content }) as unknown as Message;
const update = (content: object) => ({ update_id: 1, ...content }) as unknown as Update;

describe('a message', () => {
  it.each<[string, object, unknown]>([
    ['a text', { text: ' A mug\0 ' }, { kind: 'text', text: 'A mug' }],
    ['half a character', { text: 'A\ud83d' }, { kind: 'text', text: 'A\ufffd' }],
    ['/start', { text: '/start' }, { kind: 'start', payload: null }],
    ['/start of a deep link', { text: '/start ref_5' }, { kind: 'start', payload: 'ref_5' }],
    ['a command with our name', { text: '/menu@neurocards_bot' }, { kind: 'command', name: 'menu' }],
    ['a command in capitals', { text: '/HELP' }, { kind: 'command', name: 'help' }],
    ['/paysupport', { text: '/paysupport' }, { kind: 'command', name: 'paysupport' }],
    ['/terms', { text: '/terms' }, { kind: 'command', name: 'terms' }],
    ['an unknown command', { text: '/refund 5' }, { kind: 'command', name: 'unknown' }],
    ['a slash', { text: '/' }, { kind: 'command', name: 'unknown' }],
    ['a sticker', { sticker: {} }, { kind: 'other', isFile: false }],
    ['a file', { document: { file_id: 'd', mime_type: 'application/pdf' } }, { kind: 'other', isFile: true }],
    ['a pinned message', { pinned_message: {} }, null],
    ['a payment', { successful_payment: {} }, null],
    ['a payment given back', { refunded_payment: {} }, null],
  ])('%s', (_what, content, event) => {
    expect(readMessage(message(content))).toEqual(event);
  });

  it('with a photo gives its largest size, its caption and its album', () => {
    const photo = [
      { file_id: 's', file_unique_id: 'u', width: 90, height: 67, file_size: 1200 },
      { file_id: 'x', file_unique_id: 'u', width: 1280, height: 960, file_size: 210_000 },
    ];
    expect(readMessage(message({ photo, caption: 'Кружка', media_group_id: 'a1' }))).toEqual({
      kind: 'photo',
      photo: { fileId: 'x', bytes: 210_000, caption: 'Кружка', albumId: 'a1' },
    });
  });

  it('with a picture as a file is a photo as well', () => {
    expect(readMessage(message({ document: { file_id: 'd', mime_type: 'image/png' } }))).toEqual({
      kind: 'photo',
      photo: { fileId: 'd', bytes: null, caption: null, albumId: null },
    });
  });
});

describe('an update', () => {
  it.each<[string, object, number | null]>([
    ['a message', { message: HEAD }, ANNA.id],
    ['a tap', { callback_query: { id: '1', from: ANNA, data: 'x', message: HEAD } }, ANNA.id],
    ['a tap without its message', { callback_query: { id: '1', from: ANNA } }, ANNA.id],
    ['a block', { my_chat_member: { chat: CHAT, from: ANNA, new_chat_member: {} } }, ANNA.id],
    ['a message in a group', { message: { ...HEAD, chat: { id: -5, type: 'group' } } }, null],
    ['a pre-checkout query', { pre_checkout_query: { id: '7', from: ANNA } }, null],
    ['something new', { message_reaction: {} }, null],
  ])('belongs to its person: %s', (_what, content, chatId) => {
    expect(readSender(update(content))?.chatId ?? null).toBe(chatId);
  });

  it.each<[string, unknown, boolean]>([
    ['a message', { update_id: 1, message: HEAD }, true],
    [
      'one with fields that we do not know',
      { update_id: 1, message: { ...HEAD, new_field: 1 }, more: 2 },
      true,
    ],
    ['one of a kind that we do not know', { update_id: 1, message_reaction: {} }, true],
    ['one without an id', { message: HEAD }, false],
    ['one whose id is text', { update_id: '1', message: HEAD }, false],
    ['a message without a chat', { update_id: 1, message: { message_id: 1 } }, false],
    ['a tap of nobody', { update_id: 1, callback_query: { id: '1' } }, false],
    ['a purchase in Stars', { update_id: 1, message: { ...HEAD, successful_payment: STARS } }, true],
    ['one given back', { update_id: 1, message: { ...HEAD, refunded_payment: STARS } }, true],
    // It is the intake's to say that this one must come again.
    ['a purchase without its charge', { update_id: 1, message: { ...HEAD, successful_payment: {} } }, true],
    ['a purchase that is text', { update_id: 1, message: { ...HEAD, successful_payment: 'x' } }, false],
    ['a pre-checkout query', { update_id: 1, pre_checkout_query: PRE_CHECKOUT }, true],
    ['a pre-checkout query without an id', { update_id: 1, pre_checkout_query: {} }, false],
    ['a list', [], false],
    ['nothing', null, false],
  ])('is checked: %s', (_what, body, valid) => {
    expect(updateSchema.safeParse(body).success).toBe(valid);
  });
});

describe('a pre-checkout query', () => {
  it('is read as the payments take it', () => {
    expect(readPreCheckout({ update_id: 1, pre_checkout_query: PRE_CHECKOUT })).toEqual({
      queryId: '7',
      tgUserId: ANNA.id,
      languageCode: 'ru',
      currency: 'XTR',
      totalAmount: 150,
      payload: 'p',
    });
  });

  it('that lacks what it is about is none: Telegram refuses what is not answered', () => {
    expect(readPreCheckout({ update_id: 1, pre_checkout_query: { id: '7', from: ANNA } })).toBeNull();
    expect(readPreCheckout({ update_id: 1, message: HEAD })).toBeNull();
  });
});

describe('a tap', () => {
  const tapOn = (fields: object) => readTap(update({ callback_query: { id: '9', from: ANNA, ...fields } }));

  it('knows its message and whether that is the current screen', () => {
    const tap = tapOn({ data: '1:menu', message: HEAD });
    expect(tap).toEqual({ queryId: '9', messageId: 11, data: '1:menu' });
    if (!tap) return;
    expect(readTapEvent(tap, { screenMessageId: 11, payMessageId: null })).toEqual({
      kind: 'tap',
      callback: { kind: 'menu', args: [] },
      onScreen: true,
      onPayScreen: false,
    });
    expect(readTapEvent(tap, { screenMessageId: 12, payMessageId: 11 })).toMatchObject({
      onScreen: false,
      onPayScreen: true,
    });
  });

  it('without a message is on no screen, and one without data is no button', () => {
    const tap = tapOn({});
    expect(tap && readTapEvent(tap, { screenMessageId: null, payMessageId: null })).toEqual({
      kind: 'tap',
      callback: null,
      onScreen: false,
      onPayScreen: false,
    });
  });
});
