import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatMessage, InlineButton } from '../../../../sandbox/page/protocol.js';
import { copyText, openAddress, staysHere } from '../../state/deeds.js';
import { overlay } from '../../state/overlays.js';
import { keyOf, tap, waitingTaps } from '../../state/taps.js';
import { showToast } from '../../state/toasts.js';
import { Icon } from '../../../ui/icon.js';

interface KeyboardProps {
  message: ChatMessage;
  personId: number;
}

/** The buttons under a message. An invoice without any has the one that Telegram draws by itself. */
export function Keyboard({ message, personId }: KeyboardProps) {
  const { keyboard, invoice } = message;
  const rows: InlineButton[][] =
    keyboard ?? (invoice ? [[{ text: `Pay ⭐ ${invoice.amountStars}`, pay: true }]] : []);
  const place = useFocusKept();
  if (rows.length === 0) return null;
  return (
    <div class="keyboard" ref={place}>
      {rows.map((row) => (
        // By what they carry: a click that began on one button must not end on another that took its place.
        <div class="keyboard-row" key={row.map(carriedBy).join('\n')}>
          {row.map((button) => (
            <Button key={carriedBy(button)} button={button} message={message} personId={personId} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** When the button with the focus goes, because the bot changed its message, the first of the new ones has it. */
function useFocusKept() {
  const place = useRef<HTMLDivElement>(null);
  const hadFocus = place.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (hadFocus && !place.current?.contains(document.activeElement))
      place.current?.querySelector<HTMLElement>('a, button')?.focus();
  });
  return place;
}

function carriedBy({ callback_data: data, url, text }: InlineButton): string {
  return data ?? url ?? text;
}

function Button({ button, message, personId }: KeyboardProps & { button: InlineButton }) {
  const { text, url, callback_data: data } = button;
  if (url !== undefined && !staysHere(url)) {
    return (
      <a class="keyboard-button" href={url} target="_blank" rel="noopener noreferrer">
        <span>{text}</span>
        <Icon name="out" />
      </a>
    );
  }
  const isWaiting =
    data !== undefined && waitingTaps.value.has(keyOf({ personId, messageId: message.messageId, data }));
  return (
    <button
      type="button"
      class={isWaiting ? 'keyboard-button is-waiting' : 'keyboard-button'}
      aria-busy={isWaiting}
      onClick={() => press(button, message, personId)}
    >
      <span>{text}</span>
      {url !== undefined && <Icon name="out" />}
      {button.copy_text && <Icon name="copy" />}
      {isWaiting && <span class="spinner" aria-hidden="true" />}
    </button>
  );
}

function press(button: InlineButton, message: ChatMessage, personId: number): void {
  const { url, callback_data: data, copy_text: copy, pay } = button;
  if (data !== undefined) void tap({ personId, messageId: message.messageId, data });
  else if (url !== undefined) openAddress(url, personId);
  else if (pay) overlay.value = { kind: 'pay', personId, message };
  else if (copy) void copyText(copy.text);
  else showToast(describe(button));
}

function describe({ web_app: app, switch_inline_query_current_chat: here }: InlineButton): string {
  if (app) return `This would open the Mini App ${app.url}.`;
  if (here !== undefined) return `This would begin an inline query here: “${here}”.`;
  return 'This would let you choose a chat for an inline query.';
}
