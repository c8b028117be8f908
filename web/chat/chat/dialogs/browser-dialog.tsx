import { closeOverlay } from '../../state/overlays.js';
import { Dialog } from '../../../ui/dialog.js';
import { Icon } from '../../../ui/icon.js';

/** A page over the chat, as Telegram's own browser opens the checkout of a shop. It ends when that page comes back to the bot. */
export function BrowserDialog({ url }: { url: string }) {
  return (
    <Dialog title="Checkout" onClose={closeOverlay} class="browser-dialog" isBare>
      <header class="dialog-head">
        <button type="button" class="icon-button" aria-label="Close the checkout" onClick={closeOverlay}>
          <Icon name="close" />
        </button>
        <h2>
          Checkout <span class="browser-host">{new URL(url).host}</span>
        </h2>
        {/* That tab has to find its way back to this one. */}
        <a
          class="icon-button"
          href={url}
          target="_blank"
          rel="opener"
          aria-label="Open in a new tab"
          title="Open in a new tab"
        >
          <Icon name="out" />
        </a>
      </header>
      <iframe class="browser-page" src={url} title="Checkout of the shop" />
    </Dialog>
  );
}
