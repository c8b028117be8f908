import { badRequest } from './errors.js';
import { JsonFields, withPrefix } from './json-fields.js';
import type { InlineButton, Invoice, ReplyMarkup } from './model.js';
import type { BotQuery } from './query.js';
import { checkLink } from './urls.js';

const CALLBACK_DATA_BYTES_MAX = 64;
const BUTTONS_MAX = 100;
const STYLES = new Set(['', 'default', 'primary', 'danger', 'success']);
const ACTIONS = [
  'url',
  'callback_data',
  'callback_game',
  'pay',
  'switch_inline_query',
  'switch_inline_query_chosen_chat',
  'switch_inline_query_current_chat',
  'login_url',
  'web_app',
  'copy_text',
] as const;

/** The `reply_markup` of a call, or null. Throws 400 with the real server's texts (Client.cpp, get_reply_markup). */
export function readReplyMarkup(query: BotQuery, { hasPayButton = false } = {}): ReplyMarkup | null {
  const value = query.json('reply_markup', 'reply keyboard markup');
  if (value === undefined) return null;
  const fields = JsonFields.of(value, 'object expected as reply markup');
  const keyboard = readKeyboard(fields);
  const inline = readInlineKeyboard(fields);
  // A pay button belongs to an invoice only (https://core.telegram.org/bots/api#inlinekeyboardbutton).
  if (!hasPayButton && inline.flat().some(({ pay }) => pay)) throw badRequest('BUTTON_TYPE_INVALID');
  if (keyboard.length > 0)
    return { kind: 'keyboard', rows: keyboard, oneTime: fields.flag('one_time_keyboard') };
  if (inline.length > 0) return { kind: 'inline', rows: inline };
  if (fields.flag('remove_keyboard') || fields.flag('hide_keyboard')) return { kind: 'remove' };
  if (fields.flag('force_reply')) return { kind: 'force_reply' };
  return null;
}

/** As `readReplyMarkup`, for an edit: an edited message can only carry an inline keyboard. */
export function readInlineMarkup(query: BotQuery): ReplyMarkup | null {
  const markup = readReplyMarkup(query);
  if (markup !== null && markup.kind !== 'inline') throw badRequest('inline keyboard expected');
  return markup;
}

/**
 * The keyboard of an invoice: its own, which begins with the pay button, or that button alone
 * (https://core.telegram.org/bots/api#sendinvoice). Throws 400 with the server's constants.
 */
export function readInvoiceMarkup(query: BotQuery, { amountStars }: Invoice): ReplyMarkup {
  const markup = readReplyMarkup(query, { hasPayButton: true });
  if (markup === null) return { kind: 'inline', rows: [[{ text: `Pay ⭐️${amountStars}`, pay: true }]] };
  if (markup.kind !== 'inline') throw badRequest('inline keyboard expected');
  const [first, ...others] = markup.rows.flat();
  if (!first?.pay) throw badRequest('REPLY_MARKUP_BUY_EMPTY');
  if (others.some(({ pay }) => pay)) throw badRequest('BUTTON_POS_INVALID');
  return markup;
}

function readKeyboard(fields: JsonFields): { text: string }[][] {
  const rows = fields.array('keyboard').map((row) => {
    if (!Array.isArray(row)) throw badRequest('Field "keyboard" must be an Array of Arrays');
    return row.map((button) =>
      withPrefix("can't parse keyboard button", () => {
        if (typeof button === 'string') return { text: button };
        return {
          text: JsonFields.of(button, 'KeyboardButton must be a String or an Object').requiredText('text'),
        };
      }),
    );
  });
  return rows.filter((row) => row.length > 0);
}

function readInlineKeyboard(fields: JsonFields): InlineButton[][] {
  const rows = fields.array('inline_keyboard').map((row) => {
    if (!Array.isArray(row)) {
      throw badRequest('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
    }
    return row.map((button) =>
      withPrefix("can't parse inline keyboard button", () => readInlineButton(button)),
    );
  });
  const filled = rows.filter((row) => row.length > 0);
  for (const button of filled.flat()) checkButton(button);
  if (filled.flat().length > BUTTONS_MAX) throw badRequest('reply markup is too long');
  return filled;
}

function readInlineButton(value: unknown): InlineButton {
  const fields = JsonFields.of(value, 'InlineKeyboardButton must be an Object');
  const button: InlineButton = { text: fields.requiredText('text') };
  if (!STYLES.has(fields.text('style').toLowerCase())) throw badRequest('invalid button style specified');
  if (fields.has('style')) button.style = fields.text('style');
  if (fields.has('icon_custom_emoji_id')) button.icon_custom_emoji_id = fields.text('icon_custom_emoji_id');
  const actions = ACTIONS.filter((action) => fields.has(action) && fields.raw(action) !== '');
  if (actions.length === 0) throw badRequest('Text buttons are unallowed in the inline keyboard');
  // The real server silently takes the first action; the specification says "exactly one", and so do we.
  if (actions.length > 1) throw badRequest('Exactly one action must be specified for the button');
  addAction(button, fields);
  return button;
}

function addAction(button: InlineButton, fields: JsonFields): void {
  if (fields.has('url')) button.url = fields.text('url');
  if (fields.has('callback_data')) button.callback_data = fields.text('callback_data');
  if (fields.flag('pay')) button.pay = true;
  if (fields.has('web_app')) button.web_app = { url: fields.object('web_app').requiredText('url') };
  if (fields.has('copy_text')) button.copy_text = { text: fields.object('copy_text').requiredText('text') };
  if (fields.has('switch_inline_query')) button.switch_inline_query = fields.text('switch_inline_query');
  if (fields.has('switch_inline_query_current_chat')) {
    button.switch_inline_query_current_chat = fields.text('switch_inline_query_current_chat');
  }
  for (const name of ['url', 'callback_data'] as const) if (button[name] === '') delete button[name];
}

function checkButton(button: InlineButton): void {
  if (/\p{Surrogate}/u.test(button.text)) {
    throw badRequest('inline keyboard button text must be encoded in UTF-8');
  }
  if (button.text === '') throw badRequest('inline keyboard button text must be non-empty');
  if (Buffer.byteLength(button.callback_data ?? '') > CALLBACK_DATA_BYTES_MAX) {
    throw badRequest('BUTTON_DATA_INVALID');
  }
  if (button.url !== undefined) {
    const link = checkLink(button.url);
    if ('problem' in link) {
      throw badRequest(`inline keyboard button URL '${button.url}' is invalid: ${link.problem}`);
    }
    button.url = link.url;
  }
}
