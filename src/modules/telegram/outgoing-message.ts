/** A button under a message: it either comes back to us as a tap, or opens a page. */
export type Button = { text: string; callback: string } | { text: string; url: string };

/** What a person is shown: Telegram's HTML, and rows of buttons. Every text of another person in it is escaped. */
export interface OutgoingMessage {
  text: string;
  keyboard?: Button[][];
}

/** Limits of the Bot API: https://core.telegram.org/bots/api#sendmessage, #sendvideo, #answercallbackquery. */
export const TEXT_LENGTH_MAX = 4096;
export const CAPTION_LENGTH_MAX = 1024;
export const TOAST_LENGTH_MAX = 200;

/** The Bot API's form of a keyboard; undefined where there are no buttons. */
export function toReplyMarkup(keyboard: Button[][] | undefined) {
  if (!keyboard || keyboard.length === 0) return undefined;
  return {
    inline_keyboard: keyboard.map((row) =>
      row.map((button) =>
        'url' in button
          ? { text: button.text, url: button.url }
          : { text: button.text, callback_data: button.callback },
      ),
    ),
  };
}
